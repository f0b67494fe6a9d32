package dev.moat.serve;

import java.util.OptionalInt;

/**
 * How the caller wants its answer told.
 *
 * @param echo whether the prompt stands before what the model adds
 * @param alternatives how many likely tokens are told beside each; empty for no probabilities
 * @param base64 whether vectors are told as bytes instead of numbers
 * @param dimensions how long vectors should be
 */
record AnswerForm(boolean echo, OptionalInt alternatives, boolean base64, OptionalInt dimensions) {
  /** How many likely tokens a completion may tell. */
  static final int COMPLETION_ALTERNATIVES_MAX = 5;

  /** How many a chat may. */
  static final int CHAT_ALTERNATIVES_MAX = 20;
}
