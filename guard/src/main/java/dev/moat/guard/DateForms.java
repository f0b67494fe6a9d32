package dev.moat.guard;

import java.util.List;

/** How dates are written: the ends of those that stand at a position, or 0. */
final class DateForms {
  private static final Alphabet SEPARATORS = Alphabet.of("/.\\-");
  private static final List<String> ORDINALS = List.of("st", "nd", "rd", "th");
  private static final List<String> JOINERS = List.of("of", "de", "del");
  private static final List<String> HALVES = List.of("am", "pm", "a.m.", "p.m.");

  private DateForms() {}

  /** {@code 1980-03-12}, {@code 12/3/80} and {@code 12.03.1980}. */
  static int numeric(Window window, int at) {
    int first = Alphabet.DIGITS.runEnd(window, at, 5);
    char separator = window.at(first);
    if (!SEPARATORS.has(separator)) {
      return 0;
    }
    int second = Alphabet.DIGITS.runEnd(window, first + 1, 3);
    if (!isShort(first + 1, second) || window.at(second) != separator) {
      return 0;
    }
    int third = Alphabet.DIGITS.runEnd(window, second + 1, 5);
    int a = number(window, at, first);
    int b = number(window, first + 1, second);
    int c = number(window, second + 1, third);
    boolean yearFirst = first - at == 4 && isYear(a) && isShort(second + 1, third) && isPair(b, c);
    boolean shortYear = third - second == 3 && separator != '.';
    boolean yearLast =
        isShort(at, first)
            && ((third - second == 5 && isYear(c)) || shortYear)
            && (isPair(a, b) || isPair(b, a));
    return yearFirst || yearLast ? third : 0;
  }

  /** Whether as many digits stand between as a day or a month has. */
  private static boolean isShort(int at, int end) {
    return end - at == 1 || end - at == 2;
  }

  /** {@code 12 March 1980}, {@code 12th of March} and {@code 12-Mar-80}. */
  static int dayFirst(Window window, int at) {
    int day = Alphabet.DIGITS.runEnd(window, at, 3);
    if (day - at > 2 || !isDay(number(window, at, day))) {
      return 0;
    }
    int ordinal = Months.wordEnd(window, day, ORDINALS);
    int end = ordinal > 0 ? ordinal : window.at(day) == '.' ? day + 1 : day;
    int word = gapEnd(window, end);
    int joiner = word == 0 ? 0 : Months.wordEnd(window, word, JOINERS);
    int month = joiner > 0 ? gapEnd(window, joiner) : word;
    return month == 0 ? 0 : withYear(window, Months.end(window, month));
  }

  /** {@code March 12, 1980}, {@code Feb 3rd} and {@code March 1980}. */
  static int monthFirst(Window window, int at) {
    int month = Months.end(window, at);
    if (month == 0 || gapEnd(window, month) == 0) {
      return 0;
    }
    int day = gapEnd(window, month);
    int end = Alphabet.DIGITS.runEnd(window, day, 5);
    if (end - day == 4) {
      return isYear(number(window, day, end)) ? end : 0;
    }
    if (end == day || end - day > 2 || !isDay(number(window, day, end))) {
      return 0;
    }
    int ordinal = Months.wordEnd(window, end, ORDINALS);
    return withYear(window, ordinal > 0 ? ordinal : end);
  }

  /** {@code end}, or the position after a time of day that follows it. */
  static int withTime(Window window, int end) {
    boolean sign = window.at(end) == 'T' || window.at(end) == ' ' || window.at(end) == ',';
    int at = window.at(end + 1) == ' ' ? end + 2 : end + 1;
    int clock = end > 0 && sign ? time(window, at) : 0;
    return clock > 0 ? clock : end;
  }

  /** {@code 14:56}, {@code 14:56:41.5Z} and {@code 2:30 pm}. */
  private static int time(Window window, int at) {
    int hour = Alphabet.DIGITS.runEnd(window, at, 3);
    if (hour == at || hour - at > 2 || window.at(hour) != ':') {
      return 0;
    }
    int end = hour + 3;
    if (Alphabet.DIGITS.runEnd(window, hour + 1, 3) != end) {
      return 0;
    }
    if (window.at(end) == ':' && Alphabet.DIGITS.runEnd(window, end + 1, 3) == end + 3) {
      end += 3;
    }
    if (window.at(end) == '.' && Alphabet.DIGITS.has(window.at(end + 1))) {
      end = Alphabet.DIGITS.runEnd(window, end + 1, 9);
    }
    int half = Months.wordEnd(window, window.at(end) == ' ' ? end + 1 : end, HALVES);
    boolean zulu = window.at(end) == 'Z' && !Alphabet.ALNUM.has(window.at(end + 1));
    return half > 0 ? half : zulu ? end + 1 : end;
  }

  private static int withYear(Window window, int end) {
    if (end == 0) {
      return 0;
    }
    int at = window.at(end) == ',' ? end + 1 : end;
    at = gapEnd(window, at) > 0 ? gapEnd(window, at) : at;
    int joiner = Months.wordEnd(window, at, JOINERS);
    at = joiner > 0 ? joiner + 1 : at;
    int year = Alphabet.DIGITS.runEnd(window, at, 5);
    boolean whole = year - at == 4 && isYear(number(window, at, year));
    boolean dashed = year - at == 2 && window.at(at - 1) == '-';
    boolean stopped = window.at(end - 1) == '.';
    return at > end && (whole || dashed) ? year : stopped ? end - 1 : end;
  }

  private static int gapEnd(Window window, int at) {
    char gap = window.at(at);
    return gap == ' ' || gap == '-' ? at + 1 : 0;
  }

  /** The number between, of at most five digits. */
  static int number(Window window, int at, int end) {
    int number = 0;
    for (int i = at; i < end; i++) {
      number = number * 10 + window.at(i) - '0';
    }
    return number;
  }

  /** Whether a person of today may speak of such a year. */
  static boolean isYear(int number) {
    return number >= 1800 && number <= 2199;
  }

  private static boolean isDay(int number) {
    return number >= 1 && number <= 31;
  }

  /** Whether the numbers may be a month and a day of it. */
  static boolean isPair(int month, int day) {
    return month >= 1 && month <= 12 && isDay(day);
  }
}
