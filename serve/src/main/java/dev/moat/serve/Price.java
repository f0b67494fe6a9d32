package dev.moat.serve;

import dev.moat.core.Settings;

/**
 * What the tokens of one model cost, in pico-dollars each. A dollar for a million tokens is a
 * million pico-dollars for one, so that every price with at most six decimals is exact.
 */
record Price(long input, long output) {
  private static final int DIGITS = 6;

  /** So dear that {@link #cost} of any two token counts still fits a long. */
  private static final long DOLLARS_MAX = 2_000;

  private static final int PICO_IN_NANO = 1_000;

  static Price read(Settings.Section section) {
    return new Price(
        part(section, "usd-per-million-input", "0.15", "Dollars for a million prompt tokens."),
        part(section, "usd-per-million-output", "0.60", "Dollars for a million answer tokens."));
  }

  private static long part(Settings.Section section, String key, String example, String meaning) {
    String text = section.required(key, example, meaning);
    return Money.parse(section.path() + "." + key, text, DIGITS, DOLLARS_MAX);
  }

  /** Nano-dollars for so many tokens, rounded up. */
  long cost(long promptTokens, long answerTokens) {
    long pico = Math.addExact(picoOf(promptTokens, input), picoOf(answerTokens, output));
    return Math.ceilDiv(pico, PICO_IN_NANO);
  }

  /** How many tokens of an answer {@code nanos} buy beside that prompt; -1 if not even that. */
  long answerTokens(long promptTokens, long nanos) {
    long left = nanos * PICO_IN_NANO - picoOf(promptTokens, input);
    if (left < 0) {
      return -1;
    }
    return output == 0 ? Integer.MAX_VALUE : Math.min(Integer.MAX_VALUE, left / output);
  }

  private static long picoOf(long tokens, long price) {
    return Math.multiplyExact(Math.min(tokens, Integer.MAX_VALUE), price);
  }
}
