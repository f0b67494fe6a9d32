package dev.moat.guard;

/**
 * The run of ASCII letters and digits at the position at hand: walked once for all who ask what may
 * begin with it.
 */
final class Word {
  /**
   * How many characters are looked at: one more than the longest run that any detector measures.
   */
  private static final int LENGTH_MAX = 41;

  /** A longer run is one that {@link Start#after} says nothing of. */
  private static final int SHORT_MAX = 13;

  private static final byte LETTER = 1;
  private static final byte DIGIT = 2;
  private static final byte[] KINDS = kinds();

  private int start;
  private int end;
  private int hash;
  private char before;
  private char first;
  private char after;
  private boolean letters;
  private boolean alone;

  /** Reads the run at {@code at}, where a letter or digit stands. */
  void read(Window window, int at) {
    start = at;
    before = window.at(at - 1);
    first = window.at(at);
    end = at + window.readRun(at, LENGTH_MAX, this);
    after = window.at(end);
    alone = after < 128 && after != '\'' && !Alphabet.ALNUM.has(after) && window.isPlainFrom(at);
  }

  /** Takes the run at {@code from} of what stands before {@code to} and says how long it is. */
  int take(char[] characters, int from, int to) {
    int hashed = 0;
    int kinds = 0;
    int i = from;
    while (i < to && characters[i] < KINDS.length && KINDS[characters[i]] != 0) {
      kinds |= KINDS[characters[i]];
      hashed = hashed * 31 + (characters[i++] | 0x20); // in lower case; a digit stays as it is
    }
    hash = hashed;
    letters = kinds == LETTER;
    return i - from;
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[128];
    for (char c = 0; c < kinds.length; c++) {
      kinds[c] = Alphabet.LETTERS.has(c) ? LETTER : Alphabet.DIGITS.has(c) ? DIGIT : 0;
    }
    return kinds;
  }

  int start() {
    return start;
  }

  /** The position after it. */
  int end() {
    return end;
  }

  int length() {
    return end - start;
  }

  /** The character before it. */
  char before() {
    return before;
  }

  char first() {
    return first;
  }

  /** The character that ended it. */
  char after() {
    return after;
  }

  /** Whether there is no digit in it. */
  boolean isLetters() {
    return letters;
  }

  /** Whether {@link #after} rules out what a detector does not expect there. */
  boolean isShort() {
    return end - start <= SHORT_MAX;
  }

  /**
   * Whether it is also a word of prose: no apostrophe or other letter goes on with it, and no
   * hidden text is glued to it.
   */
  boolean isAlone() {
    return alone;
  }

  /** What {@link String#hashCode} says of it in lower case. */
  int hash() {
    return hash;
  }
}
