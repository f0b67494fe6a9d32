package dev.moat.guard;

/**
 * Reads letters that were replaced or reversed: the stretch that is least like English is tried
 * with each shift of the alphabet, mirrored, and backwards, and the best of these is taken if it is
 * English.
 */
final class Ciphers {
  private static final int LETTERS = 26;

  /** Stands for the alphabet from its end. */
  private static final int MIRRORED = LETTERS;

  /** How far a stretch is stretched to the edge of a word, so that no word is walked twice. */
  private static final int WORD_MAX = 32;

  private static final int LETTERS_MIN = 12;
  private static final int GAIN_MIN = 34;
  private static final int STRETCH_GAIN_MIN = 26;

  private Ciphers() {}

  /** The letters of {@code text} replaced by those {@code shift} places on, or mirrored. */
  static String shifted(String text, int shift) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int letter = English.symbol(c);
      out.append(letter == 0 ? c : (char) (c - letter + moved(letter, shift)));
    }
    return out.toString();
  }

  private static int moved(int letter, int shift) {
    if (letter == 0) {
      return 0;
    }
    return shift == MIRRORED ? LETTERS + 1 - letter : (letter - 1 + shift) % LETTERS + 1;
  }

  /** Each stretch of strange letters, read with the alphabet that makes it English. */
  static void letters(Rewrite out) {
    stretches(out, Reading.SHIFTED);
  }

  /** Each stretch that is English from its end, read so. */
  static void backwards(Rewrite out) {
    stretches(out, Reading.BACKWARDS);
  }

  /** As {@link #backwards}, but each word by itself, so that the order of words stays. */
  static void wordsBackwards(Rewrite out) {
    stretches(out, Reading.WORDS_BACKWARDS);
  }

  private enum Reading {
    SHIFTED,
    BACKWARDS,
    WORDS_BACKWARDS
  }

  /** The letters of each word of {@code text} from its end. */
  static String wordsReversed(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
        end++;
      }
      out.append(new StringBuilder(text.substring(at, end)).reverse());
      if (end < text.length()) {
        out.append(text.charAt(end));
      }
      at = end + 1;
    }
    return out.toString();
  }

  private static void stretches(Rewrite out, Reading reading) {
    String text = out.text();
    int sum = 0;
    int best = 0;
    int start = 0;
    int end = 0;
    int previous = 0;
    for (int i = 0; i <= text.length(); i++) {
      int symbol = i < text.length() ? English.symbol(text.charAt(i)) : 0;
      int before = sum;
      sum = Math.max(0, sum + evidence(reading, previous, symbol));
      if (before == 0 && sum > 0) {
        start = i;
      }
      if (sum >= best && sum > 0) {
        best = sum;
        end = i;
      }
      previous = symbol;
      if (i == text.length() || (sum == 0 && before > 0)) {
        if (best >= STRETCH_GAIN_MIN) {
          int from = wordStart(text, start);
          stretch(out, from, wordEnd(text, Math.max(end, from)), reading);
        }
        best = 0;
      }
    }
  }

  private static int evidence(Reading reading, int first, int second) {
    return reading == Reading.SHIFTED
        ? English.strange(first, second)
        : English.backwards(first, second);
  }

  private static void stretch(Rewrite out, int start, int end, Reading reading) {
    String text = out.text().substring(start, end);
    int shift = reading == Reading.SHIFTED ? bestShift(text) : 0;
    String said = said(text, shift, reading);
    if (!wins(text, said, reading)) {
      return;
    }
    int from = start;
    while (wordBefore(out.text(), from) >= out.end() && from > 0 && wonBefore(out, from, shift)) {
      from = wordBefore(out.text(), from);
    }
    int to = end;
    while (to < out.text().length() && won(out.text(), to, wordAfter(out.text(), to), shift) >= 0) {
      to = wordAfter(out.text(), to);
    }
    boolean most = out.end() == 0 && 3 * (to - from) >= out.text().length();
    from = most ? 0 : from; // the first and last words may look like English both ways
    to = most ? out.text().length() : to;
    out.replace(from, to, said(out.text().substring(from, to), shift, reading));
  }

  private static boolean wonBefore(Rewrite out, int at, int shift) {
    return won(out.text(), wordBefore(out.text(), at), at, shift) >= 0;
  }

  /** What is won if the word between is read as its neighbours are; backwards if not shifted. */
  private static int won(String text, int from, int to, int shift) {
    String word = text.substring(from, to);
    Reading reading = shift == 0 ? Reading.BACKWARDS : Reading.SHIFTED;
    return English.score(said(word, shift, reading)) - English.score(word);
  }

  private static String said(String text, int shift, Reading reading) {
    return switch (reading) {
      case SHIFTED -> shifted(text, shift);
      case BACKWARDS -> new StringBuilder(text).reverse().toString();
      case WORDS_BACKWARDS -> wordsReversed(text);
    };
  }

  private static int wordBefore(String text, int at) {
    int start = at;
    while (start > 0 && at - start < WORD_MAX && English.symbol(text.charAt(start - 1)) == 0) {
      start--;
    }
    return wordStart(text, start);
  }

  private static int wordAfter(String text, int at) {
    int end = at;
    while (end < text.length() && end - at < WORD_MAX && English.symbol(text.charAt(end)) == 0) {
      end++;
    }
    return wordEnd(text, end);
  }

  /** Whether enough is won, in all and by letter, and the letters are as English as English is. */
  private static boolean wins(String text, String said, Reading reading) {
    int letters = 0;
    for (int i = 0; i < text.length(); i++) {
      letters += English.symbol(text.charAt(i)) > 0 ? 1 : 0;
    }
    int score = English.score(said);
    int gain = score - English.score(text);
    int gainMin = reading == Reading.SHIFTED ? 2 * letters : 3 * letters / 2;
    return letters >= LETTERS_MIN
        && gain >= Math.max(GAIN_MIN, gainMin)
        && 2 * score >= 3 * letters;
  }

  private static int bestShift(String text) {
    byte[] symbols = new byte[text.length() + 1];
    for (int i = 0; i < text.length(); i++) {
      symbols[i] = (byte) English.symbol(text.charAt(i));
    }
    int best = 0;
    long bestScore = Long.MIN_VALUE;
    for (int shift = 0; shift <= MIRRORED; shift++) {
      long score = 0;
      int previous = 0;
      for (byte symbol : symbols) {
        int moved = moved(symbol, shift);
        score += English.pair(previous, moved);
        previous = moved;
      }
      if (score > bestScore) {
        bestScore = score;
        best = shift;
      }
    }
    return best;
  }

  private static int wordStart(String text, int at) {
    int start = Math.min(at, text.length());
    while (start > 0 && at - start < WORD_MAX && English.symbol(text.charAt(start - 1)) > 0) {
      start--;
    }
    return start;
  }

  private static int wordEnd(String text, int at) {
    int end = at;
    while (end < text.length() && end - at < WORD_MAX && English.symbol(text.charAt(end)) > 0) {
      end++;
    }
    return end;
  }

  /** What stands under an override of the reading direction, as it is shown. */
  static void overridden(Rewrite out) {
    String text = out.text();
    int at = text.indexOf('\u202E');
    while (at >= 0) {
      int end = at + 1;
      while (end < text.length() && !isEnd(text.charAt(end))) {
        end++;
      }
      int to = text.startsWith("\u202C", end) ? end + 1 : end;
      out.replace(at, to, new StringBuilder(text.substring(at + 1, end)).reverse().toString());
      at = text.indexOf('\u202E', end);
    }
  }

  private static boolean isEnd(char c) {
    return c == '\u202C' || c == '\u202E' || c == '\n' || c == '\u2069';
  }
}
