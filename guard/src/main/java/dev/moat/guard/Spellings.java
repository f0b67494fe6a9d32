package dev.moat.guard;

/** Reads words whose letters stand apart or are cut by what does not belong in a word. */
final class Spellings {
  private static final int LETTERS_MIN = 5;
  private static final int GAP_MAX = 3;
  private static final int CUT_MAX = 8;
  private static final int TAG_MAX = 48;

  private Spellings() {}

  /** Runs of single letters; a wider gap or another separator than the usual one parts words. */
  static void spaced(Rewrite out) {
    String text = out.text();
    int at = 0;
    while (at < text.length()) {
      boolean single = isSingle(text, at);
      at = single ? run(out, at) : at + 1;
    }
  }

  private static int run(Rewrite out, int start) {
    String text = out.text();
    StringBuilder said = new StringBuilder().append(text.charAt(start));
    int letters = English.symbol(text.charAt(start)) > 0 ? 1 : 0;
    int signs = 1;
    int last = start + 1;
    String usual = usualGap(text, start);
    while (last < text.length()) {
      int next = gapEnd(text, last);
      if (next == last || next >= text.length() || !isSingle(text, next)) {
        break;
      }
      boolean same = next - last == usual.length() && text.startsWith(usual, last);
      said.append(same ? "" : " ").append(text.charAt(next));
      letters += English.symbol(text.charAt(next)) > 0 ? 1 : 0;
      signs++;
      last = next + 1;
    }
    boolean others = letters * 5 < 4 * signs; // they may stand for letters
    boolean likely = English.score(said) >= (others ? 0 : letters);
    if (letters >= LETTERS_MIN && letters * 2 >= signs && likely) {
      out.replace(start, last, said.toString());
    }
    return last;
  }

  /** The shorter of the first gaps of a run: its first letter may be a word of its own. */
  private static String usualGap(String text, int start) {
    int end = gapEnd(text, start + 1);
    String first = text.substring(start + 1, end);
    if (end >= text.length() || !isSingle(text, end)) {
      return first;
    }
    String second = text.substring(end + 1, gapEnd(text, end + 1));
    return !second.isEmpty() && second.length() < first.length() ? second : first;
  }

  private static int gapEnd(String text, int at) {
    int end = at;
    while (end < text.length() && end - at < GAP_MAX && isGap(text, end)) {
      end++;
    }
    return end;
  }

  /** A sign that stands for a letter is no gap. */
  private static boolean isGap(String text, int at) {
    return !isAlnum(text.charAt(at)) && !isSingle(text, at);
  }

  private static boolean isSingle(String text, int at) {
    return isSign(text.charAt(at))
        && (at == 0 || !isAlnum(text.charAt(at - 1)))
        && (at + 1 == text.length() || !isAlnum(text.charAt(at + 1)));
  }

  private static boolean isSign(char c) {
    return Alphabet.ALNUM.has(c) || c == '@' || c == '$';
  }

  private static boolean isAlnum(char c) {
    return c < 128 ? Alphabet.ALNUM.has(c) : Character.isLetterOrDigit(c);
  }

  /** Words from which punctuation, symbols, tags and line breaks are taken out. */
  static void cut(Rewrite out) {
    String text = out.text();
    for (int i = 1; i < text.length(); i++) {
      if (English.symbol(text.charAt(i - 1)) > 0 && !isAlnum(text.charAt(i))) {
        int end = cutEnd(text, i);
        if (end > i && end < text.length() && English.symbol(text.charAt(end)) > 0) {
          out.replace(i, end, "");
        }
        i = Math.max(i, end);
      }
    }
  }

  private static int cutEnd(String text, int at) {
    int end = at;
    while (end < text.length() && end - at < CUT_MAX) {
      char c = text.charAt(end);
      int tag = c == '<' ? tagEnd(text, end) : end;
      if (tag > end) {
        end = tag;
        continue;
      }
      boolean cuts = c < 128 ? isCut(c) : !isAlnum(c);
      if (!cuts) {
        break;
      }
      end++;
    }
    return end;
  }

  private static boolean isCut(char c) {
    return c == '\n' || c == '\r' || (CharacterKinds.of(c) & CharacterKinds.CUTS) != 0;
  }

  private static int tagEnd(String text, int at) {
    int end = at + 1;
    while (end < text.length() && end - at < TAG_MAX && isInTag(text.charAt(end))) {
      end++;
    }
    return end < text.length() && text.charAt(end) == '>' ? end + 1 : at;
  }

  private static boolean isInTag(char c) {
    return c != '<' && c != '>' && c != '\n';
  }

  /** Words that end in their beginning and "ay". */
  static void pigLatin(Rewrite out) {
    String text = out.text();
    int at = 0;
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && English.symbol(text.charAt(end)) > 0) {
        end++;
      }
      if (end - at > 2 && end - at < 32) {
        String said = piglessWord(text.substring(at, end));
        if (!said.isEmpty()) {
          out.replace(at, end, said);
        }
      }
      at = end + 1;
    }
  }

  private static String piglessWord(String word) {
    if (!word.regionMatches(true, word.length() - 2, "ay", 0, 2)) {
      return "";
    }
    String stem = word.substring(0, word.length() - 2);
    String best = "";
    int bestScore = Integer.MIN_VALUE;
    if (stem.length() > 1 && (stem.charAt(stem.length() - 1) | 0x20) == 'w') {
      best = stem.substring(0, stem.length() - 1);
      boolean vowel = "aeiou".indexOf(best.charAt(0) | 0x20) >= 0;
      bestScore = vowel ? English.score(best) + 4 : Integer.MIN_VALUE;
    }
    for (int moved = 1; moved <= Math.min(4, stem.length()); moved++) {
      int from = stem.length() - moved;
      if ("aeio".indexOf(stem.charAt(from) | 0x20) >= 0) {
        break;
      }
      String said = stem.substring(from) + stem.substring(0, from);
      if (English.score(said) > bestScore) {
        best = said;
        bestScore = English.score(said);
      }
    }
    return best;
  }
}
