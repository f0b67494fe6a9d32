package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.math.BigDecimal;

/**
 * Amounts of US dollars as whole numbers of a small unit: nano-dollars for what is spent and may be
 * spent, pico-dollars for the price of a token. No floating point anywhere: a budget that is off by
 * a rounding error is one that can be passed.
 */
final class Money {
  /** Digits after the point of an amount in nano-dollars. */
  static final int NANO_DIGITS = 9;

  /** Digits that a decimal keeps when the settings' reader takes it for a number. */
  private static final int DIGITS_MAX = 15;

  private Money() {}

  /**
   * Reads a decimal text exactly: dollars with at most {@code digits} after the point become a
   * whole number of the unit that has so many. {@code place} names the setting in errors.
   */
  static long parse(String place, String text, int digits, long dollarsMax) {
    BigDecimal dollars;
    try {
      dollars = new BigDecimal(text.strip());
    } catch (NumberFormatException _) {
      throw bad(place, text, "is not a decimal number");
    }
    BigDecimal plain = dollars.stripTrailingZeros();
    if (dollars.signum() < 0 || plain.compareTo(BigDecimal.valueOf(dollarsMax)) > 0) {
      throw bad(place, text, "is not from 0 to " + dollarsMax);
    }
    if (plain.scale() > digits || plain.precision() > DIGITS_MAX) {
      throw bad(place, text, "has more than " + digits + " decimals or " + DIGITS_MAX + " digits");
    }
    return plain.movePointRight(digits).longValueExact();
  }

  /** Nano-dollars as decimal text. */
  static String text(long nanos) {
    BigDecimal dollars = BigDecimal.valueOf(nanos, NANO_DIGITS).stripTrailingZeros();
    return dollars.toPlainString();
  }

  private static Failure bad(String place, String text, String why) {
    String message =
        place + ": \"" + Text.shortened(text, 60) + "\" " + why + "; write dollars like 12.50";
    return new Failure(new Problem.Invalid(message, place));
  }
}
