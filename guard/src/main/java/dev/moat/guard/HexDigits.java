package dev.moat.guard;

/** Numbers in hexadecimal and other digits, read from the middle of a text. */
final class HexDigits {
  private HexDigits() {}

  /** The value of the {@code count} hexadecimal digits at {@code at}, or -1. */
  static int value(String text, int at, int count) {
    return value(text, at, count, 16);
  }

  /** The value of the {@code count} digits of {@code radix} at {@code at}, or -1. */
  static int value(String text, int at, int count, int radix) {
    if (at < 0 || at + count > text.length() || count == 0) {
      return -1;
    }
    int value = 0;
    for (int i = at; i < at + count; i++) {
      char c = text.charAt(i);
      int digit = c < 128 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value;
  }

  /** Where the digits of {@code radix} from {@code at} on end, after at most {@code max}. */
  static int end(String text, int at, int max, int radix) {
    int end = at;
    while (end < text.length()
        && end - at < max
        && text.charAt(end) < 128
        && Character.digit(text.charAt(end), radix) >= 0) {
      end++;
    }
    return end;
  }
}
