package dev.moat.guard;

import java.util.List;
import java.util.Locale;

/** What one head of the model looks for. */
enum Head {
  /** An attack on the model's instructions, in what a person typed. */
  INJECTION(0),
  /** A task or an order for an assistant, in what was merely retrieved. */
  INSTRUCTION(1),
  /** Contempt for a group of people. */
  HATE(2),
  /** Insults and threats to a person. */
  HARASSMENT(3),
  /** Suicide and self-injury. */
  SELF_HARM(4),
  /** Violence against people or animals. */
  VIOLENCE(5),
  /** Sexual content. */
  SEXUAL(6),
  /** Help with crime. */
  ILLICIT(7);

  /** All heads, in the order of their weights. */
  static final List<Head> ALL = List.of(values());

  /** How many heads there are: the weights of one bucket fill one long. */
  static final int COUNT = Long.BYTES;

  private final int lane;

  Head(int lane) {
    this.lane = lane;
  }

  /** Which of the weights of a bucket is its own. */
  int lane() {
    return lane;
  }

  /** The word in verdicts and training data. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
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
    return isHarm()
        ? Span.HARM + word()
        : Span.INJECTION + (this == INSTRUCTION ? word() : "model");
  }

  /** The kind of those spans. */
  Kind kind() {
    return isHarm() ? Kind.HARM : Kind.INJECTION;
  }

  /** Whether it is a category of harm. */
  boolean isHarm() {
    return lane >= HATE.lane;
  }
}
