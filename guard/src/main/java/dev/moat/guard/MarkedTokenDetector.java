package dev.moat.guard;

/** Knows tokens whose mark is not at their beginning. */
final class MarkedTokenDetector implements Detector {
  private static final Alphabet AZURE = Alphabet.of("a-zA-Z0-9_~.\\-");

  /** After a short run; those of the other kinds are long. */
  private static final Alphabet MARKS = Alphabet.of(":_~");

  private static final Alphabet BIG_A = Alphabet.of("A");
  private static final Alphabet PERCENT = Alphabet.of("a-zA-Z0-9%");
  private static final int NUMBER = 22;
  private static final int RUN_MAX = 40;

  @Override
  public Start start() {
    return Start.at(Alphabet.ALNUM).endedBy(MARKS);
  }

  @Override
  public void find(Window window, int at, Best best) {
    int end = Alphabet.ALNUM.runEnd(window, at, RUN_MAX);
    int length = end - at;
    switch (window.at(end)) {
      case ':' -> telegram(window, at, end, best);
      case '-' -> mailchimp(window, at, end, best);
      case '.' -> terraform(window, at, length, best);
      case '|', '%' -> facebook(window, at, end, best);
      case '_' -> maxmind(window, at, length, best);
      default -> {
        // none of these
      }
    }
    if (length == RUN_MAX) {
      twitter(window, at, best);
    }
    if (window.at(at + 4) == 'Q' && window.at(at + 5) == '~') {
      azure(window, at, best);
    }
  }

  /** A bot's number, a colon, and 35 characters of which the first is A. */
  private static void telegram(Window window, int at, int colon, Best best) {
    int digits = Alphabet.DIGITS.runEnd(window, at, RUN_MAX);
    if (digits != colon || colon - at < 8 || colon - at > 10 || window.at(colon + 1) != 'A') {
      return;
    }
    int end = Alphabet.URL64.runEnd(window, colon + 1, RUN_MAX);
    offer("telegram-token", window, colon + 1, end, best, end - colon - 1 == 35);
  }

  /** 32 hex digits and the data centre. */
  private static void mailchimp(Window window, int at, int dash, Best best) {
    boolean centre = window.at(dash + 1) == 'u' && window.at(dash + 2) == 's';
    int hex = Alphabet.LOWER_HEX.runEnd(window, at, RUN_MAX);
    int end = Alphabet.DIGITS.runEnd(window, dash + 3, 3);
    offer(
        "mailchimp-key",
        window,
        at,
        end,
        best,
        centre && hex == dash && dash - at == 32 && end > dash + 3);
  }

  /** 22 times A, as the number before the body is small, and the body. */
  private static void twitter(Window window, int at, Best best) {
    int body = BIG_A.runEnd(window, at, NUMBER + 1);
    if (body - at == NUMBER && window.at(at - 1) != 'A') {
      int end = PERCENT.runEnd(window, body, Window.REACH);
      offer("twitter-token", window, body, end, best, end - body >= 80);
    }
  }

  private static void terraform(Window window, int at, int length, Best best) {
    String mark = ".atlasv1.";
    if (length != 14) {
      return;
    }
    for (int i = 0; i < mark.length(); i++) {
      if (window.at(at + length + i) != mark.charAt(i)) {
        return;
      }
    }
    int from = at + length + mark.length();
    int end = Alphabet.URL64_EQUALS.runEnd(window, from, 80);
    offer("terraform-token", window, at, end, best, end - from >= 60);
  }

  private static void maxmind(Window window, int at, int length, Best best) {
    if (length != 6) {
      return;
    }
    int end = Alphabet.WORD.runEnd(window, at, RUN_MAX + 1);
    boolean marked =
        end - at == 40
            && window.at(end - 4) == '_'
            && window.at(end - 3) == 'm'
            && window.at(end - 2) == 'm'
            && window.at(end - 1) == 'k';
    offer("maxmind-key", window, at, end, best, marked);
  }

  /** An application's number, a bar, and its secret. */
  private static void facebook(Window window, int at, int bar, Best best) {
    int digits = Alphabet.DIGITS.runEnd(window, at, RUN_MAX);
    int end = Alphabet.URL64.runEnd(window, bar + 1, RUN_MAX + 1);
    boolean number = digits == bar && (bar - at == 15 || bar - at == 16);
    boolean sized = end - bar > 27 && end - bar <= RUN_MAX + 1;
    offer("facebook-token", window, at, end, best, number && sized);
  }

  /** Three characters, a digit, {@code Q~}, and 31 to 34 more. */
  private static void azure(Window window, int at, Best best) {
    int end = AZURE.runEnd(window, at, 48);
    int length = end - at;
    boolean fits = length >= 37 && length <= 40 && Alphabet.DIGITS.has(window.at(at + 3));
    offer("azure-client-secret", window, at, end, best, fits);
  }

  private static void offer(String type, Window window, int at, int end, Best best, boolean holds) {
    if (holds && Randomness.entropy(window, at, end) > 2.5) {
      best.offer(type, end);
    }
  }
}
