package dev.moat.guard;

/**
 * Reads digits and signs that stand for letters. Each is tried as every letter it may be, and those
 * letters are taken that make the word most like English (Viterbi's algorithm over letter pairs); a
 * word is only changed if that makes it more like English, and a text only if enough is won.
 */
final class LeetDecoding {
  static final int WORD_MAX = 24;
  private static final int GAIN_MIN = 20;

  /** From this gain on the text is certainly written so, also words that are all digits. */
  private static final int SURE_MIN = 48;

  /** What part of a long word must be letters: one in this many. */
  private static final int LETTERS_MIN = 3;

  private static final int NEVER = -1_000_000;

  /** How much less likely each further meaning of a sign is than the one before it. */
  private static final int LATER_MEANING = 3;

  private static final Alphabet SIGNS = Alphabet.of("@$!|+");
  private static final Alphabet RARE_SIGNS = Alphabet.of("|+");
  private static final String[] MEANINGS = meanings();

  private LeetDecoding() {}

  static void decode(Rewrite out) {
    int won = words(new Rewrite(out.text()), Evidence.NONE);
    if (won >= GAIN_MIN) {
      words(out, won >= SURE_MIN ? Evidence.SURE : Evidence.SOME);
    }
  }

  /** What is known of the rest of a text when one of its words is read. */
  private enum Evidence {
    /** Only a sign between letters counts: names and numbers have theirs at an edge. */
    NONE,
    /** A word needs a letter. */
    SOME,
    /** A word may be all digits. */
    SURE
  }

  /** Replaces the words that win by it and says what is won in all. */
  private static int words(Rewrite out, Evidence evidence) {
    String text = out.text();
    int won = 0;
    int at = 0;
    while (at < text.length()) {
      int end = wordEnd(text, at);
      if (end - at <= WORD_MAX && standsForLetters(text, at, end)) {
        won += word(out, at, end, evidence);
      }
      at = end + 1;
    }
    return won;
  }

  private static int wordEnd(String text, int at) {
    int end = at;
    while (end < text.length() && isSign(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isSign(char c) {
    return Alphabet.ALNUM.has(c) || SIGNS.has(c);
  }

  /** Whether a digit or sign is there: most words have none, and nothing is won by those. */
  private static boolean standsForLetters(String text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (MEANINGS[text.charAt(i)].length() > 0) {
        return true;
      }
    }
    return false;
  }

  private static int word(Rewrite out, int start, int end, Evidence evidence) {
    boolean none = evidence == Evidence.NONE;
    int from = none ? afterSigns(out.text(), start, end) : start;
    int to = none ? beforeSigns(out.text(), from, end) : end;
    String word = out.text().substring(from, to);
    int stands = 0;
    int letters = 0;
    for (int i = 0; i < word.length(); i++) {
      letters += English.symbol(word.charAt(i)) > 0 ? 1 : 0;
      stands += MEANINGS[word.charAt(i)].length() > 0 ? 1 : 0;
    }
    boolean fits =
        switch (evidence) {
          case NONE -> letters * LETTERS_MIN >= word.length() && isInside(word);
          case SOME -> letters > 0;
          case SURE -> true;
        };
    if (!fits || stands == 0 || stands + letters < word.length()) {
      return 0;
    }
    String said = mostEnglish(word);
    int gain = English.score(said) - lettersScore(word);
    if (gain <= 0 || English.score(said) < 0) {
      return 0;
    }
    out.replace(from, to, said);
    return gain;
  }

  private static int afterSigns(String text, int start, int end) {
    int from = start;
    while (from < end && SIGNS.has(text.charAt(from))) {
      from++;
    }
    return from;
  }

  private static int beforeSigns(String text, int start, int end) {
    int to = end;
    while (to > start && SIGNS.has(text.charAt(to - 1))) {
      to--;
    }
    return to;
  }

  /** Whether a digit or sign stands between letters, where no number or name of code has one. */
  private static boolean isInside(String word) {
    for (int i = 1; i + 1 < word.length(); i++) {
      if (MEANINGS[word.charAt(i)].length() > 0
          && !RARE_SIGNS.has(word.charAt(i))
          && English.symbol(word.charAt(i - 1)) > 0
          && English.symbol(word.charAt(i + 1)) > 0) {
        return true;
      }
    }
    return false;
  }

  /** What the letters say by themselves: what stands between them is no edge of a word. */
  private static int lettersScore(String word) {
    int sum = 0;
    for (int i = 1; i < word.length(); i++) {
      int first = English.symbol(word.charAt(i - 1));
      int second = English.symbol(word.charAt(i));
      sum += first > 0 && second > 0 ? English.pair(first, second) : 0;
    }
    return sum;
  }

  private static String mostEnglish(String word) {
    int[] best = new int[English.SYMBOLS];
    byte[][] from = new byte[word.length()][English.SYMBOLS];
    java.util.Arrays.fill(best, 1, English.SYMBOLS, NEVER);
    for (int i = 0; i < word.length(); i++) {
      int[] next = new int[English.SYMBOLS];
      java.util.Arrays.fill(next, NEVER);
      String meanings = meaning(word.charAt(i));
      for (int m = 0; m < meanings.length(); m++) {
        int symbol = English.symbol(meanings.charAt(m));
        for (int before = 0; before < English.SYMBOLS; before++) {
          int score = best[before] + English.pair(before, symbol) - m * LATER_MEANING;
          if (score > next[symbol]) {
            next[symbol] = score;
            from[i][symbol] = (byte) before;
          }
        }
      }
      best = next;
    }
    return path(word, best, from);
  }

  private static String path(String word, int[] best, byte[][] from) {
    int last = 0;
    int lastScore = Integer.MIN_VALUE;
    for (int symbol = 1; symbol < English.SYMBOLS; symbol++) {
      int score = best[symbol] + English.pair(symbol, 0);
      if (score > lastScore) {
        lastScore = score;
        last = symbol;
      }
    }
    char[] said = word.toCharArray();
    for (int i = said.length - 1; i >= 0; i--) {
      if (English.symbol(said[i]) == 0) {
        said[i] = (char) ('a' + last - 1);
      }
      last = from[i][last];
    }
    return new String(said);
  }

  private static String meaning(char c) {
    return English.symbol(c) > 0 ? String.valueOf(c) : MEANINGS[c];
  }

  private static String[] meanings() {
    String[] meanings = new String[128];
    java.util.Arrays.fill(meanings, "");
    for (String pair : "0o 1il 3e 4a 5s 7t 8b 9g 6gb 2z @a $s !il |li +t".split(" ")) {
      meanings[pair.charAt(0)] = pair.substring(1);
    }
    return meanings;
  }
}
