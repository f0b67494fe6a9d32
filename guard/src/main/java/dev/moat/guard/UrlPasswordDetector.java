package dev.moat.guard;

/** Knows the password in the user part of a URL (RFC 3986, section 3.2.1). */
final class UrlPasswordDetector implements Detector {
  private static final Alphabet USER = Alphabet.of("a-zA-Z0-9_.~%!$&'*+,;=\\-");
  private static final Alphabet PASSWORD = Alphabet.of("a-zA-Z0-9_.~%!$&'()*+,;=:#?^|\\-");
  private static final Alphabet AUTHORITY = Alphabet.of("a-zA-Z0-9_.~%!$&'()*+;=:^|\\-");
  private static final Alphabet HOST = Alphabet.of("a-zA-Z0-9[");
  private static final int USER_MAX = 64;
  private static final int PASSWORD_MAX = 128;
  private static final int PASSWORD_MIN = 4;

  @Override
  public Start start() {
    return Start.behind(Alphabet.of(":"));
  }

  @Override
  public void find(Window window, int at, Best best) {
    if (window.at(at - 1) != ':' || !isInUserPart(window, at - 1)) {
      return;
    }
    int end = signBeforeHost(window, at);
    boolean password = end - at >= PASSWORD_MIN && window.at(end) == '@';
    if (password && HOST.has(window.at(end + 1)) && !Placeholders.isValue(window.text(at, end))) {
      best.offer("url-password", end);
    }
  }

  /** The last sign before the path: people also write passwords with a raw one in them. */
  private static int signBeforeHost(Window window, int at) {
    int end = PASSWORD.runEnd(window, at, PASSWORD_MAX);
    int next = end;
    while (window.at(next) == '@' && next - at < PASSWORD_MAX) {
      end = next;
      next = AUTHORITY.runEnd(window, next + 1, PASSWORD_MAX);
    }
    return end;
  }

  /** Whether what stands before {@code at} is a scheme and a user's name. */
  static boolean isInUserPart(Window window, int at) {
    int i = at - 1;
    while (at - i < USER_MAX && USER.has(window.at(i))) {
      i--;
    }
    return window.at(i) == '/' && window.at(i - 1) == '/' && window.at(i - 2) == ':';
  }
}
