package dev.moat.guard;

/** Knows places on the earth: decimal degrees beside a word that says so. */
final class GeoDetector implements Detector {
  private static final int DECIMALS_MIN = 3;
  private static final int DECIMALS_MAX = 15;
  private static final int LATITUDE_MAX = 90;
  private static final int LONGITUDE_MAX = 180;
  private static final ContextWords WORDS =
      ContextWords.of(
          "latitude|longitude|lat|lng|lon|coordinates|coordinate|coords|gps|geo|geolocation"
              + "|location|located|koordinaten|breitengrad|coordonnees|coordenadas|coordinate");

  /** Those that make one number of a pair a place. */
  private static final ContextWords AXES =
      ContextWords.of("latitude|longitude|lat|lng|lon|breitengrad|langengrad");

  @Override
  public Start start() {
    return Start.at(Alphabet.of("0-9\\-")).endedBy(Alphabet.of("."));
  }

  @Override
  public void find(Window window, int at, Best best) {
    int number = window.at(at) == '-' ? at + 1 : at;
    char before = window.at(at - 1);
    if (Alphabet.WORD.has(before) || before == '.' || (before == '-' && number == at)) {
      return;
    }
    int end = degreesEnd(window, number, LONGITUDE_MAX);
    if (end == 0) {
      return;
    }
    int pair = degreesEnd(window, number, LATITUDE_MAX) > 0 ? pairEnd(window, end) : 0;
    if (pair > 0 && WORDS.before(window, at)) {
      best.offer(PersonalTypes.GEO, pair);
    } else if (AXES.before(window, at)) {
      best.offer(PersonalTypes.GEO, end);
    }
  }

  private static int pairEnd(Window window, int end) {
    int next = window.at(end) == ',' ? end + 1 : end;
    next = window.at(next) == ' ' ? next + 1 : next;
    next = next > end && window.at(next) == '-' ? next + 1 : next;
    return next > end ? degreesEnd(window, next, LONGITUDE_MAX) : 0;
  }

  private static int degreesEnd(Window window, int at, int max) {
    int point = Alphabet.DIGITS.runEnd(window, at, 4);
    if (point == at || point - at > 3 || window.at(point) != '.') {
      return 0;
    }
    int end = Alphabet.DIGITS.runEnd(window, point + 1, DECIMALS_MAX + 1);
    int decimals = end - point - 1;
    boolean written = decimals >= DECIMALS_MIN && decimals <= DECIMALS_MAX;
    char after = window.at(end);
    boolean longer =
        Alphabet.WORD.has(after) || (after == '.' && Alphabet.DIGITS.has(window.at(end + 1)));
    return written && !longer && DateForms.number(window, at, point) <= max ? end : 0;
  }
}
