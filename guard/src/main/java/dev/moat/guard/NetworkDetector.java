package dev.moat.guard;

import java.util.Locale;

/** Knows addresses of hosts and network cards that can point to a person. */
final class NetworkDetector implements Detector {
  private static final Alphabet HEX_OR_COLON = Alphabet.of("0-9a-fA-F:");
  private static final Alphabet SEPARATORS = Alphabet.of(".:\\-");
  private static final int V6_MAX = 39;
  private static final int SMALL = 20;
  private static final ContextWords ADDRESS_WORDS =
      ContextWords.of(
          "ip|ipv4|ipaddress|address|addresses|addr|host|server|client|remote|gateway|dns|"
              + "node|peer|login|source");
  private static final ContextWords VERSION_WORDS =
      ContextWords.of("version|ver|release|build|oid|v|section|revision");

  @Override
  public Start start() {
    return Start.at(Alphabet.HEX).endedBy(SEPARATORS);
  }

  @Override
  public void find(Window window, int at, Best best) {
    char before = window.at(at - 1);
    char further = window.at(at - 2);
    boolean joins = before == '.' || before == '-' || before == ':';
    boolean joined = joins && Alphabet.ALNUM.has(further);
    if (before == '_' || (joined && before != ':')) {
      return;
    }
    if (Alphabet.DIGITS.has(window.at(at)) && (!joined || isLabelled(window, at))) {
      four(window, at, best);
    }
    if (joined) {
      return;
    }
    int pair = Alphabet.HEX.runEnd(window, at, 5);
    char separator = window.at(pair);
    if (pair == at + 2 && (separator == ':' || separator == '-')) {
      mac(window, at, separator, best);
    }
    if (separator == ':' && pair - at <= 4) {
      six(window, at, best);
    }
  }

  /** {@code addr:1.2.3.4}, and the IPv4 address in an IPv6 one (RFC 4291, section 2.5.5.2). */
  private static boolean isLabelled(Window window, int at) {
    boolean mapped = window.text(at - 7, at).toLowerCase(Locale.ROOT).equals("::ffff:");
    return mapped || ADDRESS_WORDS.before(window, at);
  }

  private static void four(Window window, int at, Best best) {
    int[] octets = new int[4];
    int from = at;
    for (int i = 0; i < 4; i++) {
      int to = Alphabet.DIGITS.runEnd(window, from, 3);
      boolean padded = to - from > 1 && window.at(from) == '0';
      if (to == from || padded || (i < 3 && window.at(to) != '.')) {
        return;
      }
      octets[i] = Integer.parseInt(window.text(from, to));
      from = to + 1;
    }
    int end = from - 1;
    boolean longer =
        Alphabet.WORD.has(window.at(end))
            || (window.at(end) == '.' && Alphabet.DIGITS.has(window.at(end + 1)))
            || (window.at(end) == '-' && Alphabet.LETTERS.has(window.at(end + 1)));
    if (!longer && isPersonal(octets) && !isVersion(window, at, octets)) {
      best.offer(PersonalTypes.IP, end);
    }
  }

  /** Not the ranges of RFC 1122, 5737 and 5771 that name no host of anybody. */
  private static boolean isPersonal(int[] octets) {
    int a = octets[0];
    int b = octets[1];
    int c = octets[2];
    boolean documentation =
        (a == 192 && b == 0 && c == 2)
            || (a == 198 && b == 51 && c == 100)
            || (a == 203 && b == 0 && c == 113);
    boolean valid = a <= 255 && b <= 255 && c <= 255 && octets[3] <= 255;
    boolean mask = a == 255 || octets[3] == 0;
    return valid
        && a != 0
        && a != 127
        && !(a == 169 && b == 254)
        && a < 224
        && !mask
        && !documentation;
  }

  /** Small numbers are a version or an object identifier unless a word says otherwise. */
  private static boolean isVersion(Window window, int at, int[] octets) {
    int small = 0;
    for (int octet : octets) {
      small += octet < SMALL ? 1 : 0;
    }
    boolean doubtful = small == 4 || (small == 3 && octets[0] < 100 && octets[0] != 10);
    return VERSION_WORDS.before(window, at) || (doubtful && !ADDRESS_WORDS.before(window, at));
  }

  private static void mac(Window window, int at, char separator, Best best) {
    int distinct = 0;
    for (int i = 0; i < 6; i++) {
      int from = at + i * 3;
      if (Alphabet.HEX.runEnd(window, from, 3) != from + 2
          || (i < 5 && window.at(from + 2) != separator)) {
        return;
      }
      distinct +=
          window.at(from) != window.at(at) || window.at(from + 1) != window.at(at + 1) ? 1 : 0;
    }
    int end = at + 17;
    if (distinct > 0 && window.at(end) != separator && !Alphabet.WORD.has(window.at(end))) {
      best.offer(PersonalTypes.MAC, end);
    }
  }

  /** Eight groups, or fewer with one gap (RFC 4291); link-local and documentation are left. */
  private static void six(Window window, int at, Best best) {
    int end = HEX_OR_COLON.runEnd(window, at, V6_MAX + 1);
    if (end - at > V6_MAX || Alphabet.WORD.has(window.at(end))) {
      return;
    }
    while (window.at(end - 1) == ':') {
      end--;
    }
    String text = window.text(at, end);
    if (isAddress(text.split(":", -1), text.indexOf("::"), text.lastIndexOf("::"))
        && !text.toLowerCase(Locale.ROOT).startsWith("2001:db8")) {
      best.offer(PersonalTypes.IP, end);
    }
  }

  private static boolean isAddress(String[] groups, int gap, int lastGap) {
    int digits = 0;
    int written = 0;
    boolean numeric = false;
    for (String group : groups) {
      if (group.length() > 4) {
        return false;
      }
      written += group.isEmpty() ? 0 : 1;
      digits += group.length();
      numeric |= group.length() > 2 && group.chars().anyMatch(c -> c >= '0' && c <= '9');
    }
    boolean full = groups.length == 8 && written == 8 && digits > 16;
    boolean shortened = gap > 0 && gap == lastGap && written >= 3 && written < 8 && digits >= 7;
    return numeric && (full || shortened);
  }
}
