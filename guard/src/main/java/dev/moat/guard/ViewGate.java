package dev.moat.guard;

/**
 * One pass over a text that tells which decodings are worth trying. Ordinary text passes it without
 * anything being built.
 *
 * <p>Ciphers and reversed text are told by running sums that restart at zero (Page's CUSUM): of how
 * unlike English the letters are, of how much more like English they are backwards, and of how much
 * more like English words are if what cuts them is taken away.
 */
final class ViewGate {
  static final int BASE64 = 1;
  static final int BASE32 = 1 << 1;
  static final int HEX = 1 << 2;
  static final int PERCENT = 1 << 3;
  static final int ENTITIES = 1 << 4;
  static final int ESCAPES = 1 << 5;
  static final int CODES = 1 << 6;
  static final int MORSE = 1 << 7;
  static final int BRAILLE = 1 << 8;
  static final int TURNED = 1 << 9;
  static final int BIDI = 1 << 10;
  static final int SPACED = 1 << 11;
  static final int CUT = 1 << 12;
  static final int LEET = 1 << 13;
  static final int STRANGE = 1 << 14;
  static final int BACKWARDS = 1 << 15;
  static final int PIG_LATIN = 1 << 16;
  static final int HIDDEN = 1 << 17;

  /** What a fold changes into letters or drops: no decoding, but a reason to look again. */
  static final int STYLED = 1 << 18;

  /** What carries bytes, and so any text at all. */
  static final int BYTES = BASE64 | BASE32 | HEX | PERCENT | ENTITIES | ESCAPES | CODES | HIDDEN;

  private static final char SYMBOL = '\u0081';
  private static final char DELETE = '\u007F';
  private static final int RUN_MIN = 16;
  private static final int BITS_MIN = 24;
  private static final int ESCAPES_MIN = 3;
  private static final int STRANGE_MIN = 26;
  private static final int BACKWARDS_MIN = 28;
  private static final int CUT_MIN = 16;

  /** What speaks for a cut before the letters are looked at: counted, so that code passes. */
  private static final int CUT_BIAS = 6;

  private static final int RARE_CUT_BIAS = 9;
  private static final int SPACED_MIN = 4;
  private static final int OTHER_RUN_MAX = 32;
  private static final int TAG_MAX = 48;

  /** The first half of what lies beyond all letters that may pass for Latin ones. */
  private static final char IDEOGRAPHS = '\uD840';

  private static final int EMOJI = 1;
  private static final int PUNCTUATION = 2;
  private static final int APART = 4;
  private static final int RARE = 8;

  private final String text;
  private final CodeRuns codes;
  private int facts;

  private int wordBits;
  private int wordLength;
  private int runBits;
  private int runLength;
  private int gap = APART;
  private int gapLength;
  private int gapFrom;
  private int previous;
  private int strange;
  private int strangeBefore;
  private int backwards;
  private int backwardsBefore;
  private int cut;
  private int singles;
  private int singleLetters;
  private int percents;
  private int entities;
  private int escapes;
  private int leets;
  private int braille;
  private int turned;
  private int pigs;
  private int dots;
  private int morse;
  private int morseKinds;

  private ViewGate(String text) {
    this.text = text;
    this.codes = new CodeRuns();
  }

  /** The decodings worth trying on {@code text}, as bits. */
  static int facts(String text) {
    ViewGate gate = new ViewGate(text);
    gate.scan();
    return gate.facts;
  }

  private void scan() {
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c >= 128) {
        int end = otherScript(i);
        if (end > i) {
          i = skip(i, end);
          continue;
        }
        c = foreign(c, i);
        if (c == Folds.DROP) {
          i++;
          continue;
        }
      }
      int kind = CharacterKinds.of(c);
      if ((kind & CharacterKinds.ALNUM) != 0) {
        i = word(i, kind);
      } else {
        between(c, kind, i++);
      }
    }
    between(' ', 0, text.length());
  }

  /**
   * Where a run of letters of one other script ends that no Latin letters hide in, or its start.
   */
  private int otherScript(int start) {
    int end = start;
    boolean honest = false;
    int last = Math.min(text.length(), start + OTHER_RUN_MAX);
    while (end < last) {
      char c = text.charAt(end);
      boolean ideograph = (c >= 0x3041 && c < 0x3200) || (c >= 0x3400 && c < 0xD800);
      if (!ideograph && (c < 0x0370 || c >= 0x1D00)) {
        break;
      }
      honest |= Folds.single(c) >= 128 && Folds.single(c) != Folds.DROP;
      end++;
    }
    return honest && (wordBits & CharacterKinds.LETTER) == 0 ? end : start;
  }

  private int skip(int start, int end) {
    if (wordLength == 0) {
      beginWord(start, 0);
    }
    previous = 0;
    wordBits |= CharacterKinds.of(CharacterKinds.OTHER);
    wordLength += end - start;
    return end;
  }

  /** Walks on to where the ASCII letters and digits end: most of the time is spent here. */
  private int word(int start, int firstKind) {
    if (wordLength == 0) {
      beginWord(start, CharacterKinds.symbol(firstKind));
    }
    int bits = wordBits;
    int kind = firstKind;
    int before = previous;
    int sumStrange = strange;
    int sumBackwards = backwards;
    int end = start;
    do {
      bits |= kind;
      int symbol = CharacterKinds.symbol(kind);
      sumStrange = Math.max(0, sumStrange + English.strange(before, symbol));
      sumBackwards = Math.max(0, sumBackwards + English.backwards(before, symbol));
      before = symbol;
      end++;
      if (end >= text.length() || text.charAt(end) >= 128) {
        break;
      }
      kind = CharacterKinds.of(text.charAt(end));
    } while ((kind & CharacterKinds.ALNUM) != 0);
    previous = before;
    strange = sumStrange;
    backwards = sumBackwards;
    wordBits = bits;
    wordLength += end - start;
    return end;
  }

  private void weighWord() {
    int digitsAndMore = CharacterKinds.DIGIT | CharacterKinds.NOT_HEX;
    if ((wordBits & digitsAndMore) == CharacterKinds.DIGIT) {
      strange = strangeBefore; // a number or a hash: no cipher makes one of words
      backwards = backwardsBefore;
      previous = 0;
      return;
    }
    strange = Math.max(0, strange + English.strange(previous, 0));
    backwards = Math.max(0, backwards + English.backwards(previous, 0));
    previous = 0;
    facts |= strange >= STRANGE_MIN ? STRANGE : 0;
    facts |= backwards >= BACKWARDS_MIN ? BACKWARDS : 0;
  }

  private void between(char c, int kind, int i) {
    if (wordLength > 0) {
      weighWord();
      runBits |= wordBits;
      runLength += wordLength;
      endWord(i);
    }
    if ((kind & CharacterKinds.RUN) != 0) {
      runBits |= kind;
      runLength++;
    } else if (runLength > 0) {
      endRun(i);
    }
    gapLength++;
    if (c <= ' ' || c == DELETE) {
      gap |= c == '\n' || c == '\r' ? PUNCTUATION : APART;
      facts |= Folds.single(c) == Folds.DROP ? STYLED : 0;
      endDots(true);
      return;
    }
    gap |= gapKind(c, kind);
    if (c == '.' || c == '-') {
      dots++;
      morseKinds |= c == '.' ? 1 : 2;
    } else {
      endDots(c == '/' || c == '|');
    }
    if ((kind & CharacterKinds.TRIGGER) != 0) {
      trigger(c, i);
    }
  }

  private static int gapKind(char c, int kind) {
    if (c >= 128) {
      return EMOJI;
    }
    boolean rare = (kind & CharacterKinds.RARE_CUTS) != 0;
    return rare ? RARE : (kind & CharacterKinds.CUTS) != 0 ? PUNCTUATION : APART;
  }

  private void endDots(boolean clean) {
    if (dots > 0) {
      morse = clean && dots <= Morse.LENGTH_MAX ? morse + 1 : 0;
      if (morse >= Morse.LETTERS_MIN && morseKinds == 3) {
        facts |= MORSE;
      }
      dots = 0;
    }
  }

  private void beginWord(int i, int symbol) {
    strangeBefore = strange;
    backwardsBefore = backwards;
    if (gapFrom > 0 && symbol > 0 && gapLength > 0 && (gap & APART) == 0) {
      int bias = (gap & PUNCTUATION) != 0 ? CUT_BIAS : RARE_CUT_BIAS;
      cut = Math.max(0, cut + English.joint(gapFrom, symbol) + bias);
      boolean small = CharacterKinds.isSmall(text.charAt(i));
      if (cut >= CUT_MIN || (gap == EMOJI && small)) {
        facts |= CUT;
      }
    } else if (cut > 0) {
      cut--;
    }
    if (gapLength > 3) {
      singles = 0;
      singleLetters = 0;
    }
    if (dots > 0 || morse > 0) {
      dots = 0;
      morse = 0;
      morseKinds = 0;
    }
  }

  private void endWord(int end) {
    int bits = wordBits;
    boolean letters = (bits & CharacterKinds.LETTER) != 0;
    boolean foreign = (bits & CharacterKinds.FOREIGN) != 0;
    boolean digits = (bits & CharacterKinds.DIGIT) != 0;
    if (wordLength == 1 && !foreign) {
      singleLetters += letters ? 1 : 0;
      if (++singles >= SPACED_MIN && singleLetters * 2 >= singles) {
        facts |= SPACED;
      }
    } else {
      singles = 0;
      singleLetters = 0;
    }
    if (digits && letters && !foreign && wordLength > 2 && wordLength <= LeetDecoding.WORD_MAX) {
      leet(1);
    }
    if (wordLength >= RUN_MIN) {
      longWord(bits, end);
    }
    if (codes.next(text, end, wordLength, bits)) {
      facts |= codes.facts();
    }
    if (wordLength > 1 && !digits && !foreign) {
      boolean pig = wordLength > 3 && isPig(end);
      pigs = Math.max(0, pigs + (pig ? 2 : -3));
      facts |= pigs >= 8 ? PIG_LATIN : 0;
    }
    char last = text.charAt(end - 1);
    gapFrom = English.symbol(last < 128 ? last : Folds.single(last));
    gap = 0;
    gapLength = 0;
    wordLength = 0;
    wordBits = 0;
  }

  private boolean isPig(int end) {
    return (text.charAt(end - 1) | 0x20) == 'y' && (text.charAt(end - 2) | 0x20) == 'a';
  }

  private void leet(int weight) {
    leets += weight;
    facts |= leets >= 2 ? LEET : 0;
  }

  private void longWord(int bits, int end) {
    if ((bits & CharacterKinds.NOT_HEX) == 0 || hasRun(Alphabet.HEX, end)) {
      facts |= HEX;
    }
    if ((bits & CharacterKinds.NOT_BASE32) == 0 || hasRun(Alphabet.BASE32, end)) {
      facts |= BASE32;
    }
    if ((bits & CharacterKinds.NOT_BIT) == 0 && wordLength >= BITS_MIN) {
      facts |= CODES;
    }
  }

  /** Whether the word before {@code end} has a long run of these among other letters. */
  private boolean hasRun(Alphabet alphabet, int end) {
    int run = 0;
    for (int i = Math.max(0, end - wordLength); i < end && run < RUN_MIN; i++) {
      run = alphabet.has(text.charAt(i)) ? run + 1 : 0;
    }
    return run >= RUN_MIN;
  }

  private void endRun(int end) {
    int both = CharacterKinds.UPPER | CharacterKinds.LOWER;
    if (runLength >= RUN_MIN && (runBits & both) == both) {
      facts |= Base64Runs.hasText(text, end - runLength, end) ? BASE64 : 0;
    }
    runLength = 0;
    runBits = 0;
  }

  /** Looks closer at one of the characters that begin or make up an escape. */
  private void trigger(char c, int i) {
    switch (c) {
      case '%', '=' -> {
        boolean hex = HexDigits.value(text, i + 1, 2) >= 0;
        boolean more = c == '%' || charAt(i + 3) == '=' || charAt(i - 3) == '=';
        percents += hex && more ? 1 : 0;
        facts |= percents >= ESCAPES_MIN ? PERCENT : 0;
      }
      case '&' -> {
        entities += charAt(i + 1) == '#' ? 1 : 0;
        facts |= entities >= ESCAPES_MIN ? ENTITIES : 0;
      }
      case '\\' -> {
        char next = charAt(i + 1);
        boolean hex = HexDigits.value(text, i + 1, 2) >= 0;
        boolean letter = (next == 'x' || next == 'u') && isHexOrBrace(charAt(i + 2));
        escapes += hex || letter || next == 'U' ? 1 : 0;
        facts |= escapes >= ESCAPES_MIN ? ESCAPES : 0;
      }
      case '+' -> {
        boolean point = charAt(i - 1) == 'U' && HexDigits.value(text, i + 1, 4) >= 0;
        escapes += point ? 1 : 0;
        facts |= escapes >= ESCAPES_MIN ? ESCAPES : 0;
        leetSymbol(i);
      }
      case '<' -> tag(i);
      default -> leetSymbol(i);
    }
  }

  private static boolean isHexOrBrace(char c) {
    return c == '{' || Alphabet.HEX.has(c);
  }

  private void leetSymbol(int i) {
    if (Alphabet.LETTERS.has(charAt(i + 1))) {
      leet(1);
    }
  }

  /** Whether a tag stands between two letters, and what is won without it. */
  private void tag(int i) {
    int before = English.symbol(charAt(i - 1));
    int end = i + 1;
    while (before > 0 && end < text.length() && end - i < TAG_MAX && goesOn(text.charAt(end))) {
      end++;
    }
    int after = charAt(end) == '>' ? English.symbol(charAt(end + 1)) : 0;
    if (before > 0 && after > 0) {
      cut = Math.max(0, cut + English.joint(before, after) + RARE_CUT_BIAS);
      facts |= cut >= CUT_MIN ? CUT : 0;
    }
  }

  private static boolean goesOn(char c) {
    return c != '<' && c != '>' && c != '\n';
  }

  private char charAt(int i) {
    return i >= 0 && i < text.length() ? text.charAt(i) : ' ';
  }

  /** The plain character that passes for {@code c}, {@link Folds#DROP} if it does not show. */
  private char foreign(char c, int i) {
    if (Character.isSurrogate(c)) {
      return pair(c, i);
    }
    if (c >= 0x0400 && c < 0x1D00) {
      return folded(c);
    }
    if (c >= 0x2800 && c <= 0x28FF) {
      facts |= ++braille >= ESCAPES_MIN ? BRAILLE : 0;
    } else if (c == '\u202E' || c == '\u202D') {
      facts |= BIDI;
    } else if (c == '\u00B7' || c == '\u2022' || c == '\u2219') {
      return '.';
    } else if (UpsideDown.isTurned(c) && ++turned >= ESCAPES_MIN) {
      facts |= TURNED;
    }
    return folded(c);
  }

  private char folded(char c) {
    char folded = Folds.single(c);
    if (folded == Folds.SEVERAL) {
      facts |= STYLED;
      return ' ';
    }
    if (folded == Folds.DROP) {
      facts |= STYLED;
      return folded;
    }
    if (folded < 128 && (wordBits & CharacterKinds.FOREIGN) == 0) {
      return folded;
    }
    return folded < 128 || Character.isLetterOrDigit(folded) ? CharacterKinds.OTHER : SYMBOL;
  }

  private char pair(char c, int i) {
    char low = charAt(i + 1);
    if (!Character.isSurrogatePair(c, low)) {
      facts |= Character.isSurrogatePair(charAt(i - 1), c) ? 0 : STYLED;
      return Folds.DROP;
    }
    if (c == '\uDB40') {
      facts |= HIDDEN | STYLED;
      return Folds.DROP;
    }
    int type = Character.getType(Character.toCodePoint(c, low));
    if (isEmoji(c, low, type)) {
      return SYMBOL;
    }
    boolean ideograph = c >= IDEOGRAPHS && type == Character.OTHER_LETTER;
    facts |= ideograph ? 0 : STYLED; // what passes for a letter, or leaves no trace
    return ' ';
  }

  private static boolean isEmoji(char high, char low, int type) {
    boolean enclosed = high == '\uD83C' && low >= '\uDD00' && low <= '\uDDFF';
    boolean symbol = type == Character.OTHER_SYMBOL || type == Character.MODIFIER_SYMBOL;
    return high >= '\uD83C' && high <= '\uD83E' && symbol && !enclosed;
  }
}
