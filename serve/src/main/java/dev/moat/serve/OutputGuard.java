package dev.moat.serve;

import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.StreamGuard;
import dev.moat.guard.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges every text of one answer as it comes: the answer itself, what the model thinks, and the
 * arguments of each call it asks for. For one thread at a time.
 */
final class OutputGuard {
  private final Guard guard;
  private final Map<Piece, StreamGuard> streams = new LinkedHashMap<>();
  private final List<Verdict> names = new ArrayList<>();
  private boolean blocked;

  OutputGuard(Guard guard) {
    this.guard = guard;
  }

  /** What of the piece, and of what was held back before, may go on. */
  List<Piece> accept(Piece piece) {
    if (blocked) {
      return List.of();
    }
    Piece kind = with(piece, "");
    List<Piece> safe = new ArrayList<>(2);
    if (piece instanceof Piece.ToolCall call && !call.name().isEmpty()) {
      safe.add(new Piece.ToolCall(call.index(), call.id(), judgedName(call.name()), ""));
    }
    StreamGuard stream = streams.computeIfAbsent(kind, _ -> guard.stream(Channel.OUTPUT));
    String text = stream.accept(text(piece));
    if (!text.isEmpty()) {
      safe.add(with(kind, text));
    } else {
      // A stream that hands nothing on is either holding back or blocked: only now ask which.
      blocked |= stream.verdict() instanceof Verdict.Block;
    }
    return safe;
  }

  /** What was still held back and may go on now that the answer is complete. */
  List<Piece> finish() {
    List<Piece> safe = new ArrayList<>();
    streams.forEach(
        (kind, stream) -> {
          String text = stream.finish();
          if (!text.isEmpty()) {
            safe.add(with(kind, text));
          }
          blocked |= stream.verdict() instanceof Verdict.Block;
        });
    return safe;
  }

  /** Whether the answer must end here; said at the latest one piece after the cause. */
  boolean blocked() {
    return blocked;
  }

  Findings findings() {
    Findings all = new Findings();
    streams.values().forEach(stream -> all.add(stream.verdict()));
    names.forEach(all::add);
    return all;
  }

  private String judgedName(String name) {
    Verdict verdict = guard.judge(Channel.OUTPUT, name);
    names.add(verdict);
    blocked |= verdict instanceof Verdict.Block;
    return switch (verdict) {
      case Verdict.Redact redact -> redact.text();
      case Verdict.Block _ -> "";
      case Verdict.Pass _, Verdict.Flag _ -> name;
    };
  }

  private static String text(Piece piece) {
    return switch (piece) {
      case Piece.Text(String text) -> text;
      case Piece.Reasoning(String text) -> text;
      case Piece.Declined(String text) -> text;
      case Piece.ToolCall call -> call.arguments();
    };
  }

  /** A piece of the same kind with that text: without text, the key of its stream. */
  private static Piece with(Piece kind, String text) {
    return switch (kind) {
      case Piece.Text _ -> new Piece.Text(text);
      case Piece.Reasoning _ -> new Piece.Reasoning(text);
      case Piece.Declined _ -> new Piece.Declined(text);
      case Piece.ToolCall call -> new Piece.ToolCall(call.index(), "", "", text);
    };
  }
}
