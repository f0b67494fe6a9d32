package dev.moat.guard;

/** Knows e-mail addresses in the common part of RFC 5321: a dot-atom at a host name. */
final class EmailDetector implements Detector {
  private static final Alphabet LOCAL = Alphabet.of("a-zA-Z0-9._%+\\-");
  private static final Alphabet LABEL = Alphabet.of("a-zA-Z0-9\\-");
  private static final int LOCAL_MAX = 64;
  private static final int LABEL_MAX = 63;
  private static final int LABELS_MAX = 6;

  @Override
  public void find(Window window, int at, Best best) {
    if (!Alphabet.ALNUM.has(window.at(at)) || Alphabet.ALNUM.has(window.at(at - 1))) {
      return;
    }
    int sign = LOCAL.runEnd(window, at, LOCAL_MAX + 1);
    if (sign - at > LOCAL_MAX || window.at(sign) != '@') {
      return;
    }
    int end = hostEnd(window, sign + 1);
    if (end > 0) {
      best.offer(PersonalTypes.EMAIL, end);
    }
  }

  private static int hostEnd(Window window, int at) {
    int end = 0;
    int from = at;
    for (int label = 0; label < LABELS_MAX; label++) {
      int to = LABEL.runEnd(window, from, LABEL_MAX);
      if (to == from) {
        break;
      }
      if (label > 0 && Alphabet.LETTERS.runEnd(window, from, LABEL_MAX) == to && to - from > 1) {
        end = to;
      }
      if (window.at(to) != '.') {
        break;
      }
      from = to + 1;
    }
    return end;
  }
}
