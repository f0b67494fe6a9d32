package dev.moat.guard;

import java.util.List;
import java.util.Locale;

/** What one head of the model looks for. */
enum Head {
  /** An attack on the model's instructions, in what a person typed. */
  INJECTION(0, Span.INJECTION + "model"),
  /** A task or an order for an assistant, in what was merely retrieved. */
  INSTRUCTION(1, Span.INJECTION + "instruction"),
  /** Contempt for a group of people. */
  HATE(2, Span.HARM + "hate"),
  /** Insults and threats to a person. */
  HARASSMENT(3, Span.HARM + "harassment"),
  /** Suicide and self-injury. */
  SELF_HARM(4, Span.HARM + "self-harm"),
  /** Violence against people or animals. */
  VIOLENCE(5, Span.HARM + "violence"),
  /** Sexual content. */
  SEXUAL(6, Span.HARM + "sexual"),
  /** Help with crime. */
  ILLICIT(7, Span.HARM + "illicit");

  /** All heads, in the order of their weights. */
  static final List<Head> ALL = List.of(values());

  /** How many heads there are: the weights of one bucket fill one long. */
  static final int COUNT = Long.BYTES;

  private final int lane;
  private final String type;
  private final Kind kind;
  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  Head(int lane, String type) {
    this.lane = lane;
    this.type = type;
    this.kind = Span.kind(type);
  }

  /** Which of the weights of a bucket is its own. */
  int lane() {
    return lane;
  }

  /** The word in verdicts and training data. */
  String word() {
    return word;
  }

  /** The head of that word. */
  static Head of(String word) {
    for (Head head : ALL) {
      if (head.word().equals(word)) {
        return head;
      }
    }
    throw new IllegalArgumentException(
        word + ": no head of the model; use one of " + ALL.stream().map(Head::word).toList());
  }

  /** The type of the spans that it finds. */
  String type() {
    return type;
  }

  /** The kind of those spans. */
  Kind kind() {
    return kind;
  }

  /**
   * A text with fewer features counts as one with this many: a word is no proof. An order in a
   * document may be short.
   */
  int featuresMin() {
    return this == INSTRUCTION ? 40 : 100;
  }

  /** Whether it is a category of harm. */
  boolean isHarm() {
    return kind == Kind.HARM;
  }
}
