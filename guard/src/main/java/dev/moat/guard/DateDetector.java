package dev.moat.guard;

import java.util.List;

/** Knows dates in digits, and years and ages beside words that say so. */
final class DateDetector implements Detector {
  private static final Alphabet JOINS = Alphabet.of("./\\-:,");
  private static final Alphabet INSIDE = Alphabet.of("_$#@%+");
  private static final Alphabet STOPS = Alphabet.of(".,;!?)\n");
  private static final int AGE_MAX = 120;
  private static final int WORDS_BEFORE_MAX = 16;

  private static final List<String> AGE_AFTER =
      List.of(
          " years old",
          " year old",
          "-year-old",
          "-years-old",
          " year-old",
          " years-old",
          " yrs old",
          " yr old",
          " y/o",
          "y/o",
          " yo",
          "yo",
          " years of age",
          " jahre alt",
          " ans revolus");

  private static final List<String> AGE_BEFORE =
      List.of(
          "aged ",
          "age ",
          "age: ",
          "age of ",
          "age is ",
          "ages ",
          "turned ",
          "turn ",
          "turning ",
          "alter: ",
          "alter von ",
          "edad: ",
          "edad de ",
          "age de ",
          "agee de ",
          "eta: ");

  /** What makes an age of a number at which the sentence ends. */
  private static final List<String> BEING =
      List.of(
          "he was ",
          "she was ",
          "i was ",
          "i am ",
          "i'm ",
          "he is ",
          "she is ",
          "he's ",
          "she's ",
          "only ",
          "they were ");

  private static final List<String> YEAR_BEFORE =
      List.of(
          "in ", "during ", "since ", "of ", "by ", "until ", "till ", "from ", "year ", "after ",
          "before ", "around ", "early ", "late ", "summer ", "winter ", "spring ", "fall ");

  private static final List<String> ARTICLES = List.of("a ", "the ");

  @Override
  public Start start() {
    return Start.at(Alphabet.DIGITS);
  }

  @Override
  public void find(Window window, int at, Best best) {
    char before = window.at(at - 1);
    if (INSIDE.has(before) || (JOINS.has(before) && Alphabet.ALNUM.has(window.at(at - 2)))) {
      return;
    }
    int numeric = DateForms.numeric(window, at);
    int date = numeric > 0 ? numeric : DateForms.dayFirst(window, at);
    int end = DateForms.withTime(window, date);
    if (end > 0) {
      if (isEnded(window, end)) {
        best.offer(PersonalTypes.DATE, end);
      }
      return;
    }
    int digits = Alphabet.DIGITS.runEnd(window, at, 5);
    if (digits - at == 4) {
      year(window, at, digits, best);
    } else if (digits - at <= 3) {
      age(window, at, digits, best);
    }
  }

  private static boolean isEnded(Window window, int end) {
    char after = window.at(end);
    return !Alphabet.WORD.has(after)
        && !(JOINS.has(after) && Alphabet.DIGITS.has(window.at(end + 1)));
  }

  private static void year(Window window, int at, int end, Best best) {
    boolean written = DateForms.isYear(DateForms.number(window, at, end)) && isEnded(window, end);
    boolean alone = window.at(end) != '-' && window.at(end) != '%';
    boolean noun = window.at(end) == ' ' && Alphabet.LETTERS.has(window.at(end + 1));
    if (written
        && alone
        && (stands(window, at, YEAR_BEFORE) || (noun && stands(window, at, ARTICLES)))) {
      best.offer(PersonalTypes.YEAR, end);
    }
  }

  private static void age(Window window, int at, int end, Best best) {
    int age = DateForms.number(window, at, end);
    if (age == 0 || age > AGE_MAX || (!isEnded(window, end) && !isOld(window, end))) {
      return;
    }
    boolean stops = STOPS.has(window.at(end)) || window.at(end) == Window.END;
    if (isOld(window, end)
        || (window.at(end) != '%' && stands(window, at, AGE_BEFORE))
        || (stops && stands(window, at, BEING))) {
      best.offer(PersonalTypes.AGE, end);
    }
  }

  private static boolean isOld(Window window, int end) {
    return Months.wordEnd(window, end, AGE_AFTER) > 0;
  }

  /** Whether one of {@code words} stands right before {@code at}. */
  private static boolean stands(Window window, int at, List<String> words) {
    int from = window.seenBefore(at, WORDS_BEFORE_MAX);
    String before = " " + window.text(from, at).toLowerCase(java.util.Locale.ROOT);
    for (String word : words) {
      int start = before.length() - word.length();
      if (start > 0 && before.endsWith(word) && !Alphabet.ALNUM.has(before.charAt(start - 1))) {
        return true;
      }
    }
    return false;
  }
}
