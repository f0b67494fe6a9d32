package dev.moat.serve;

import dev.moat.guard.Restorer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives the values back in the texts of one answer, each for itself: the answer, what the model
 * thinks, and the arguments of each call. It comes after the guard, which judges what the model
 * said: the names, not what the caller alone said they stand for. For one thread at a time.
 */
final class Restoration {
  /** Forms of an answer whose text is JSON. */
  private static final Set<String> JSON_FORMS = Set.of("json_object", "json_schema");

  private static final Piece THOUGHT = new Piece.Reasoning("");

  private final Optional<Pseudonyms> names;
  private final boolean jsonText;
  private final Map<Piece, Restorer> streams = new LinkedHashMap<>();
  private int restored;
  private int unknown;

  /** For an answer to a question with these names; without any, all goes on as it is. */
  Restoration(Optional<Pseudonyms> names, String responseFormat) {
    this.names = names;
    this.jsonText = JSON_FORMS.contains(responseFormat);
  }

  /** What of the piece, and of what was held back before, may go on. */
  List<Piece> accept(Piece piece) {
    if (names.isEmpty() || piece instanceof Piece.Vector) {
      return List.of(piece);
    }
    List<Piece> given = new ArrayList<>(2);
    if (piece instanceof Piece.ChoiceEnd end) {
      given.addAll(finish());
      boolean changed = streams.values().stream().anyMatch(stream -> stream.restored() > 0);
      forget(streams.values());
      streams.clear();
      given.add(new Piece.ChoiceEnd(end.reason(), end.logprobs().filter(_ -> !changed)));
      return given;
    }
    if (OutputGuard.speaks(piece)) {
      end(THOUGHT, given);
    }
    Piece kind = OutputGuard.kind(piece);
    String text = stream(kind).accept(OutputGuard.text(piece));
    if (!text.isEmpty() || named(piece)) {
      given.add(named(piece, text));
    }
    return given;
  }

  /** What was still held back: the answer is complete. */
  List<Piece> finish() {
    List<Piece> given = new ArrayList<>();
    streams.keySet().forEach(kind -> end(kind, given));
    return given;
  }

  /** Says what became of the names of the answer. */
  void report() {
    forget(streams.values());
    streams.clear();
    names.ifPresent(used -> used.answered(restored, unknown));
  }

  private static boolean named(Piece piece) {
    return piece instanceof Piece.ToolCall call && !call.name().isEmpty();
  }

  /** The piece with that text. */
  private static Piece named(Piece piece, String text) {
    return piece instanceof Piece.ToolCall(int index, String id, String name, _)
        ? new Piece.ToolCall(index, id, name, text)
        : OutputGuard.with(piece, text);
  }

  private void end(Piece kind, List<Piece> given) {
    Restorer stream = streams.get(kind);
    String text = stream == null ? "" : stream.finish();
    if (!text.isEmpty()) {
      given.add(OutputGuard.with(kind, text));
    }
  }

  private Restorer stream(Piece kind) {
    return streams.computeIfAbsent(kind, this::made);
  }

  private Restorer made(Piece kind) {
    Map<String, String> known = names.map(Pseudonyms::known).orElse(Map.of());
    boolean json = kind instanceof Piece.ToolCall || (jsonText && kind instanceof Piece.Text);
    return json ? Restorer.ofJson(known) : Restorer.ofText(known);
  }

  private void forget(Iterable<Restorer> ended) {
    for (Restorer stream : ended) {
      restored += stream.restored();
      unknown += stream.unknown();
    }
  }
}
