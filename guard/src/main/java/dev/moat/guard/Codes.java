package dev.moat.guard;

import java.util.Optional;

/**
 * Reads text written as numbers, one a letter: bits, octal, decimal, hexadecimal, or the place in
 * the alphabet.
 *
 * @param radix of the numbers
 * @param digitsMin how many digits a number has at least
 * @param digitsMax how many it has at most
 * @param numbersMin how many numbers must follow one another
 */
record Codes(int radix, int digitsMin, int digitsMax, int numbersMin) implements Decoding {
  static final Codes BITS = new Codes(2, 7, 8, CodeRuns.BINARY_MIN);
  static final Codes OCTAL = new Codes(8, 3, 3, CodeRuns.CODES_MIN);
  static final Codes DECIMAL = new Codes(10, 2, 3, CodeRuns.CODES_MIN);
  static final Codes HEX = new Codes(16, 2, 2, CodeRuns.CODES_MIN);

  /** The first letter is 1: a space in such text is whatever separates in another way. */
  static final Codes PLACES = new Codes(10, 1, 2, CodeRuns.CODES_MIN + 2);

  private static final int GAP_MAX = 4;
  private static final Alphabet GAPS = Alphabet.of(" ,;:/|\\-._\n\r\t[]()\"'");
  private static final int UNBROKEN_MIN = 16;
  private static final int SLACK = 4;

  @Override
  public void decode(Rewrite out) {
    String text = out.text();
    int at = 0;
    while (at < text.length()) {
      if (!startsWord(text, at)) {
        at++;
        continue;
      }
      int end = wordEnd(text, at);
      int digits = digitsFrom(text, at);
      if (end - digits > digitsMax && end - digits >= UNBROKEN_MIN) {
        runsInWord(out, digits, end);
        at = end;
      } else if (number(text, digits, end) < 0) {
        at = end;
      } else {
        at = run(out, at);
      }
    }
  }

  /** Reads the numbers from {@code start} on and answers where they end. */
  private int run(Rewrite out, int start) {
    String text = out.text();
    StringBuilder said = new StringBuilder();
    int between = isPlaces() ? narrowest(text, start) : GAP_MAX;
    int count = 0;
    int last = start;
    int at = start;
    while (at < text.length()) {
      int end = wordEnd(text, at);
      int value = number(text, digitsFrom(text, at), end);
      if (value < 0) {
        break;
      }
      said.append(at - last > between ? " " : "").append(letter(value));
      count++;
      last = end;
      at = gapEnd(text, end);
    }
    if (count >= numbersMin && isText(said.toString())) {
      out.replace(start, last, said.toString());
    }
    return Math.max(last, start + 1);
  }

  /** The narrowest gap after the first few numbers: what parts letters, not words. */
  private int narrowest(String text, int start) {
    int narrowest = GAP_MAX;
    int at = start;
    for (int i = 0; i < CodeRuns.CODES_MIN && at < text.length(); i++) {
      int end = wordEnd(text, at);
      at = gapEnd(text, end);
      narrowest = at > end ? Math.min(narrowest, at - end) : narrowest;
    }
    return narrowest;
  }

  private boolean isPlaces() {
    return digitsMin == 1;
  }

  private boolean isText(String said) {
    return said.length() >= numbersMin
        && Bytes.isReadable(said)
        && English.score(said) >= said.length() * (isPlaces() ? 2 : 1) - SLACK;
  }

  private char letter(int value) {
    return (char) (isPlaces() ? 'a' + value - 1 : value);
  }

  /** Reads the long runs of digits in a word, whatever letters stand around them. */
  private void runsInWord(Rewrite out, int start, int end) {
    int width = radix == 16 ? 2 : radix == 2 ? 8 : 0;
    int at = start;
    while (width > 0 && at < end) {
      int stop = HexDigits.end(out.text(), at, end - at, radix);
      if (stop - at >= UNBROKEN_MIN) {
        int odd = (stop - at) % width;
        if (!unbroken(out, at, stop - odd, width) && odd > 0) {
          unbroken(out, at + odd, stop, width);
        }
      }
      at = stop + 1;
    }
  }

  private boolean unbroken(Rewrite out, int start, int end, int width) {
    Bytes bytes = new Bytes((end - start) / width);
    for (int i = start; i < end; i += width) {
      bytes.add(HexDigits.value(out.text(), i, width, radix));
    }
    Optional<String> said = bytes.text();
    said.ifPresent(word -> out.replace(start, end, word));
    return said.isPresent();
  }

  /** The number between {@code start} and {@code end} if it is the code of a letter, or -1. */
  private int number(String text, int start, int end) {
    int digits = end - start;
    if (digits < digitsMin || digits > digitsMax) {
      return -1;
    }
    int value = HexDigits.value(text, start, digits, radix);
    boolean place = value > 0 && value <= 26;
    boolean code = (value >= ' ' && value < 0x7F) || value == '\n' || value == '\t';
    return (isPlaces() ? place : code) ? value : -1;
  }

  private int digitsFrom(String text, int at) {
    String prefix = radix == 16 ? "0x" : radix == 2 ? "0b" : "0o";
    boolean prefixed = radix != 10 && text.startsWith(prefix, at);
    return prefixed ? at + 2 : at;
  }

  private static boolean startsWord(String text, int at) {
    return Alphabet.ALNUM.has(text.charAt(at))
        && (at == 0 || !Alphabet.ALNUM.has(text.charAt(at - 1)));
  }

  private static int wordEnd(String text, int at) {
    int end = at;
    while (end < text.length() && Alphabet.ALNUM.has(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static int gapEnd(String text, int at) {
    int end = at;
    while (end < text.length() && end - at < GAP_MAX && GAPS.has(text.charAt(end))) {
      end++;
    }
    return end;
  }
}
