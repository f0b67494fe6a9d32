package dev.moat.guard;

import java.util.List;

/** What a guard says of one text. */
public sealed interface Verdict {
  /** How much the text looks like an attack: 0 is not at all, 1 is certainly. */
  double score();

  /** What was found, in text order; offsets are those of the original text. */
  List<Span> spans();

  /** The word for it in the command line and the ledger. */
  String word();

  /** Nothing that the policy cares about. */
  record Pass(double score) implements Verdict {
    @Override
    public List<Span> spans() {
      return List.of();
    }

    @Override
    public String word() {
      return "pass";
    }
  }

  /** The text may go on as it is, but somebody should know; {@code rule} is the strongest cause. */
  record Flag(String rule, double score, List<Span> spans) implements Verdict {
    /** Copies the spans in. */
    public Flag {
      spans = List.copyOf(spans);
    }

    @Override
    public String word() {
      return "flag";
    }
  }

  /** Only {@code text}, in which placeholders stand for what was found, may go on. */
  record Redact(String text, List<Span> spans, double score) implements Verdict {
    /** Copies the spans in. */
    public Redact {
      spans = List.copyOf(spans);
    }

    @Override
    public String word() {
      return "redact";
    }
  }

  /** The text may not go on; {@code rule} is the strongest cause. */
  record Block(String rule, double score, List<Span> spans) implements Verdict {
    /** Copies the spans in. */
    public Block {
      spans = List.copyOf(spans);
    }

    @Override
    public String word() {
      return "block";
    }
  }
}
