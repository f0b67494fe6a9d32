package dev.moat.serve;

/** A part of an answer, as it comes from a model. */
public sealed interface Piece {
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

  /** How many characters a guard has to read in it. */
  default int length() {
    return switch (this) {
      case Text(String text) -> text.length();
      case Reasoning(String text) -> text.length();
      case Declined(String text) -> text.length();
      case ToolCall(_, _, String name, String arguments) -> name.length() + arguments.length();
    };
  }
}
