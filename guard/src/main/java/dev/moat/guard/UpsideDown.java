package dev.moat.guard;

/** Reads and writes text turned by half a circle. */
final class UpsideDown {
  private static final String UPRIGHT = "abcdefghijklmnopqrstuvwxyz.,?!'\"()[]{}<>_&";
  private static final String TURNED = "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz˙'¿¡,„)(][}{><‾⅋";

  /** Other turned forms, each before what it stands for. */
  private static final String OTHERS = "ıiⅠiᵷgɓgɡgןlꓶlƖlɿrʃj∀aƆcƎeℲf⅁g⅂l⅄y∩uΛvῊnᴚrꓤr┴tᗡdᖵb";

  private UpsideDown() {}

  /** Whether {@code c} is a letter that only stands upside down, or rarely otherwise. */
  static boolean isTurned(char c) {
    return switch (c) {
      case 'ɐ', 'ɔ', 'ǝ', 'ɟ', 'ƃ', 'ɥ', 'ᴉ', 'ɾ', 'ʞ', 'ɯ', 'ɹ', 'ʇ', 'ʌ', 'ʍ', 'ʎ', 'ן', 'ı' ->
          true;
      default -> false;
    };
  }

  static String written(String text) {
    StringBuilder out = new StringBuilder();
    for (char c : text.toLowerCase(java.util.Locale.ROOT).toCharArray()) {
      int index = UPRIGHT.indexOf(c);
      out.append(index < 0 ? c : TURNED.charAt(index));
    }
    return out.reverse().toString();
  }

  /** Letters turned and read from the end, as they look if the page is turned. */
  static void backwards(Rewrite out) {
    upright(out, -1);
  }

  /** Letters turned one by one, which stand in the usual order. */
  static void inOrder(Rewrite out) {
    upright(out, 1);
  }

  private static void upright(Rewrite out, int direction) {
    StringBuilder said = new StringBuilder();
    out.text().codePoints().filter(Folds::shows).forEach(c -> said.appendCodePoint(upright(c)));
    if (direction < 0) {
      said.reverse();
    }
    out.replace(0, out.text().length(), said.toString());
  }

  private static int upright(int codePoint) {
    int index = TURNED.indexOf(codePoint);
    if (index >= 0) {
      return UPRIGHT.charAt(index);
    }
    int other = OTHERS.indexOf(codePoint);
    return other >= 0 && codePoint >= 128 ? OTHERS.charAt(other + 1) : codePoint;
  }
}
