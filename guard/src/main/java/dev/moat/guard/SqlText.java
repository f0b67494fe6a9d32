package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Tells whether a text that ought to be plain would change the query it is put into. */
final class SqlText {
  /** How many digits the version has from which on a server runs what is in a comment. */
  private static final int VERSION_MAX = 6;

  private static final Set<String> JOINS = Set.of("or", "and", "||", "&&");
  private static final Set<String> ORDERS =
      Set.of("drop", "delete", "insert", "update", "alter", "truncate", "exec", "create", "grant");
  private static final Set<String> OBJECTS =
      Set.of("table", "from", "into", "set", "database", "schema", "view", "user", "xp_cmdshell");

  private SqlText() {}

  /** Whether {@code text}, in lower case, does. */
  static boolean isInjection(String text) {
    List<String> tokens = tokens(text);
    List<String> compared = new ArrayList<>(); // without the quotes and brackets around values
    int[] later = new int[tokens.size() + 1];
    for (int i = 0; i < tokens.size(); i++) {
      later[i] = compared.size();
      if (!isAround(tokens.get(i))) {
        compared.add(tokens.get(i));
      }
    }
    for (int i = 0; i < tokens.size(); i++) {
      if (isUnion(tokens, i) || isSecond(tokens, i)) {
        return true;
      }
      if (endsValue(tokens, i) && i + 2 < tokens.size() && alwaysHolds(compared, later[i + 2])) {
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

  private static boolean isAround(String token) {
    return token.equals("'") || token.equals("\"") || token.equals("(");
  }

  /** A quote or bracket that ends a value, before a further condition. */
  private static boolean endsValue(List<String> tokens, int i) {
    String token = tokens.get(i);
    boolean ends = token.equals("'") || token.equals("\"") || token.equals(")");
    return ends && JOINS.contains(at(tokens, i + 1));
  }

  /** A comparison that holds whatever the rows are. */
  private static boolean alwaysHolds(List<String> compared, int i) {
    String first = at(compared, i);
    boolean same = at(compared, i + 1).equals("=") && first.equals(at(compared, i + 2));
    return same || first.equals("true");
  }

  private static String at(List<String> tokens, int index) {
    return index < tokens.size() ? tokens.get(index) : "";
  }

  /** Words and single marks; comments in place of blanks are skipped, but not those that run. */
  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      int end = i + 1;
      if (text.startsWith("/*!", i)) {
        i = HexDigits.end(text, i + 3, VERSION_MAX, 10);
        continue;
      }
      if (text.startsWith("*/", i)) {
        i += 2;
        continue;
      }
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
