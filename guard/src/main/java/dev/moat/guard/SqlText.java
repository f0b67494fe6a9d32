package dev.moat.guard;

import java.util.Set;

/**
 * Tells whether a text that ought to be plain would change the query it is put into: one pass over
 * its words and marks that remembers the last few, however long the text is.
 */
final class SqlText {
  /** How many digits the version has from which on a server runs what is in a comment. */
  private static final int VERSION_MAX = 6;

  private static final Set<String> JOINS = Set.of("or", "and", "||", "&&");
  private static final Set<String> ORDERS =
      Set.of("drop", "delete", "insert", "update", "alter", "truncate", "exec", "create", "grant");
  private static final Set<String> OBJECTS =
      Set.of("table", "from", "into", "set", "database", "schema", "view", "user", "xp_cmdshell");

  private final String text;

  /** The tokens before the one at hand, the nearest first. */
  private String first = "";

  private String second = "";
  private String third = "";

  /** The same without the quotes and brackets around values. */
  private String compared = "";

  private String comparedBefore = "";

  /** Whether a further condition begins with what comes, with the last, with the one before it. */
  private boolean begins;

  private boolean began;
  private boolean beganBefore;

  private SqlText(String text) {
    this.text = text;
  }

  /** Whether {@code text}, in lower case, does. */
  static boolean isInjection(String text) {
    boolean quoted = text.indexOf('\'') >= 0;
    boolean cutsOff = quoted && (text.stripTrailing().endsWith("--") || text.contains("'--"));
    return cutsOff || new SqlText(text).changes();
  }

  /** Reads words and single marks; comments stand for blanks, but not those that run. */
  private boolean changes() {
    int at = 0;
    while (at < text.length()) {
      if (text.startsWith("/*!", at)) {
        at = HexDigits.end(text, at + 3, VERSION_MAX, 10);
      } else if (text.startsWith("/*", at)) {
        int close = text.indexOf("*/", at + 2);
        at = close < 0 ? text.length() : close + 2;
      } else if (text.startsWith("*/", at)) {
        at += 2;
      } else {
        int end = tokenEnd(at);
        if (text.charAt(at) > ' ' && text.charAt(at) != '+' && take(text.substring(at, end))) {
          return true;
        }
        at = end;
      }
    }
    return false;
  }

  private int tokenEnd(int at) {
    int end = at;
    while (end < text.length() && Alphabet.WORD.has(text.charAt(end))) {
      end++;
    }
    boolean join = text.startsWith("||", at) || text.startsWith("&&", at);
    return end > at ? end : at + (join ? 2 : 1);
  }

  private boolean take(String token) {
    boolean changes = isUnion(token) || isSecond(token) || compare(token);
    begins |= JOINS.contains(token) && endsValue(first);
    third = second;
    second = first;
    first = token;
    return changes;
  }

  private boolean isUnion(String token) {
    return token.equals("select")
        && (first.equals("union") || (first.equals("all") && second.equals("union")));
  }

  private boolean isSecond(String token) {
    boolean near = ORDERS.contains(first) && second.equals(";");
    boolean far = ORDERS.contains(second) && third.equals(";");
    return OBJECTS.contains(token) && (near || far);
  }

  /** Whether a further condition is complete that holds whatever the rows are. */
  private boolean compare(String token) {
    if (token.equals("'") || token.equals("\"") || token.equals("(")) {
      return false;
    }
    boolean same = beganBefore && compared.equals("=") && comparedBefore.equals(token);
    boolean holds = same || (begins && token.equals("true"));
    beganBefore = began;
    began = begins;
    begins = false;
    comparedBefore = compared;
    compared = token;
    return holds;
  }

  private static boolean endsValue(String token) {
    return token.equals("'") || token.equals("\"") || token.equals(")");
  }
}
