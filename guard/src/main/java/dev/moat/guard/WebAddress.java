package dev.moat.guard;

import java.net.IDN;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * The parts of a URL (RFC 3986) as far as they tell where it leads and what it carries.
 *
 * @param user what stands before the last sign of the authority; empty where there is none
 * @param host in lower case, without port
 * @param path with its first slash
 * @param query all that follows the path
 */
record WebAddress(String user, String host, String path, String query) {
  private static final int VALUE_MIN = 24;
  private static final int SEGMENT_MIN = 32;
  private static final int RUN_MIN = 20;
  private static final int PATH_LONG = 160;
  private static final int ENCODED_MIN = 6;
  private static final Alphabet RUN_ENDS = Alphabet.of("-_.~,:;@%");

  /** The segments of a path after which a hash names a version and carries nothing. */
  private static final Set<String> VERSIONS =
      Set.of("commit", "commits", "blob", "tree", "raw", "blame", "compare", "sha256");

  /** Reads what stands after the two slashes. */
  static WebAddress of(String rest) {
    int end = 0;
    while (end < rest.length() && "/?#\\".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String authority = rest.substring(0, end);
    int sign = authority.lastIndexOf('@');
    String hostAndPort = authority.substring(sign + 1).toLowerCase(Locale.ROOT);
    int port =
        hostAndPort.startsWith("[") ? hostAndPort.indexOf(']') + 1 : hostAndPort.indexOf(':');
    int query = end;
    while (query < rest.length() && "?#".indexOf(rest.charAt(query)) < 0) {
      query++;
    }
    String host = port > 0 ? hostAndPort.substring(0, port) : hostAndPort;
    return new WebAddress(
        sign < 0 ? "" : authority.substring(0, sign),
        host.endsWith(".") ? host.substring(0, host.length() - 1) : host,
        rest.substring(end, query),
        rest.substring(query));
  }

  /** Whether the user part is there to be taken for the host. */
  boolean isMasked() {
    int colon = user.indexOf(':');
    String name = colon < 0 ? user : user.substring(0, colon);
    return name.indexOf('.') > 0 || name.indexOf('%') >= 0;
  }

  /** Whether the host is a number that no name server knows, and not one of this network. */
  boolean isNumber() {
    if (host.startsWith("[")) {
      return !host.startsWith("[::1") && !host.startsWith("[fe80") && !host.startsWith("[fd");
    }
    int last = host.lastIndexOf('.');
    String end = host.substring(last + 1);
    boolean number = !end.isEmpty() && (isDigits(end) || end.startsWith("0x"));
    return number && !isLocal();
  }

  /** Whether the host is an address of this machine or of an inner network. */
  boolean isLocal() {
    String[] parts = host.split("\\.", 5);
    if (parts.length != 4 || !Arrays.stream(parts).allMatch(WebAddress::isByte)) {
      return false;
    }
    int second = Integer.parseInt(parts[1]);
    return switch (parts[0]) {
      case "10", "127", "0" -> true;
      case "192" -> second == 168;
      case "172" -> second >= 16 && second < 32;
      default -> false;
    };
  }

  /** Whether a label of the host is spelt in letters that pass for others. */
  boolean isLookalike() {
    for (String label : host.split("\\.")) {
      if (label.startsWith("xn--") && passesForLatin(IDN.toUnicode(label, IDN.ALLOW_UNASSIGNED))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a letter of another script folds to a Latin one. */
  private static boolean passesForLatin(String label) {
    return label
        .codePoints()
        .filter(Character::isLetter)
        .filter(c -> Character.UnicodeScript.of(c) != Character.UnicodeScript.LATIN)
        .anyMatch(c -> c < 0x10000 && Folds.single((char) c) < 128);
  }

  /** Whether the query or the path says something that a link need not say. */
  boolean carriesData() {
    return longestValue() >= VALUE_MIN || hasEncodedSegment();
  }

  /** The same for an image, which is fetched without a click. */
  boolean couldCarryData() {
    return query.indexOf('=') > 0
        || (query.startsWith("?") && query.length() > 1)
        || path.length() > PATH_LONG
        || path.chars().filter(c -> c == '%').count() >= ENCODED_MIN
        || hasEncodedSegment();
  }

  private int longestValue() {
    int anchor = query.indexOf('#');
    String values = anchor < 0 ? query : query.substring(0, anchor);
    int longest = 0;
    for (String pair : values.split("[?&;]")) {
      longest = Math.max(longest, pair.length() - pair.indexOf('=') - 1);
    }
    return longest;
  }

  private boolean hasEncodedSegment() {
    String before = "";
    for (String segment : path.split("/")) {
      boolean version = VERSIONS.contains(before) && isAll(Alphabet.LOWER_HEX, segment);
      if (segment.length() >= SEGMENT_MIN && !version && looksEncoded(segment)) {
        return true;
      }
      before = segment;
    }
    return false;
  }

  private static boolean looksEncoded(String segment) {
    int start = 0;
    for (int i = 0; i <= segment.length(); i++) {
      if (i == segment.length() || RUN_ENDS.has(segment.charAt(i))) {
        if (i - start >= RUN_MIN && isMixed(segment.substring(start, i))) {
          return true;
        }
        start = i + 1;
      }
    }
    return false;
  }

  private static boolean isMixed(String run) {
    boolean digits = run.chars().anyMatch(c -> Alphabet.DIGITS.has((char) c));
    boolean large = run.chars().anyMatch(c -> Alphabet.UPPER.has((char) c));
    boolean small = run.chars().anyMatch(c -> Alphabet.LOWER.has((char) c));
    boolean hex = run.length() >= SEGMENT_MIN && isAll(Alphabet.HEX, run);
    return digits && (hex || (large && small));
  }

  private static boolean isByte(String part) {
    return isDigits(part)
        && part.length() <= 3
        && (part.length() == 1 || part.charAt(0) != '0')
        && Integer.parseInt(part) < 256;
  }

  private static boolean isDigits(String text) {
    return !text.isEmpty() && isAll(Alphabet.DIGITS, text);
  }

  private static boolean isAll(Alphabet alphabet, String text) {
    return text.chars().allMatch(c -> alphabet.has((char) c));
  }
}
