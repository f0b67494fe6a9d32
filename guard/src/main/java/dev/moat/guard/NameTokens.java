package dev.moat.guard;

/**
 * The words and symbols of the detection copy around the one at hand: two behind it and three
 * ahead, each as the few numbers that features are made of. Reads forward only and keeps no text.
 */
final class NameTokens {
  static final int BEHIND = 2;
  static final int AHEAD = 3;

  /** Fields of a token: the hash of its lower-case letters, with digits as zeros. */
  static final int LOWER = 0;

  static final int SHAPE = 1;

  /** One of the cases below. */
  static final int CASE = 2;

  /** What lists know of the word: the flags of {@link NameModel}. */
  static final int FLAGS = 3;

  /** What stands before the token: nothing, spaces, a line end, more line ends. */
  static final int GAP = 4;

  static final int LENGTH = 5;

  /** The hashes of the first one to four letters, then of the last one to four. */
  static final int PREFIX = 6;

  static final int SUFFIX = 10;
  private static final int START = 14;
  private static final int END = 15;
  private static final int FIELDS = 16;

  /** Cases: no letters nor digits; the end or a break. */
  static final int SYMBOL = 0;

  static final int BREAK = 1;
  static final int SMALL = 2;
  static final int CAPITALISED = 3;
  static final int CAPITALS = 4;
  static final int INITIAL = 5;
  static final int MIXED = 6;
  static final int DIGITS = 7;
  static final int DIGITS_MIXED = 8;

  /** A longer run of letters is several tokens, and so is a longer gap: a stream must not wait. */
  static final int LENGTH_MAX = 40;

  static final int GAP_MAX = 16;
  private static final int RING = 8;
  private static final int MODE_WORDS = 12;
  private static final int AFFIX = 4;

  private final Window window;
  private final NameModel model;
  private final int[] ring = new int[RING * FIELDS];
  private int read;
  private int current = -1;
  private int at;
  private int gap;
  private int gapLength;
  private int lineEnds;
  private int smallWords;
  private int capitalWords;
  private int words;

  /** The tokens of {@code window}, with what the lists of {@code model} know of them. */
  NameTokens(Window window, NameModel model) {
    this.window = window;
    this.model = model;
    for (int i = 0; i < RING; i++) {
      ring[i * FIELDS + CASE] = BREAK;
    }
  }

  /** Goes on to the next token, unless what follows it has not arrived yet. */
  boolean next() {
    while (read <= current + 1 + AHEAD) {
      if (!read()) {
        return false;
      }
    }
    current++;
    return true;
  }

  /** A field of the token that stands {@code offset} after the one at hand. */
  int field(int offset, int field) {
    return ring[((current + offset) & (RING - 1)) * FIELDS + field];
  }

  /** The position where the token at hand begins. */
  int start() {
    return current < 0 ? 0 : field(0, START);
  }

  /** The position after the token at hand. */
  int end() {
    return current < 0 ? 0 : field(0, END);
  }

  /** Whether the text was read to its end before the token at hand. */
  boolean isPastEnd() {
    return current >= 0 && field(0, CASE) == BREAK && start() >= window.end();
  }

  /** Whether the words read last were all in small letters (1), in capitals (2), or not (0). */
  int mode() {
    int mask = (1 << Math.min(words, MODE_WORDS)) - 1;
    if (mask == 0) {
      return 3;
    }
    return (smallWords & mask) == mask ? 1 : (capitalWords & mask) == mask ? 2 : 0;
  }

  private boolean read() {
    while (at < window.end()) {
      char c = window.arrived(at);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        at++;
        lineEnds += c == '\n' ? 1 : 0;
        gap = Math.min(lineEnds + 1, 3);
        if (++gapLength >= GAP_MAX) {
          push(at, BREAK);
          return true;
        }
      } else if (c == '\\' && at + 1 >= window.end() && !window.isComplete()) {
        return false;
      } else if (c == '\\' && at + 1 < window.end() && isEscapeLetter(window.arrived(at + 1))) {
        at += 2;
        lineEnds++;
        gap = Math.min(lineEnds + 1, 3);
      } else if (isWord(c)) {
        return readWord();
      } else {
        symbol(c);
        return true;
      }
    }
    if (window.isComplete()) {
      push(at, BREAK);
      return true;
    }
    return false;
  }

  private static boolean isEscapeLetter(char c) {
    return c == 'n' || c == 'r' || c == 't';
  }

  private static boolean isWord(char c) {
    return c < 128 ? Alphabet.ALNUM.has(c) : Character.isLetterOrDigit(c);
  }

  private void symbol(char c) {
    int slot = push(at + 1, c == Window.BREAK ? BREAK : SYMBOL);
    ring[slot + LOWER] = c;
    ring[slot + SHAPE] = c;
  }

  private boolean readWord() {
    int limit = Math.min(window.end(), at + LENGTH_MAX);
    int end = at + 1;
    while (end < limit && isWord(window.arrived(end))) {
      end++;
    }
    if (end == window.end() && end < at + LENGTH_MAX && !window.isComplete()) {
      return false;
    }
    int start = at;
    int slot = push(end, SMALL);
    measure(slot, start, end);
    return true;
  }

  /** Writes the end of a token, and that nothing but {@code kind} is known of it. */
  private int push(int end, int kind) {
    int slot = (read++ & (RING - 1)) * FIELDS;
    for (int i = 0; i < FIELDS; i++) {
      ring[slot + i] = 0;
    }
    ring[slot + CASE] = kind;
    ring[slot + GAP] = gap;
    ring[slot + START] = at;
    ring[slot + END] = end;
    gap = 0;
    gapLength = 0;
    lineEnds = 0;
    at = end;
    return slot;
  }

  private void measure(int slot, int start, int end) {
    int hash = 0;
    int shape = 0;
    int last = 0;
    int before = 0;
    int kinds = 0;
    for (int i = start; i < end; i++) {
      char c = window.arrived(i);
      int kind = kind(c);
      hash = hash * 31 + folded(c, kind);
      if (kind != last || kind != before) { // runs of three look like runs of two
        shape = shape * 7 + kind;
      }
      before = last;
      last = kind;
      kinds |= (i == start ? 16 : 1) << kind;
      if (i - start < AFFIX) {
        ring[slot + PREFIX + i - start] = hash;
      }
    }
    ring[slot + LOWER] = hash;
    ring[slot + SHAPE] = shape;
    ring[slot + LENGTH] = end - start;
    ring[slot + CASE] = letterCase(kinds, end - start);
    ring[slot + FLAGS] = model.flags(hash);
    suffixes(slot, start, end);
    note(ring[slot + CASE]);
  }

  private void suffixes(int slot, int start, int end) {
    int hash = 7;
    for (int i = 0; i < AFFIX && end - 1 - i >= start; i++) {
      char c = window.arrived(end - 1 - i);
      hash = hash * 31 + folded(c, kind(c));
      ring[slot + SUFFIX + i] = hash;
    }
  }

  private void note(int letterCase) {
    if (letterCase < SMALL || letterCase > CAPITALS) {
      return;
    }
    smallWords = (smallWords << 1) | (letterCase == SMALL ? 1 : 0);
    capitalWords = (capitalWords << 1) | (letterCase == CAPITALS ? 1 : 0);
    words = Math.min(words + 1, MODE_WORDS);
  }

  private static int folded(char c, int kind) {
    return switch (kind) {
      case 0 -> c < 128 ? c | 0x20 : Character.toLowerCase(c);
      case 2 -> '0';
      default -> c;
    };
  }

  /** 0 is a capital, 1 another letter, 2 a digit. */
  private static int kind(char c) {
    if (c < 128) {
      return c <= '9' ? 2 : c <= 'Z' ? 0 : 1;
    }
    return Character.isUpperCase(c) ? 0 : Character.isDigit(c) ? 2 : 1;
  }

  /** The case from the kinds of characters: bits 4 to 6 for the first, 0 to 2 for the others. */
  private static int letterCase(int kinds, int length) {
    int all = (kinds >> 4) | (kinds & 7);
    return switch (all) {
      case 4 -> DIGITS;
      case 2 -> SMALL;
      case 1 -> length == 1 ? INITIAL : CAPITALS;
      case 3 -> kinds >> 4 == 1 && (kinds & 1) == 0 ? CAPITALISED : MIXED;
      default -> DIGITS_MIXED;
    };
  }

  /** What {@link #LOWER} says of {@code word}, for lists of words. */
  static int hash(String word) {
    int hash = 0;
    for (int i = 0; i < word.length(); i++) {
      hash = hash * 31 + folded(word.charAt(i), kind(word.charAt(i)));
    }
    return hash;
  }
}
