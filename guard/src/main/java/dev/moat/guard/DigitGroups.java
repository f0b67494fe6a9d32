package dev.moat.guard;

import java.util.Arrays;

/**
 * Groups of digits with single separators, as numbers are written for people: {@code 4111 1111 1111
 * 1111}, {@code (415) 555-2671}. Immutable; made only where enough digits stand.
 */
final class DigitGroups {
  private static final int GROUPS_MAX = 10;
  private static final int DIGITS_MAX = 24;
  private static final Alphabet SEPARATORS = Alphabet.of(" .()/\\-");
  private static final int SEPARATOR_MAX = 2;

  private final String digits;
  private final int[] sizes;
  private final int[] ends;
  private final char[] separators;

  private DigitGroups(String digits, int[] sizes, int[] ends, char[] separators) {
    this.digits = digits;
    this.sizes = sizes;
    this.ends = ends;
    this.separators = separators;
  }

  /** How many digits stand from {@code at}, of the first {@code max}, separators between them. */
  static boolean hasDigits(Window window, int at, int min) {
    int digits = 0;
    int gap = 0;
    for (int i = at; digits < min && gap <= SEPARATOR_MAX; i++) {
      char c = window.at(i);
      if (Alphabet.DIGITS.has(c)) {
        digits++;
        gap = 0;
      } else if (SEPARATORS.has(c) || (c == '+' && i == at)) {
        gap++;
      } else {
        return false;
      }
    }
    return digits >= min;
  }

  /** Reads the groups whose first digit is at {@code at}. */
  static DigitGroups read(Window window, int at) {
    StringBuilder digits = new StringBuilder();
    int[] sizes = new int[GROUPS_MAX];
    int[] ends = new int[GROUPS_MAX];
    char[] separators = new char[GROUPS_MAX];
    int count = 0;
    int from = at;
    while (count < GROUPS_MAX && digits.length() < DIGITS_MAX) {
      int end = Alphabet.DIGITS.runEnd(window, from, DIGITS_MAX + 1 - digits.length());
      if (end == from) {
        break;
      }
      for (int i = from; i < end; i++) {
        digits.append(window.at(i));
      }
      sizes[count] = end - from;
      ends[count] = end;
      separators[count++] = window.at(end);
      from = SEPARATORS.runEnd(window, end, SEPARATOR_MAX);
      if (from == end) {
        break;
      }
    }
    return new DigitGroups(
        digits.toString(),
        Arrays.copyOf(sizes, count),
        Arrays.copyOf(ends, count),
        Arrays.copyOf(separators, count));
  }

  int count() {
    return sizes.length;
  }

  /** The digits of the first {@code groups} groups. */
  String digits(int groups) {
    int length = 0;
    for (int i = 0; i < groups; i++) {
      length += sizes[i];
    }
    return digits.substring(0, length);
  }

  /** The position after the first {@code groups} groups. */
  int end(int groups) {
    return ends[groups - 1];
  }

  /** Whether the groups begin with groups of these sizes and nothing is glued to the last. */
  boolean sized(int... expected) {
    return has(expected) && !isGlued(expected.length);
  }

  /** Whether the groups begin with groups of these sizes. */
  boolean has(int... expected) {
    if (sizes.length < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (sizes[i] != expected[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether all separators between groups are the same. */
  boolean isEven() {
    for (int i = 1; i < sizes.length - 1; i++) {
      if (separators[i] != separators[0]) {
        return false;
      }
    }
    return true;
  }

  /** Whether the groups look like a date, a range of years, or a fraction. */
  boolean isDate() {
    boolean year = sizes[0] == 4 && (digits.startsWith("19") || digits.startsWith("20"));
    boolean last = has(2, 2, 4) || has(1, 2, 4) || has(2, 1, 4) || has(1, 1, 4);
    return sizes.length > 1 && separators[0] != ' ' && (year || last || separators[0] == '/');
  }

  /** The groups from {@code first} on. */
  DigitGroups from(int first) {
    int count = sizes.length;
    return new DigitGroups(
        digits.substring(digits(first).length()),
        Arrays.copyOfRange(sizes, first, count),
        Arrays.copyOfRange(ends, first, count),
        Arrays.copyOfRange(separators, first, count));
  }

  /** Whether a letter or underscore follows the first {@code groups} groups at once. */
  boolean isGlued(int groups) {
    return Alphabet.WORD.has(separators[groups - 1]);
  }

  /** The character after group {@code index}. */
  char separator(int index) {
    return separators[index];
  }

  int size(int index) {
    return sizes[index];
  }
}
