package dev.moat.guard;

/** Reads and writes the letters of braille, uncontracted. */
final class Braille {
  private static final int FIRST = 0x2800;

  /** Dot patterns for a to z: dots 1 to 6 are bits 1 to 32. */
  private static final int[] DOTS = {
    1, 3, 9, 25, 17, 11, 27, 19, 10, 26, 5, 7, 13, 29, 21, 15, 31, 23, 14, 30, 37, 39, 58, 45, 61,
    53
  };

  private static final char[] LETTERS = letters();

  private Braille() {}

  static String written(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int letter = English.symbol(c);
      out.append(letter > 0 ? (char) (FIRST + DOTS[letter - 1]) : c);
    }
    return out.toString();
  }

  static void decode(Rewrite out) {
    String text = out.text();
    int at = 0;
    while (at < text.length()) {
      int end = at;
      StringBuilder said = new StringBuilder();
      while (end < text.length() && text.charAt(end) >= FIRST && text.charAt(end) <= 0x28FF) {
        char letter = LETTERS[text.charAt(end++) - FIRST & 63];
        said.append(letter == '_' ? "" : letter);
      }
      out.replace(at, end, said.toString());
      at = Math.max(end, at + 1);
    }
  }

  private static char[] letters() {
    char[] letters = new char[64];
    java.util.Arrays.fill(letters, '_'); // a sign for capitals or numbers says nothing here
    letters[0] = ' ';
    letters[2] = ',';
    letters[50] = '.';
    letters[38] = '?';
    letters[22] = '!';
    letters[4] = '\'';
    for (int i = 0; i < DOTS.length; i++) {
      letters[DOTS[i]] = (char) ('a' + i);
    }
    return letters;
  }
}
