package dev.moat.guard;

import java.util.Collection;

/** A set of ASCII characters. */
record Alphabet(long low, long high) {
  static final Alphabet DIGITS = of("0-9");
  static final Alphabet LOWER = of("a-z");
  static final Alphabet UPPER = of("A-Z");
  static final Alphabet LETTERS = of("a-zA-Z");
  static final Alphabet ALNUM = of("a-zA-Z0-9");
  static final Alphabet UPPER_ALNUM = of("A-Z0-9");
  static final Alphabet LOWER_ALNUM = of("a-z0-9");
  static final Alphabet HEX = of("0-9a-fA-F");
  static final Alphabet LOWER_HEX = of("0-9a-f");
  static final Alphabet UPPER_HEX = of("0-9A-F");
  static final Alphabet WORD = of("a-zA-Z0-9_");
  static final Alphabet URL64 = of("a-zA-Z0-9_\\-");
  static final Alphabet URL64_DOTS = of("a-zA-Z0-9_\\-.");
  static final Alphabet URL64_EQUALS = of("a-zA-Z0-9_\\-=");
  static final Alphabet UUID = of("0-9a-f\\-");
  static final Alphabet BASE64 = of("a-zA-Z0-9+/=");
  static final Alphabet BASE32 = of("A-Z2-7");
  static final Alphabet BECH32 = of("qpzry9x8gf2tvdw0s3jn54khce6mua7l");
  static final Alphabet BECH32_UPPER = of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L");
  static final Alphabet BASE58 = of("1-9A-HJ-NP-Za-km-z");

  /** The set that {@code spec} lists, with ranges by {@code -} and escapes by a backslash. */
  static Alphabet of(String spec) {
    long low = 0;
    long high = 0;
    for (int i = 0; i < spec.length(); i++) {
      char first = spec.charAt(i) == '\\' ? spec.charAt(++i) : spec.charAt(i);
      char last = first;
      if (i + 2 < spec.length() && spec.charAt(i + 1) == '-') {
        last = spec.charAt(i + 2);
        i += 2;
      }
      for (int c = first; c <= last; c++) {
        low |= c < 64 ? 1L << c : 0;
        high |= c >= 64 ? 1L << (c - 64) : 0;
      }
    }
    return new Alphabet(low, high);
  }

  /** The first characters of {@code words}, which are all ASCII. */
  static Alphabet firsts(Collection<String> words) {
    Alphabet all = new Alphabet(0, 0);
    for (String word : words) {
      Alphabet first = of(word.substring(0, 1));
      all = new Alphabet(all.low | first.low, all.high | first.high);
    }
    return all;
  }

  /** The same set with the capitals of its small letters. */
  Alphabet withCapitals() {
    return new Alphabet(low, high | (high & LOWER.high) >>> ('a' - 'A'));
  }

  /** Whether {@code c} is in the set. */
  boolean has(char c) {
    return c < 128 && ((c < 64 ? low : high) >>> c & 1) != 0; // a shift counts modulo 64
  }

  /** The position after the longest run from {@code at}, of at most {@code max} characters. */
  int runEnd(Window window, int at, int max) {
    int end = at;
    while (end - at < max && has(window.at(end))) {
      end++;
    }
    return end;
  }

  /** How many characters are in the set. */
  int size() {
    return Long.bitCount(low) + Long.bitCount(high);
  }
}
