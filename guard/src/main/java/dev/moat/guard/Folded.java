package dev.moat.guard;

/**
 * The folded form of a whole text: what it looks like, in plain characters, without what is
 * invisible, with hidden text shown. The same characters as the detection copy that {@link
 * Normaliser} writes, but for its breaks.
 */
final class Folded {
  private Folded() {}

  /** The folded form; {@code text} itself if nothing in it changes. */
  static String text(String text) {
    int plain = plainEnd(text);
    if (plain == text.length()) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, plain);
    boolean flag = false;
    int i = plain;
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      int hidden = flag ? 0 : Folds.hidden(codePoint);
      flag = codePoint == Normaliser.BLACK_FLAG || (flag && codePoint >= 0xE0000);
      if (hidden != 0) {
        out.append((char) hidden);
      } else {
        append(codePoint, out);
      }
    }
    return out.toString();
  }

  /** What is hidden in tags and variation selectors of {@code text}, without the rest. */
  static String hidden(String text) {
    StringBuilder out = new StringBuilder();
    boolean flag = false;
    for (int i = 0; i < text.length(); i++) {
      int codePoint = text.codePointAt(i);
      flag = codePoint == Normaliser.BLACK_FLAG || (flag && codePoint >= 0xE0000);
      int hidden = flag ? 0 : Folds.hidden(codePoint);
      if (hidden != 0) {
        out.append((char) hidden);
      }
      i += Character.charCount(codePoint) - 1;
    }
    return out.toString();
  }

  private static int plainEnd(String text) {
    int i = 0;
    while (i < text.length() && text.charAt(i) < 0x7F && Folds.single(text.charAt(i)) >= '\t') {
      if (Folds.single(text.charAt(i)) != text.charAt(i)) {
        break;
      }
      i++;
    }
    return i;
  }

  private static void append(int codePoint, StringBuilder out) {
    if (codePoint >= Character.MIN_SUPPLEMENTARY_CODE_POINT) {
      out.append(Folds.several(codePoint));
      return;
    }
    char folded = Folds.single((char) codePoint);
    if (folded == Folds.SEVERAL) {
      out.append(Folds.several(codePoint));
    } else if (folded != Folds.DROP && !Character.isSurrogate(folded)) {
      out.append(folded);
    }
  }
}
