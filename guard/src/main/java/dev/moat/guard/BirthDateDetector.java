package dev.moat.guard;

import java.util.Locale;
import java.util.Set;

/** Knows dates of birth: a date after a word that says so. */
final class BirthDateDetector implements Detector {
  private static final ContextWords WORDS =
      ContextWords.of(
          "born|dob|date of birth|birth date|birthdate|birthday|d.o.b|birth|geboren|"
              + "geburtsdatum|nee le|nacimiento");
  private static final Set<String> MONTHS =
      Set.of("jan feb mar apr may jun jul aug sep oct nov dec".split(" "));
  private static final Alphabet FIRST = Alphabet.of("0-9ADFJMNOSadfjmnos");
  private static final Alphabet SEPARATORS = Alphabet.of("/.\\-");

  @Override
  public Start start() {
    return Start.at(FIRST);
  }

  @Override
  public void find(Window window, int at, Best best) {
    char before = window.at(at - 1);
    if (before == '_' || before == '/' || before == '-' || before == '.') {
      return;
    }
    int end = Alphabet.DIGITS.has(window.at(at)) ? numeric(window, at) : named(window, at);
    if (end > 0 && !Alphabet.ALNUM.has(window.at(end)) && WORDS.before(window, at)) {
      best.offer(PersonalTypes.BIRTH_DATE, end);
    }
  }

  /** {@code 1980-03-12}, {@code 12/03/80}, {@code 12 March 1980}; 0 if there is none. */
  private static int numeric(Window window, int at) {
    int first = Alphabet.DIGITS.runEnd(window, at, 4);
    char separator = window.at(first);
    if (separator == ' ' || Alphabet.LETTERS.has(separator)) {
      return first - at <= 2 ? dayBeforeMonth(window, first) : 0;
    }
    if (!SEPARATORS.has(separator)) {
      return 0;
    }
    int second = Alphabet.DIGITS.runEnd(window, first + 1, 2);
    if (second == first + 1 || window.at(second) != separator) {
      return 0;
    }
    int third = Alphabet.DIGITS.runEnd(window, second + 1, 4);
    int last = third - second - 1;
    int a = DateForms.number(window, at, first);
    int b = DateForms.number(window, first + 1, second);
    int c = DateForms.number(window, second + 1, third);
    boolean yearFirst = first - at == 4 && last >= 1 && last <= 2 && DateForms.isPair(b, c);
    boolean yearLast =
        first - at <= 2
            && (last == 2 || last == 4)
            && (DateForms.isPair(a, b) || DateForms.isPair(b, a));
    return yearFirst || yearLast ? third : 0;
  }

  private static int dayBeforeMonth(Window window, int day) {
    int i = day;
    if (Alphabet.LETTERS.has(window.at(i))) { // 1st, 2nd, 3rd, 4th
      i += 2;
    }
    i += window.at(i) == ' ' ? 1 : 0;
    if (window.at(i) == 'o' && window.at(i + 1) == 'f' && window.at(i + 2) == ' ') {
      i += 3;
    }
    int month = monthEnd(window, i);
    return month == 0 ? 0 : yearEnd(window, month);
  }

  /** {@code March 12, 1980}. */
  private static int named(Window window, int at) {
    int month = monthEnd(window, at);
    if (month == 0 || window.at(month) != ' ') {
      return 0;
    }
    int day = Alphabet.DIGITS.runEnd(window, month + 1, 2);
    if (day == month + 1) {
      return 0;
    }
    return yearEnd(window, Alphabet.LETTERS.has(window.at(day)) ? day + 2 : day);
  }

  private static int monthEnd(Window window, int at) {
    int end = Alphabet.LETTERS.runEnd(window, at, 10);
    boolean month =
        end - at >= 3 && MONTHS.contains(window.text(at, at + 3).toLowerCase(Locale.ROOT));
    return month ? end : 0;
  }

  private static int yearEnd(Window window, int at) {
    int i = at;
    while (i - at < 2 && (window.at(i) == ' ' || window.at(i) == ',' || window.at(i) == '.')) {
      i++;
    }
    int end = Alphabet.DIGITS.runEnd(window, i, 4);
    return end - i == 4 ? end : 0;
  }
}
