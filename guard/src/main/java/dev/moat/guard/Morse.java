package dev.moat.guard;

import java.util.Map;
import java.util.stream.Collectors;

/** Reads and writes Morse code. */
final class Morse {
  static final int LENGTH_MAX = 6;
  static final int LETTERS_MIN = 5;
  private static final int DISTINCT_MIN = 3;

  private static final Map<Character, String> CODES =
      Map.copyOf(
          java.util.Arrays.stream(
                  ("a.- b-... c-.-. d-.. e. f..-. g--. h.... i.. j.--- k-.- l.-.. m-- n-. o--- "
                          + "p.--. q--.- r.-. s... t- u..- v...- w.-- x-..- y-.-- z--.. 1.---- "
                          + "2..--- 3...-- 4....- 5..... 6-.... 7--... 8---.. 9----. 0----- "
                          + "..-.-.- ,--..-- ?..--.. '.----. !-.-.-- /-..-. (-.--. )-.--.- "
                          + ":---... =-...- +.-.-. --....- \".-..-. @.--.-.")
                      .split(" "))
              .collect(Collectors.toMap(code -> code.charAt(0), code -> code.substring(1))));

  private static final Map<String, Character> LETTERS =
      CODES.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

  private Morse() {}

  /** Letters separated by spaces, words by a slash; what has no code is left out. */
  static String written(String text) {
    StringBuilder out = new StringBuilder();
    for (char c : text.toLowerCase(java.util.Locale.ROOT).toCharArray()) {
      String code = c == ' ' ? "/" : CODES.getOrDefault(c, "");
      out.append(out.isEmpty() || code.isEmpty() ? "" : " ").append(code);
    }
    return out.toString();
  }

  static void decode(Rewrite out) {
    String text = out.text();
    int at = 0;
    while (at < text.length()) {
      boolean begins = isSign(text.charAt(at)) && (at == 0 || text.charAt(at - 1) <= ' ');
      at = begins ? run(out, at) : at + 1;
    }
  }

  private static int run(Rewrite out, int start) {
    String text = out.text();
    StringBuilder said = new StringBuilder();
    StringBuilder code = new StringBuilder();
    java.util.Set<Character> distinct = new java.util.HashSet<>();
    int letters = 0;
    int last = start;
    int at = start;
    while (at < text.length()) {
      code.setLength(0);
      while (at < text.length() && isSign(text.charAt(at)) && code.length() <= LENGTH_MAX) {
        code.append(sign(text.charAt(at++)));
      }
      Character letter = LETTERS.getOrDefault(code.toString(), '\0');
      if (letter == '\0') {
        break;
      }
      said.append(letter);
      distinct.add(letter);
      letters++;
      last = at;
      int gap = at;
      boolean word = false;
      while (gap < text.length() && isGap(text.charAt(gap)) && gap - at < 5) {
        word |= text.charAt(gap) > ' ' || gap - at > 1;
        gap++;
      }
      said.append(word ? " " : "");
      at = gap == at ? text.length() : gap;
    }
    if (letters >= LETTERS_MIN && distinct.size() >= DISTINCT_MIN) {
      out.replace(start, last, said.toString().strip());
    }
    return Math.max(last, start + 1);
  }

  private static boolean isGap(char c) {
    return c <= ' ' || c == '/' || c == '|';
  }

  private static boolean isSign(char c) {
    return sign(c) != '\0';
  }

  private static char sign(char c) {
    return switch (c) {
      case '.', '\u00B7', '\u2022', '\u2219' -> '.';
      case '-', '_', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2212' -> '-';
      default -> '\0';
    };
  }
}
