package dev.moat.guard;

import java.util.List;
import java.util.Optional;

/** What a guard says of one text. */
public sealed interface Verdict {
  /** How much the text looks like an attack, or like harm. */
  Scores scores();

  /** What was found, in text order; offsets are those of the original text. */
  List<Span> spans();

  /** The word for it in the command line and the ledger. */
  String word();

  /** The strongest cause; empty where there is none. */
  default String rule() {
    return "";
  }

  /** How much the text looks like an attack or a leak: 0 is not at all, 1 is certainly. */
  default double score() {
    return Math.max(scores().injection(), scores().leak());
  }

  /**
   * Nothing that the policy acts on; the spans are those that it only notes.
   *
   * @param shadowed what it would be, were the channel not in shadow mode
   */
  record Pass(Scores scores, List<Span> spans, Optional<Verdict> shadowed) implements Verdict {
    /** Copies the spans in. */
    public Pass {
      spans = List.copyOf(spans);
    }

    /** A text that passes as it is. */
    public Pass(Scores scores, List<Span> spans) {
      this(scores, spans, Optional.empty());
    }

    /** What passes only because the channel is in shadow mode. */
    static Pass instead(Verdict shadowed) {
      return new Pass(shadowed.scores(), shadowed.spans(), Optional.of(shadowed));
    }

    /** A text in which nothing was found. */
    public Pass(double score) {
      this(Scores.of(score), List.of());
    }

    @Override
    public String word() {
      return "pass";
    }
  }

  /** The text may go on as it is, but somebody should know. */
  record Flag(String rule, Scores scores, List<Span> spans) implements Verdict {
    /** Copies the spans in. */
    public Flag {
      spans = List.copyOf(spans);
    }

    /** A text that is flagged for that score of an attack. */
    public Flag(String rule, double score, List<Span> spans) {
      this(rule, Scores.of(score), spans);
    }

    @Override
    public String word() {
      return "flag";
    }
  }

  /** Only {@code text}, in which placeholders stand for what was found, may go on. */
  record Redact(String text, List<Span> spans, Scores scores) implements Verdict {
    /** Copies the spans in. */
    public Redact {
      spans = List.copyOf(spans);
    }

    /** A text with that score of an attack. */
    public Redact(String text, List<Span> spans, double score) {
      this(text, spans, Scores.of(score));
    }

    @Override
    public String word() {
      return "redact";
    }
  }

  /** The text may not go on. */
  record Block(String rule, Scores scores, List<Span> spans) implements Verdict {
    /** Copies the spans in. */
    public Block {
      spans = List.copyOf(spans);
    }

    /** A text that is blocked for that score of an attack. */
    public Block(String rule, double score, List<Span> spans) {
      this(rule, Scores.of(score), spans);
    }

    @Override
    public String word() {
      return "block";
    }
  }
}
