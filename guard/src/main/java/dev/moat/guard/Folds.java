package dev.moat.guard;

import java.text.Normalizer;

/**
 * The table that says what a code point looks like: one or more plain characters, or nothing.
 *
 * <p>Compatibility decomposition (Unicode annex 15) without marks, decimal digits of every script
 * as ASCII digits, and our own short table of letters that look Latin (the idea of the skeleton in
 * Unicode standard 39). Each code point is folded by itself, so a fold never waits for the next.
 */
final class Folds {
  /** The code point leaves no trace in the copy. */
  static final char DROP = '\uFFFE';

  /** The code point stands for several characters: ask {@link #several}. */
  static final char SEVERAL = '\uFFFD';

  private static final char OTHER_LETTER = '\u4E00';
  private static final char OTHER_SYMBOL = '\u2588';

  /** Look-alikes: the Latin letter, then the characters that pass for it. */
  private static final String[] LOOKALIKES =
      ("aаɑαᎪᴀɐ AАΑᗅ bЬвʙƄ BВΒᏴ cсᴄϲ CСϹᏟ dԁᴅɗđ DᎠÐĐ eеᴇєҽɛ EЕΕᎬ fꜰғƒ FϜᖴ gɡɢց GԌᏀ hһʜհ "
              + "HНΗᎻн iіɪıιɩ IІΙӀΪ jјᴊϳ JЈᎫ kкᴋκ KКΚᏦ lʟłӏ LᏞŁ mмᴍ MМΜᎷϺ nпɴηո NΝᏁ oоοᴏσօøѻ OОΟՕØ "
              + "pрρᴘ PРΡᏢ qԛգ QԚ rгʀɾ RᎡᖇ sѕꜱʂ SЅᏚՏ tтᴛτ TТΤᎢ uᴜυսʋц UՍᑌ vᴠνѵ VѴᏙ wᴡԝաω WԜᎳ xхχ "
              + "XХΧ yуʏγүყ YУΥҮ zᴢʐ ZΖᏃ \"“”„‟«»″〝〞 '‘’‚‛′`´ʹʻʼ -‐‑‒–—―−⁃﹣ /∕⁄╱⧸ .․。｡۔ :∶ː։׃ ,‚،、 "
              + "@﹫ <‹〈⟨ >›〉⟩ |ǀ∣│ _‗ +˖ *∗⁎ =゠")
          .split(" ");

  /** Where A to Z begin on black discs, on black squares, and as the indicators of flags. */
  private static final int[] LETTER_BLOCKS = {0x1F150, 0x1F170, 0x1F1E6};

  /** Stands for no character yet, and between two that are decomposed in one go. */
  private static final char UNKNOWN = '\0';

  private static final int TABLE_SIZE = 0x10000;
  private static final char[] TABLE = table();

  private Folds() {}

  /** The single character for a BMP code point, or {@link #DROP} or {@link #SEVERAL}. */
  static char single(char c) {
    return TABLE[c];
  }

  /** The characters for any code point. */
  static String several(int codePoint) {
    int number = numberInDisc(codePoint);
    if (number >= 0) {
      return Integer.toString(number);
    }
    if (codePoint >= TABLE_SIZE) {
      return beyondBmp(codePoint);
    }
    return foldedAll(Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKD));
  }

  /** Whether anything of a code point is left in the copy. */
  static boolean shows(int codePoint) {
    boolean half = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    return codePoint < TABLE_SIZE
        ? TABLE[codePoint] != DROP && !half
        : !several(codePoint).isEmpty();
  }

  /** The ASCII character that a tag or a supplementary variation selector carries, or 0. */
  static int hidden(int codePoint) {
    int carried =
        codePoint >= 0xE0100 && codePoint <= 0xE01EF
            ? codePoint - 0xE0100 + 16 // selector n carries byte n - 1
            : codePoint - 0xE0000;
    return codePoint >= 0xE0020 && carried >= ' ' && carried < 0x7F ? carried : 0;
  }

  private static String foldedAll(String decomposed) {
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < decomposed.length(); ) {
      int part = decomposed.codePointAt(at);
      char c = part < TABLE_SIZE ? TABLE[part] : placeholder(part);
      if (c < SEVERAL) {
        out.append(c);
      }
      at += Character.charCount(part);
    }
    return out.toString();
  }

  private static char placeholder(int codePoint) {
    return Character.isLetterOrDigit(codePoint) ? OTHER_LETTER : OTHER_SYMBOL;
  }

  /** A number in a disc that Unicode does not decompose, unlike its white brothers, or -1. */
  private static int numberInDisc(int codePoint) {
    if (codePoint >= 0x24EB && codePoint <= 0x24F4) {
      return codePoint - 0x24EB + 11;
    }
    if (codePoint >= 0x24F5 && codePoint <= 0x24FE) {
      return codePoint - 0x24F5 + 1;
    }
    if (codePoint >= 0x2776 && codePoint <= 0x2793) {
      return (codePoint - 0x2776) % 10 + 1;
    }
    if (codePoint >= 0x3248 && codePoint <= 0x324F) {
      return (codePoint - 0x3248 + 1) * 10;
    }
    return codePoint == 0x24FF || codePoint == 0x1F10B || codePoint == 0x1F10C ? 0 : -1;
  }

  /**
   * The letter of a code point that is one on a disc, a square or a flag and has no decomposition,
   * or 0. Squares with whole words stay symbols: such an emoji inside a word cuts it.
   */
  private static char enclosedLetter(int codePoint) {
    for (int first : LETTER_BLOCKS) {
      if (codePoint >= first && codePoint < first + 26) {
        return (char) ('A' + codePoint - first);
      }
    }
    return codePoint == 0x1F18A ? 'P' : codePoint == 0x1F1A5 ? 'd' : 0;
  }

  private static String beyondBmp(int codePoint) {
    char letter = enclosedLetter(codePoint);
    if (letter > 0) {
      return String.valueOf(letter);
    }
    int digit = Character.digit(codePoint, 10);
    if (digit >= 0) {
      return String.valueOf((char) ('0' + digit));
    }
    if (leavesNothing(codePoint)) {
      return "";
    }
    return foldedAll(Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKD));
  }

  private static char[] table() {
    char[] table = new char[TABLE_SIZE];
    StringBuilder unknown = new StringBuilder();
    for (int c = 0; c < TABLE_SIZE; c++) {
      table[c] = (char) c;
      if (decompositionMatters(c)) {
        table[c] = undecomposed((char) c);
        if (table[c] == UNKNOWN) {
          unknown.append((char) c).append(UNKNOWN);
        }
      }
    }
    decompose(unknown.toString(), table);
    for (int c = 0; c < 0x20; c++) {
      table[c] = c == '\t' || c == '\n' || c == '\r' || c == '\f' ? (char) c : DROP;
    }
    table[0x7F] = DROP;
    for (String group : LOOKALIKES) {
      for (int i = 1; i < group.length(); i++) {
        if (group.charAt(i) >= 0x80) {
          table[group.charAt(i)] = group.charAt(0);
        }
      }
    }
    foldThroughLookalikes(table);
    return table;
  }

  /** A letter with a mark decomposes to one that may itself be a look-alike. */
  private static void foldThroughLookalikes(char[] table) {
    for (int c = 0x80; c < TABLE_SIZE; c++) {
      char once = table[c];
      if (once != DROP && once != SEVERAL && once != c) {
        table[c] = table[once];
      }
    }
  }

  private static boolean decompositionMatters(int c) {
    return c >= 0x80
        && !(c >= 0x3400 && c < 0xA000) // ideographs
        && !(c >= 0xAC00 && c < 0xE000); // Hangul syllables and surrogates
  }

  /** What is known of a character without its decomposition. */
  private static char undecomposed(char c) {
    int type = Character.getType(c);
    if (type == Character.DECIMAL_DIGIT_NUMBER) {
      return (char) ('0' + Character.digit(c, 10));
    }
    int number = numberInDisc(c);
    if (number >= 0) {
      return number < 10 ? (char) ('0' + number) : SEVERAL;
    }
    if (type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR || c == 0x85) {
      return '\n';
    }
    if (type == Character.SPACE_SEPARATOR) {
      return ' ';
    }
    return leavesNothing(c) ? DROP : UNKNOWN;
  }

  /**
   * Fills in what each second character of {@code unknown} decomposes to. All at once, as to ask
   * for each would take far longer; what stands between them is a starter, so none changes another.
   */
  private static void decompose(String unknown, char[] table) {
    String forms = Normalizer.normalize(unknown, Normalizer.Form.NFKD);
    int from = 0;
    for (int i = 0; i < unknown.length(); i += 2) {
      int to = forms.indexOf(UNKNOWN, from);
      table[unknown.charAt(i)] = single(forms, from, to);
      from = to + 1;
    }
  }

  /** The one character of a decomposition that leaves a trace. */
  private static char single(String forms, int from, int to) {
    int base = from;
    while (base < to - 1 && leavesNothing(forms.charAt(base))) {
      base++;
    }
    for (int i = base + 1; i < to; i++) {
      if (!leavesNothing(forms.charAt(i))) {
        return SEVERAL;
      }
    }
    return forms.charAt(base) >= SEVERAL ? DROP : forms.charAt(base);
  }

  private static boolean leavesNothing(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.FORMAT,
          Character.CONTROL,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.UNASSIGNED,
          Character.PRIVATE_USE ->
          true;
      default ->
          codePoint == 0x115F
              || codePoint == 0x1160
              || codePoint == 0x3164
              || codePoint == 0xFFA0; // Hangul fillers
    };
  }
}
