package dev.moat.guard;

/** What each ASCII character may be part of, as bits of one table. */
final class CharacterKinds {
  static final int UPPER = 1;
  static final int LOWER = 1 << 1;
  static final int DIGIT = 1 << 2;
  static final int LETTER = UPPER | LOWER;

  /** A letter or digit of another script that passes for none of ours. */
  static final int FOREIGN = 1 << 10;

  static final int ALNUM = LETTER | DIGIT | FOREIGN;

  /** Stands for all foreign letters. */
  static final char OTHER = '\u0080';

  private static final int SYMBOL_SHIFT = 16;

  /** A letter beyond f. */
  static final int NOT_HEX = 1 << 3;

  /** A letter or digit other than 0 and 1. */
  static final int NOT_BIT = 1 << 4;

  /** A small letter, or a digit that base32 does not have. */
  static final int NOT_BASE32 = 1 << 5;

  /** What base64 has beside letters and digits. */
  static final int RUN = 1 << 6;

  /** What may be put inside a word to cut it. */
  static final int CUTS = 1 << 7;

  /** What begins an escape, a tag or stands for a letter. */
  static final int TRIGGER = 1 << 8;

  /** What seldom stands between two letters. */
  static final int RARE_CUTS = 1 << 9;

  private static final Alphabet RARELY_CUTTING = Alphabet.of("*~|^`");
  private static final Alphabet BASE64_SIGNS = Alphabet.of("+/_\\-");
  private static final Alphabet CUTTING = Alphabet.of(".\\-_*~|^`,;:/\\\\#+");
  private static final Alphabet TRIGGERS = Alphabet.of("%=&\\\\+<@$!|");
  private static final int[] KINDS = kinds();

  private CharacterKinds() {}

  /** The bits of {@code c}; beyond ASCII only {@link #OTHER} has any. */
  static int of(char c) {
    return c < KINDS.length ? KINDS[c] : 0;
  }

  /** The symbol of {@link English} that the bits of a character carry. */
  static int symbol(int kind) {
    return kind >>> SYMBOL_SHIFT;
  }

  static boolean isSmall(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static int[] kinds() {
    int[] kinds = new int[OTHER + 1];
    kinds[OTHER] = FOREIGN | NOT_HEX | NOT_BIT | NOT_BASE32;
    for (char c = 0; c < OTHER; c++) {
      boolean alnum = Alphabet.ALNUM.has(c);
      int kind = bit(Alphabet.UPPER.has(c), UPPER) | bit(Alphabet.LOWER.has(c), LOWER);
      kind |= bit(Alphabet.DIGITS.has(c), DIGIT) | bit(BASE64_SIGNS.has(c), RUN);
      kind |= bit(alnum && !Alphabet.HEX.has(c), NOT_HEX);
      kind |= bit(alnum && c != '0' && c != '1', NOT_BIT);
      kind |= bit(alnum && !Alphabet.BASE32.has(c), NOT_BASE32);
      kind |= bit(CUTTING.has(c), CUTS) | bit(TRIGGERS.has(c), TRIGGER);
      kind |= bit(RARELY_CUTTING.has(c), RARE_CUTS);
      kinds[c] = kind | English.symbol(c) << SYMBOL_SHIFT;
    }
    return kinds;
  }

  private static int bit(boolean has, int bit) {
    return has ? bit : 0;
  }
}
