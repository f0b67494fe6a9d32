package dev.moat.app;

/**
 * Texts of others as a terminal may show them: without controls, escapes, characters that turn the
 * direction of writing, and halves of characters.
 */
final class Harmless {
  private Harmless() {}

  /** The beginning of a text on one line; a run of what a terminal would act on is one blank. */
  static String line(String text, int charactersMax) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < text.length() && out.length() < charactersMax) {
      int character = text.codePointAt(at);
      at += Character.charCount(character);
      boolean blank = character == ' ' || acts(character);
      if (!blank) {
        out.appendCodePoint(character);
      } else if (!out.isEmpty() && out.charAt(out.length() - 1) != ' ') {
        out.append(' ');
      }
    }
    return out.toString().strip() + (at < text.length() ? "..." : "");
  }

  /**
   * The same JSON, in which what a terminal would act on, or what is no character, is escaped. Such
   * can only stand within strings, so it means the same.
   */
  static String json(String json) {
    int at = 0;
    while (at < json.length() && !acts(json.codePointAt(at))) {
      at += Character.charCount(json.codePointAt(at));
    }
    if (at == json.length()) {
      return json;
    }
    StringBuilder out = new StringBuilder(json.length() + 16).append(json, 0, at);
    while (at < json.length()) {
      int character = json.codePointAt(at);
      int end = at + Character.charCount(character);
      if (acts(character)) {
        json.substring(at, end).chars().forEach(half -> out.append(String.format("\\u%04X", half)));
      } else {
        out.append(json, at, end);
      }
      at = end;
    }
    return out.toString();
  }

  private static boolean acts(int character) {
    if (character < 0x7F) {
      return character < ' ';
    }
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
