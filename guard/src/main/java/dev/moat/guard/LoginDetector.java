package dev.moat.guard;

/** Knows the password after the user's name in an option: {@code curl -u user:password}. */
final class LoginDetector implements Detector {
  private static final Alphabet USER = Alphabet.of("a-zA-Z0-9_.@%+\\-");
  private static final Alphabet VALUE = Alphabet.of("a-zA-Z0-9_.\\-+/=!@#%^*~?|:&$");
  private static final Alphabet QUOTES = Alphabet.of("'\"");
  private static final Alphabet GAPS = Alphabet.of(" \t=");
  private static final int USER_MAX = 48;
  private static final int GAPS_MAX = 3;
  private static final int VALUE_MIN = 4;
  private static final int VALUE_MAX = 64;

  @Override
  public Start start() {
    return Start.behind(Alphabet.of(":"));
  }

  @Override
  public void find(Window window, int at, Best best) {
    if (window.at(at - 1) != ':' || window.at(at) == '/' || !followsOption(window, at - 2)) {
      return;
    }
    int end = VALUE.runEnd(window, at, VALUE_MAX);
    if (end - at >= VALUE_MIN && !Placeholders.isValue(window.text(at, end))) {
      best.offer("password", end);
    }
  }

  private static boolean followsOption(Window window, int last) {
    int i = last;
    while (last - i < USER_MAX && USER.has(window.at(i))) {
      i--;
    }
    if (QUOTES.has(window.at(i))) {
      i--;
    }
    int gap = i;
    while (gap - i < GAPS_MAX && GAPS.has(window.at(i))) {
      i--;
    }
    if (gap == i) {
      return false;
    }
    return endsWith(window, i, " -u") || endsWith(window, i, "-user");
  }

  private static boolean endsWith(Window window, int last, String option) {
    int from = last + 1 - option.length();
    for (int i = 0; i < option.length(); i++) {
      if (window.at(from + i) != option.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
