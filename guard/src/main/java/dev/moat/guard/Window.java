package dev.moat.guard;

import java.util.Arrays;

/**
 * The part of the detection copy that detectors may look at, with the original offset of each
 * character.
 *
 * <p>Detectors read through {@link #at}. What they may see from a position is fixed: {@link
 * #CONTEXT} characters behind it and {@link #REACH} ahead, whatever has arrived. Reading past what
 * has arrived of an unfinished text marks the window {@link #starved}: the position must wait. So
 * the answer for a position is a function of the text alone, never of how it was cut, and no
 * position waits for more than {@code REACH} characters.
 */
final class Window {
  /** What {@link #at} answers outside the text. */
  static final char END = '\uFFFF';

  /** A character of the copy that no match crosses. */
  static final char BREAK = '\u0000';

  /** How far ahead of a position a detector sees: the bound of what a stream holds back. */
  static final int REACH = 512;

  /** How far behind a position a detector sees. */
  static final int CONTEXT = 96;

  /** Marks a character that was hidden in the original (Unicode tags, variation selectors). */
  static final int SMUGGLED = 4;

  /** Marks a character before which the reading direction was overridden. */
  static final int REVERSED = 8;

  /** Marks a character before which an order to a terminal begins or ends. */
  static final int CONTROL = 16;

  /** Marks a character before which such an order begins in its form of one character. */
  static final int CONTROL_SHORT = 32;

  /** Multiplies how many units of the original stand between a control and the character. */
  static final int GAP = 64;

  private static final int WIDTH_BITS = 3;
  private static final int COMPACT_AT = 16 * 1024;

  private char[] characters = new char[1024];
  private int[] origins = new int[1024];
  private short[] marks = new short[1024];
  private int base;
  private int size;
  private int floor;
  private int ceiling;
  private int visibleFrom;
  private int visibleTo;
  private int lastMarked = -1;
  private boolean complete;
  private boolean starved;

  /** Adds one character of the copy that stands for {@code width} units at {@code origin}. */
  void append(char character, int origin, int width, int mark) {
    makeRoom(1);
    if (mark != 0) {
      lastMarked = base + size;
    }
    characters[size] = character;
    origins[size] = origin;
    marks[size++] = (short) (width | mark);
  }

  /** Adds characters that stand for themselves, the first for the unit at {@code origin}. */
  void appendPlain(String text, int start, int end, int origin) {
    int count = end - start;
    makeRoom(count);
    text.getChars(start, end, characters, size);
    Arrays.fill(marks, size, size + count, (short) 1);
    for (int i = 0; i < count; i++) {
      origins[size + i] = origin + i;
    }
    size += count;
  }

  private void makeRoom(int count) {
    if (size + count > characters.length) {
      int length = Math.max(size + count, size * 2);
      characters = Arrays.copyOf(characters, length);
      origins = Arrays.copyOf(origins, length);
      marks = Arrays.copyOf(marks, length);
    }
  }

  /** Says that nothing follows. */
  void complete() {
    complete = true;
  }

  /** Whether nothing follows what has arrived. */
  boolean isComplete() {
    return complete;
  }

  /** Fixes what can be seen from {@code position} and forgets former starvation. */
  void stand(int position) {
    floor = Math.max(0, position - CONTEXT);
    ceiling = position + REACH;
    visibleFrom = Math.max(0, floor - base);
    visibleTo = Math.min(size, ceiling - base);
    starved = false;
  }

  /** The character at {@code position}, or {@link #END} where none can be seen. */
  char at(int position) {
    int index = position - base;
    return index >= visibleFrom && index < visibleTo ? characters[index] : outside(position);
  }

  private char outside(int position) {
    int index = position - base;
    if (index >= size) {
      starved |= !complete && position < ceiling;
      return END;
    }
    return position < floor || position >= ceiling ? END : characters[index];
  }

  /** The characters from {@code from} to before {@code to}, as {@link #at} gives them. */
  String text(int from, int to) {
    if (from - base >= visibleFrom && to - base <= visibleTo && from <= to) {
      return new String(characters, from - base, to - from);
    }
    char[] seen = new char[to - from];
    for (int i = from; i < to; i++) {
      seen[i - from] = at(i);
    }
    return new String(seen);
  }

  /** The first of the at most {@code max} characters that can be seen before {@code position}. */
  int seenBefore(int position, int max) {
    return Math.min(position, Math.max(position - max, floor));
  }

  /** Lets {@code word} take what can be seen from {@code position}, and says how long it is. */
  int readRun(int position, int max, Word word) {
    int index = position - base;
    return word.take(characters, index, Math.min(visibleTo, index + max));
  }

  /** The character that has arrived at {@code position}, whatever can be seen. */
  char arrived(int position) {
    return characters[position - base];
  }

  /** Whether a plain character at {@code position} goes on with the word of the one before. */
  boolean isInWord(int position) {
    int index = position - base;
    return index > 0
        && Alphabet.ALNUM.has(characters[index])
        && Alphabet.ALNUM.has(characters[index - 1])
        && (marks[index] | marks[index - 1]) <= WIDTH_BITS
        && !(index > 1 && isEscape(characters[index - 2], characters[index - 1]));
  }

  /** The first position from {@code position} on that does not go on with a word. */
  int wordEnd(int position) {
    if (position >= end() || !isInWord(position)) {
      return position;
    }
    int index = position + 1 - base;
    while (index < size && Alphabet.ALNUM.has(characters[index]) && marks[index] <= WIDTH_BITS) {
      index++;
    }
    return base + index;
  }

  /**
   * Whether {@code position} is the letter of an escaped line end or tab, as in the literals of
   * code and in JSON: it is no part of the word that follows it.
   */
  boolean isEscape(int position) {
    return isEscape(at(position - 1), at(position));
  }

  private static boolean isEscape(char before, char letter) {
    return before == '\\' && (letter == 'n' || letter == 'r' || letter == 't');
  }

  /** Whether a detector asked for what has not arrived since {@link #stand}. */
  boolean starved() {
    return starved;
  }

  /** The position after the last character that has arrived. */
  int end() {
    return base + size;
  }

  /** The original offset where the character at {@code position}, or a control of it, begins. */
  int originStart(int position) {
    return origins[position - base] - marks[position - base] / GAP;
  }

  /** The original offset after the character at {@code position}. */
  int originEnd(int position) {
    return origins[position - base] + (marks[position - base] & WIDTH_BITS);
  }

  /** Whether the character at {@code position} carries {@code mark}. */
  boolean marked(int position, int mark) {
    return (marks[position - base] & mark) != 0;
  }

  /** Whether hidden text begins or ends between the character before {@code position} and it. */
  boolean turns(int position) {
    int index = position - base;
    return index > 0
        && index < size
        && position < ceiling
        && ((marks[index] ^ marks[index - 1]) & SMUGGLED) != 0;
  }

  /** Whether a control can be seen before {@code position}. */
  boolean controls(int position) {
    int index = position - base;
    return index < size && position < ceiling && (marks[index] & (CONTROL | CONTROL_SHORT)) != 0;
  }

  /** Whether no character from {@code position} on that has arrived is marked. */
  boolean isPlainFrom(int position) {
    return lastMarked < position;
  }

  /** Drops what no detector can see from {@code position} on. */
  void forget(int position) {
    int gone = position - CONTEXT - 1 - base;
    if (gone < COMPACT_AT) {
      return;
    }
    System.arraycopy(characters, gone, characters, 0, size - gone);
    System.arraycopy(origins, gone, origins, 0, size - gone);
    System.arraycopy(marks, gone, marks, 0, size - gone);
    base += gone;
    size -= gone;
    visibleFrom = 0;
    visibleTo = 0;
  }
}
