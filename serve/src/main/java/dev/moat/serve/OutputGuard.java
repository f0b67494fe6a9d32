package dev.moat.serve;

import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.Kind;
import dev.moat.guard.Overlap;
import dev.moat.guard.Span;
import dev.moat.guard.StreamGuard;
import dev.moat.guard.StructuredFields;
import dev.moat.guard.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Judges every text of one answer as it comes: the answer itself, what the model thinks, and the
 * arguments of each call it asks for. For one thread at a time.
 */
final class OutputGuard {
  /** One text of the answer; of the arguments of a call also all of it. */
  private record Heard(
      StreamGuard guard, JudgedTexts.Pieces judged, Overlap overlap, StringBuilder arguments) {}

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");
  private static final List<Span> LEAK = List.of(new Span(Overlap.TYPE, 0, 0));
  private static final Piece THOUGHT = new Piece.Reasoning("");

  private final Guard guard;
  private final Map<Piece, Heard> streams = new LinkedHashMap<>();
  private final JudgedTexts judged = new JudgedTexts();
  private final List<Verdict> past = new ArrayList<>();
  private final Supplier<Overlap> secrets;
  private Optional<Overlap> overlap = Optional.empty();
  private boolean spoken;
  private boolean blocked;

  OutputGuard(Guard guard) {
    this(guard, () -> Overlap.with(List.of(), List.of()));
  }

  /** A guard of an answer that must not repeat what {@code secrets} knows, which is asked once. */
  OutputGuard(Guard guard, Supplier<Overlap> secrets) {
    this.guard = guard;
    this.secrets = secrets;
  }

  /** What of the piece, and of what was held back before, may go on. */
  List<Piece> accept(Piece piece) {
    if (blocked) {
      return List.of();
    }
    if (piece instanceof Piece.Data data) {
      return accept(data);
    }
    if (spoken && piece instanceof Piece.Reasoning) {
      return List.of(); // judged to its end when the answer began
    }
    List<Piece> safe = new ArrayList<>(2);
    if (!spoken && speaks(piece)) {
      spoken = true;
      endThought(safe);
      if (blocked) {
        return safe;
      }
    }
    Piece kind = kind(piece);
    if (piece instanceof Piece.ToolCall call && !call.name().isEmpty()) {
      safe.add(new Piece.ToolCall(call.index(), plain(call.id()), judgedName(call.name()), ""));
    }
    Heard heard = streams.computeIfAbsent(kind, _ -> heard());
    heard.judged().add(text(piece));
    StreamGuard stream = heard.guard();
    String text = stream.accept(beforeLeak(heard, kind, text(piece)));
    if (!text.isEmpty()) {
      safe.add(with(kind, text));
    } else {
      // A stream that hands nothing on is either holding back or blocked: only now ask which.
      blocked |= stream.isBlocked();
    }
    return safe;
  }

  private List<Piece> accept(Piece.Data data) {
    return switch (data) {
      case Piece.Vector _ -> List.of(data);
      case Piece.ChoiceEnd end -> {
        List<Piece> safe = new ArrayList<>(finish());
        boolean unchanged = streams.values().stream().allMatch(s -> unchanged(s.guard().verdict()));
        streams.values().forEach(heard -> past.add(heard.guard().verdict()));
        streams.clear();
        spoken = false;
        safe.add(
            new Piece.ChoiceEnd(end.reason(), end.logprobs().filter(l -> unchanged && fit(l))));
        yield safe;
      }
    };
  }

  /** Whether no text in the probabilities is one that the guard would change. */
  private boolean fit(Logprobs logprobs) {
    return logprobs.texts().stream().allMatch(text -> unchanged(guard.judge(Channel.OUTPUT, text)));
  }

  private static boolean unchanged(Verdict verdict) {
    return verdict instanceof Verdict.Pass || verdict instanceof Verdict.Flag;
  }

  /** What was still held back and may go on now that the answer is complete. */
  List<Piece> finish() {
    List<Piece> safe = new ArrayList<>();
    streams.forEach(
        (kind, heard) -> {
          StreamGuard stream = heard.guard();
          end(heard);
          String text = stream.finish();
          if (!text.isEmpty()) {
            safe.add(with(kind, text));
          }
          blocked |= stream.isBlocked();
        });
    return safe;
  }

  /** Whether the answer must end here; said at the latest one piece after the cause. */
  boolean blocked() {
    return blocked;
  }

  /** What was held back so far, as it came. */
  List<Piece> held() {
    List<Piece> all = new ArrayList<>();
    streams.forEach(
        (kind, heard) -> {
          String text = heard.guard().held();
          if (!text.isEmpty()) {
            all.add(with(kind, text));
          }
        });
    return all;
  }

  /** What is known of the answer so far. */
  GuardReport report() {
    Findings all = new Findings();
    streams.values().forEach(heard -> all.add(heard.guard().verdict()));
    past.forEach(all::add);
    return GuardReport.of(all, judged);
  }

  private Heard heard() {
    if (overlap.isEmpty()) {
      boolean asked = guard.looksFor(Channel.OUTPUT, Kind.LEAK);
      overlap = Optional.of(asked ? secrets.get() : Overlap.with(List.of(), List.of()));
    }
    return new Heard(
        guard.stream(Channel.OUTPUT),
        judged.open(Channel.OUTPUT),
        overlap.get().again(),
        new StringBuilder());
  }

  /** What of {@code said} comes before a leak that blocks: all of it, if there is none. */
  private String beforeLeak(Heard heard, Piece kind, String said) {
    if (kind instanceof Piece.ToolCall) {
      heard.arguments().append(said);
    }
    boolean leaked = heard.overlap().leaks();
    int before = heard.overlap().accept(said);
    if (leaked || !heard.overlap().leaks()) {
      return said;
    }
    note(LEAK);
    return blocked ? said.substring(0, before) : said;
  }

  /** Judges what can only be told of a whole text. */
  private void end(Heard heard) {
    boolean leaked = heard.overlap().leaks();
    heard.overlap().finish();
    if (!leaked && heard.overlap().leaks()) {
      note(LEAK);
    }
    if (guard.looksFor(Channel.OUTPUT, Kind.UNSAFE)) {
      note(StructuredFields.check(heard.arguments().toString()));
    }
    heard.arguments().setLength(0);
  }

  private void note(List<Span> found) {
    if (!found.isEmpty()) {
      Verdict verdict = guard.verdictOn(Channel.OUTPUT, found);
      past.add(verdict);
      blocked |= verdict instanceof Verdict.Block;
    }
  }

  /** A thought ends where the answer begins: so it can be told wholly before it. */
  private void endThought(List<Piece> safe) {
    Heard thought = streams.get(THOUGHT);
    if (thought != null) {
      String text = thought.guard().finish();
      if (!text.isEmpty()) {
        safe.add(with(THOUGHT, text));
      }
      blocked |= thought.guard().isBlocked();
    }
  }

  /** Whether the answer itself begins with the piece, if it has not begun. */
  static boolean speaks(Piece piece) {
    return switch (piece) {
      case Piece.Reasoning _, Piece.Data _ -> false;
      case Piece.Text(String text) -> !text.isBlank();
      case Piece.Declined _, Piece.ToolCall _ -> true;
    };
  }

  private String judgedName(String name) {
    judged.add(Channel.OUTPUT, name);
    Verdict verdict = guard.judge(Channel.OUTPUT, name);
    past.add(verdict);
    blocked |= verdict instanceof Verdict.Block;
    return switch (verdict) {
      case Verdict.Redact redact -> redact.text();
      case Verdict.Block _ -> "";
      case Verdict.Pass _, Verdict.Flag _ -> name;
    };
  }

  /** An id as it may go on: it must stay the same, so one that could carry a text is dropped. */
  private static String plain(String id) {
    return ID.matcher(id).matches() ? id : "";
  }

  static String text(Piece piece) {
    return switch (piece) {
      case Piece.Text(String text) -> text;
      case Piece.Reasoning(String text) -> text;
      case Piece.Declined(String text) -> text;
      case Piece.ToolCall call -> call.arguments();
      case Piece.Data _ -> "";
    };
  }

  /** The text that a piece is a part of: what all its pieces have in common. */
  static Piece kind(Piece piece) {
    return with(piece, "");
  }

  /** A piece of the same kind with that text. */
  static Piece with(Piece kind, String text) {
    return switch (kind) {
      case Piece.Text _ -> new Piece.Text(text);
      case Piece.Reasoning _ -> new Piece.Reasoning(text);
      case Piece.Declined _ -> new Piece.Declined(text);
      case Piece.ToolCall call -> new Piece.ToolCall(call.index(), "", "", text);
      case Piece.Data data -> data;
    };
  }
}
