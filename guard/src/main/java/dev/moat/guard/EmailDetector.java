package dev.moat.guard;

import java.util.Set;

/** Knows e-mail addresses in the common part of RFC 5321: a dot-atom at a host name. */
final class EmailDetector implements Detector {
  private static final Alphabet LOCAL = Alphabet.of("a-zA-Z0-9._%+\\-");
  private static final Alphabet JOINERS = Alphabet.of("._%+\\-");
  private static final Alphabet AFTER_ATOM = Alphabet.of("@._%+\\-");
  private static final Alphabet LABEL = Alphabet.of("a-zA-Z0-9\\-");
  private static final String ENCODED_SIGN = "%40";
  private static final int LOCAL_MAX = 64;
  private static final int LABEL_MAX = 63;
  private static final int LABELS_MAX = 6;

  /** Accounts of machines. */
  private static final Set<String> SERVICES =
      Set.of("git", "hg", "svn", "cvs", "anoncvs", "noreply", "no-reply", "donotreply");

  /** Endings of file names, which no top-level domain is called. */
  private static final Set<String> FILES =
      Set.of(
          ("png jpg jpeg gif svg webp html xml java class js ts css json txt yml yaml jar war "
                  + "local localdomain git")
              .split(" "));

  @Override
  public Start start() {
    return Start.at(Alphabet.ALNUM).endedBy(AFTER_ATOM);
  }

  @Override
  public void find(Window window, int at, Best best) {
    if (window.isEscape(at)) {
      return;
    }
    int before = at - 1;
    while (at - before < LOCAL_MAX && JOINERS.has(window.at(before))) {
      before--;
    }
    if (before < at - 1 && Alphabet.ALNUM.has(window.at(before))) {
      return; // inside a longer local part, which was judged at its beginning
    }
    int sign = at;
    while (sign - at <= LOCAL_MAX && LOCAL.has(window.at(sign)) && !isEncodedSign(window, sign)) {
      sign++;
    }
    boolean encoded = isEncodedSign(window, sign);
    if (sign - at > LOCAL_MAX || !(encoded || window.at(sign) == '@') || !best.isEmpty()) {
      return;
    }
    if (SERVICES.contains(window.text(at, sign)) || isInUrl(window, at)) {
      return;
    }
    int end = hostEnd(window, sign + (encoded ? ENCODED_SIGN.length() : 1));
    if (end > 0) {
      best.offer(PersonalTypes.EMAIL, end);
    }
  }

  /** As the query of a URL has it (RFC 3986, section 2.1). */
  private static boolean isEncodedSign(Window window, int at) {
    for (int i = 0; i < ENCODED_SIGN.length(); i++) {
      if (window.at(at + i) != ENCODED_SIGN.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int hostEnd(Window window, int at) {
    int end = 0;
    int from = at;
    for (int label = 0; label < LABELS_MAX; label++) {
      int to = LABEL.runEnd(window, from, LABEL_MAX);
      if (to == from) {
        break;
      }
      if (label > 0 && isTopLevel(window, from, to)) {
        end = to;
      }
      if (window.at(to) != '.') {
        break;
      }
      from = to + 1;
    }
    return end;
  }

  private static boolean isTopLevel(Window window, int from, int to) {
    return to - from > 1
        && Alphabet.LETTERS.runEnd(window, from, LABEL_MAX) == to
        && !FILES.contains(window.text(from, to));
  }

  /** A name before a host in a URL is an account there, not an address. */
  private static boolean isInUrl(Window window, int at) {
    return UrlPasswordDetector.isInUserPart(window, window.at(at - 1) == ':' ? at - 1 : at);
  }
}
