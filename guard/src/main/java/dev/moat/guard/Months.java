package dev.moat.guard;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The names of months and days of the week, in English and languages beside it. */
final class Months {
  private static final int LENGTH_MAX = 12;

  /** Whole names and what they are shortened to. */
  static final Set<String> MONTHS =
      Set.of(
          ("january february march april may june july august september october november december "
                  + "jan feb mar apr jun jul aug sep sept oct nov dec "
                  + "januar februar marz mai juni juli oktober dezember "
                  + "janvier fevrier mars avril juin juillet aout septembre octobre novembre "
                  + "decembre enero febrero marzo abril mayo junio julio agosto septiembre octubre "
                  + "noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre "
                  + "ottobre dicembre janeiro fevereiro marco maio junho julho setembro outubro "
                  + "novembro dezembro januari februari maart mei augustus")
              .split(" "));

  static final Set<String> WEEKDAYS =
      Set.of(
          ("monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch "
                  + "donnerstag freitag samstag sonntag lunes martes miercoles jueves viernes "
                  + "sabado domingo lundi mardi mercredi jeudi vendredi samedi dimanche")
              .split(" "));

  private Months() {}

  /** Both, for a table of starts. */
  static Set<String> names() {
    Set<String> names = new HashSet<>(MONTHS);
    names.addAll(WEEKDAYS);
    return names;
  }

  /** The position after the name of a month at {@code at} and its full stop, or 0. */
  static int end(Window window, int at) {
    int end = Alphabet.LETTERS.runEnd(window, at, LENGTH_MAX);
    if (end - at < 3 || !MONTHS.contains(lower(window, at, end))) {
      return 0;
    }
    return window.at(end) == '.' && end - at <= 4 ? end + 1 : end;
  }

  /** Whether a day of the week stands between. */
  static boolean isWeekday(Window window, int at, int end) {
    return WEEKDAYS.contains(lower(window, at, end));
  }

  /** The position after the first of {@code words} that stands at {@code at}, or 0. */
  static int wordEnd(Window window, int at, List<String> words) {
    for (String word : words) {
      int end = at + word.length();
      if (window.at(at) != Window.END
          && lower(window, at, end).equals(word)
          && !Alphabet.ALNUM.has(window.at(end))) {
        return end;
      }
    }
    return 0;
  }

  private static String lower(Window window, int at, int end) {
    return window.text(at, end).toLowerCase(Locale.ROOT);
  }
}
