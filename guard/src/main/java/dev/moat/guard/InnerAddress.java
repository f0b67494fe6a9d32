package dev.moat.guard;

import java.util.Set;

/** Tells whether a text leads into the network or the files of whoever opens it. */
final class InnerAddress {
  private static final Set<String> SCHEMES =
      Set.of("file", "gopher", "dict", "ldap", "tftp", "jar", "netdoc", "phar", "expect");

  private static final Set<String> HOSTS =
      Set.of("localhost", "metadata", "metadata.google.internal", "instance-data", "0", "[::]");

  /** What ends the user, host and port of an address, however long they are. */
  private static final Alphabet ENDS = Alphabet.of("/?#\\\"'`<>(),;{}|");

  private InnerAddress() {}

  /** Whether {@code text}, in lower case, has such an address. */
  static boolean isIn(String text) {
    if (text.contains("169.254.169.254") || text.contains("fd00:ec2::254")) {
      return true;
    }
    for (int at = text.indexOf("://"); at >= 0; at = text.indexOf("://", at + 3)) {
      int start = at;
      while (start > 0 && at - start < 12 && Alphabet.LETTERS.has(text.charAt(start - 1))) {
        start--;
      }
      int end = at + 3;
      while (end < text.length() && !ends(text.charAt(end))) {
        end++;
      }
      String host = WebAddress.of(text.substring(at + 3, end)).host();
      if (SCHEMES.contains(text.substring(start, at)) || isInner(host)) {
        return true;
      }
    }
    return false;
  }

  private static boolean ends(char c) {
    return ENDS.has(c) || Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private static boolean isInner(String host) {
    WebAddress address = new WebAddress("", host, "", "");
    return HOSTS.contains(host)
        || host.endsWith(".localhost")
        || host.endsWith(".internal")
        || host.startsWith("[")
        || address.isLocal()
        || (address.isNumber() && host.indexOf('.') < 0);
  }
}
