package dev.moat.guard;

/**
 * Reads a text sign by sign from one place, each escape of HTML, JSON or Markdown as the sign that
 * it stands for. It sees a fixed number of characters from there, and says so if one of them has
 * not arrived yet.
 */
final class SignReader {
  /** What is read at the end of what can be seen. */
  static final char END = '\uFFFF';

  /** What an escape is read as that stands for white space. */
  private static final char SPACE = ' ';

  private static final String[] ENTITIES = {"&lt;", "&gt;", "&quot;", "&#39;"};
  private static final String ENTITY_SIGNS = "<>\"'";
  private static final String PUNCTUATION = "_*`<>[]()\"'";
  private static final int HEX_DIGITS = 4;

  private String text = "";
  private int end;
  private boolean mayGrow;
  private int before;
  private int position;
  private char sign = END;
  private boolean starved;

  /** Begins before the sign at {@code at}; {@code complete} says that no more text comes. */
  void stand(String newText, int at, int reach, boolean complete) {
    text = newText;
    end = Math.min(newText.length(), at + reach);
    mayGrow = !complete && newText.length() < at + reach;
    before = at;
    position = at;
    sign = END;
    starved = false;
  }

  /** Reads the next sign. */
  void next() {
    before = position;
    char c = at(position);
    switch (c) {
      case '\\' -> escape();
      case '&' -> entity();
      default -> take(c, c == END ? 0 : 1);
    }
  }

  /** Reads the sign that begins at {@code place} again. */
  void back(int place) {
    position = place;
    next();
  }

  /** The sign that was read last. */
  char sign() {
    return sign;
  }

  /** Where the sign that was read last begins. */
  int before() {
    return before;
  }

  /** Where the sign that was read last ends. */
  int position() {
    return position;
  }

  /** Whether a character was asked for that has not arrived. */
  boolean starved() {
    return starved;
  }

  private char at(int place) {
    if (place < end) {
      return text.charAt(place);
    }
    starved |= mayGrow;
    return END;
  }

  private void take(char newSign, int length) {
    sign = newSign;
    position += length;
  }

  private void escape() {
    char c = at(position + 1);
    switch (c) {
      case 'n', 'r', 't', 'b', 'f' -> take(SPACE, 2);
      case 'u' -> unicode();
      case '\\' -> {
        char third = at(position + 2);
        boolean whole = PUNCTUATION.indexOf(third) >= 0;
        take(whole ? third : '\\', whole ? 3 : 2);
      }
      default -> {
        boolean whole = PUNCTUATION.indexOf(c) >= 0;
        take(whole ? c : '\\', whole ? 2 : 1);
      }
    }
  }

  private void unicode() {
    int code = 0;
    for (int i = 0; i < HEX_DIGITS; i++) {
      int digit = Character.digit(at(position + 2 + i), 16);
      if (digit < 0) {
        take('\\', 1);
        return;
      }
      code = code * 16 + digit;
    }
    take((char) code, 2 + HEX_DIGITS);
  }

  private void entity() {
    for (int i = 0; i < ENTITIES.length; i++) {
      int length = 0;
      while (length < ENTITIES[i].length()
          && Character.toLowerCase(at(position + length)) == ENTITIES[i].charAt(length)) {
        length++;
      }
      if (length == ENTITIES[i].length()) {
        take(ENTITY_SIGNS.charAt(i), length);
        return;
      }
    }
    take('&', 1);
  }
}
