package dev.moat.serve;

import java.util.Optional;

/** A part of an answer, as it comes from a model. */
sealed interface Piece {
  /** Text of the answer itself. */
  record Text(String text) implements Piece {}

  /** Text that the model thinks before it answers. */
  record Reasoning(String text) implements Piece {}

  /** Text by which the model itself declines. */
  record Declined(String text) implements Piece {}

  /**
   * A part of a call that the model wants made.
   *
   * @param index which of several calls
   * @param id given once, with the first part; empty afterwards
   * @param name of the function, given once; empty afterwards
   * @param arguments the next part of the JSON text of its arguments
   */
  record ToolCall(int index, String id, String name, String arguments) implements Piece {
    /** How many calls one answer may ask for. */
    public static final int CALLS_MAX = 128;

    /** Checks the index. */
    public ToolCall {
      if (index < 0 || index >= CALLS_MAX) {
        throw new IllegalArgumentException("tool call " + index + " is not below " + CALLS_MAX);
      }
    }
  }

  /** Its text as the digest of an answer takes it. */
  default String words() {
    return switch (this) {
      case Text(String text) -> text;
      case Reasoning(String text) -> text;
      case Declined(String text) -> text;
      case ToolCall(_, _, String name, String arguments) -> name + arguments;
      case Data _ -> "";
    };
  }

  /** A part that is no text of its own. */
  sealed interface Data extends Piece {}

  /**
   * The end of one of several answers to one request, or of one with probabilities.
   *
   * @param logprobs how probable the text before it was, if the model tells
   */
  record ChoiceEnd(FinishReason reason, Optional<Logprobs> logprobs) implements Data {}

  /** What a model makes of one input in place of a text. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Vector(float[] values) implements Data {}

  /** How many characters a guard has to read in it. */
  default int length() {
    return switch (this) {
      case Text(String text) -> text.length();
      case Reasoning(String text) -> text.length();
      case Declined(String text) -> text.length();
      case ToolCall(_, _, String name, String arguments) -> name.length() + arguments.length();
      case ChoiceEnd(_, Optional<Logprobs> logprobs) -> logprobs.map(Logprobs::length).orElse(0);
      case Vector(float[] values) -> values.length;
    };
  }
}
