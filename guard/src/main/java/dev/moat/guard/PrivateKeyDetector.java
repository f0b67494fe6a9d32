package dev.moat.guard;

/**
 * Knows private keys in PEM form (RFC 7468, and OpenPGP's blocks): from the opening line on, all
 * that may belong to the key is taken, also where the block is cut or sits in a string literal.
 */
final class PrivateKeyDetector implements Detector {
  private static final String OPENING = "-----BEGIN ";
  private static final Alphabet LABEL = Alphabet.of("A-Z0-9 ");
  private static final Alphabet BETWEEN = Alphabet.of(" \t\r\n\\\\nr\"'`+,|>#*");
  private static final Alphabet BODY = Alphabet.of("a-zA-Z0-9+/= \t\r\n\\\\\"'`,.:;|>#*()\\-");
  private static final int LABEL_MAX = 40;
  private static final int BETWEEN_MAX = 96;
  private static final int BODY_MIN = 16;

  @Override
  public Start start() {
    return Start.at(Alphabet.of("\\-"));
  }

  @Override
  public void find(Window window, int at, Best best) {
    for (int i = 0; i < OPENING.length(); i++) {
      if (window.at(at + i) != OPENING.charAt(i)) {
        return;
      }
    }
    int label = at + OPENING.length();
    int dashes = LABEL.runEnd(window, label, LABEL_MAX);
    if (!dashesAt(window, dashes) || !window.text(label, dashes).contains("PRIVATE KEY")) {
      return;
    }
    int body = BETWEEN.runEnd(window, dashes + 5, BETWEEN_MAX);
    int end = Alphabet.BASE64.runEnd(window, body, BODY_MIN);
    boolean hasHeaders = end > body && (window.at(end) == '-' || window.at(end) == ':');
    if (end - body == BODY_MIN || hasHeaders) {
      best.offer("private-key", end, PrivateKeyDetector::next);
    }
  }

  private static boolean dashesAt(Window window, int at) {
    for (int i = at; i < at + 5; i++) {
      if (window.at(i) != '-') {
        return false;
      }
    }
    return true;
  }

  /** States: 0 to 5 dashes seen; 6 and 7 in END; 8 to 13 dashes seen after it. */
  private static int next(int state, char c) {
    if (!BODY.has(c)) {
      return Tail.STOP_BEFORE;
    }
    return switch (state) {
      case 0, 1, 2, 3, 4 -> c == '-' ? state + 1 : 0;
      case 5 -> c == 'E' ? 6 : c == '-' ? 5 : 0;
      case 6 -> c == 'N' ? 7 : 0;
      case 7 -> c == 'D' ? 8 : 0;
      case 12 -> c == '-' ? Tail.STOP_AFTER : 8;
      default -> c == '-' ? state + 1 : 8;
    };
  }
}
