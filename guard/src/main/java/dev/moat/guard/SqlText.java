package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Tells whether a text that ought to be plain would change the query it is put into. */
final class SqlText {
  private static final int TOKENS_MAX = 4_000;
  private static final Set<String> JOINS = Set.of("or", "and", "||", "&&");
  private static final Set<String> ORDERS =
      Set.of("drop", "delete", "insert", "update", "alter", "truncate", "exec", "create", "grant");
  private static final Set<String> OBJECTS =
      Set.of("table", "from", "into", "set", "database", "schema", "view", "user", "xp_cmdshell");

  private SqlText() {}

  /** Whether {@code text}, in lower case, does. */
  static boolean isInjection(String text) {
    List<String> tokens = tokens(text);
    for (int i = 0; i < tokens.size(); i++) {
      if (isUnion(tokens, i) || isSecond(tokens, i) || isAlwaysTrue(tokens, i)) {
        return true;
      }
    }
    boolean quoted = text.indexOf('\'') >= 0;
    return quoted && (text.stripTrailing().endsWith("--") || text.contains("'--"));
  }

  private static boolean isUnion(List<String> tokens, int i) {
    String next = at(tokens, i + 1);
    return tokens.get(i).equals("union")
        && (next.equals("select") || (next.equals("all") && at(tokens, i + 2).equals("select")));
  }

  private static boolean isSecond(List<String> tokens, int i) {
    if (!tokens.get(i).equals(";") || !ORDERS.contains(at(tokens, i + 1))) {
      return false;
    }
    return OBJECTS.contains(at(tokens, i + 2)) || OBJECTS.contains(at(tokens, i + 3));
  }

  /** A quote that ends a value, then a comparison that always holds. */
  private static boolean isAlwaysTrue(List<String> tokens, int i) {
    String token = tokens.get(i);
    boolean ends = token.equals("'") || token.equals("\"") || token.equals(")");
    if (!ends || !JOINS.contains(at(tokens, i + 1))) {
      return false;
    }
    List<String> rest = new ArrayList<>();
    for (int k = i + 2; rest.size() < 3 && k < i + 12 && k < tokens.size(); k++) {
      String next = tokens.get(k);
      if (!next.equals("'") && !next.equals("\"") && !next.equals("(")) {
        rest.add(next);
      }
    }
    boolean same = rest.size() == 3 && rest.get(1).equals("=") && rest.get(0).equals(rest.get(2));
    return same || (!rest.isEmpty() && rest.get(0).equals("true"));
  }

  private static String at(List<String> tokens, int index) {
    return index < tokens.size() ? tokens.get(index) : "";
  }

  /** Words and single marks; comments in place of blanks are skipped. */
  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    int i = 0;
    while (i < text.length() && tokens.size() < TOKENS_MAX) {
      char c = text.charAt(i);
      int end = i + 1;
      if (text.startsWith("/*", i)) {
        int close = text.indexOf("*/", i + 2);
        i = close < 0 ? text.length() : close + 2;
        continue;
      }
      if (Alphabet.WORD.has(c)) {
        while (end < text.length() && Alphabet.WORD.has(text.charAt(end))) {
          end++;
        }
      } else if (text.startsWith("||", i) || text.startsWith("&&", i)) {
        end++;
      }
      if (c > ' ' && c != '+') {
        tokens.add(text.substring(i, end));
      }
      i = end;
    }
    return tokens;
  }
}
