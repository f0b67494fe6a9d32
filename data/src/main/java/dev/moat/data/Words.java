package dev.moat.data;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;

/**
 * The words of a text with their places: runs of letters or of digits, split where a name in camel
 * case is ("JaneDoe42" is jane, doe, 42), in lower case and without diacritics.
 */
final class Words {
  private final String text;
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int count;

  private Words(String text) {
    this.text = text;
  }

  static Words of(String text) {
    Words words = new Words(text);
    words.split();
    return words;
  }

  int count() {
    return count;
  }

  int start(int word) {
    return starts[word];
  }

  int end(int word) {
    return ends[word];
  }

  /** The word in its folded form. */
  String folded(int word) {
    return fold(text.substring(starts[word], ends[word]));
  }

  private static String fold(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    for (int i = 0; i < lower.length(); i++) {
      if (lower.charAt(i) > 0x7F) {
        return withoutDiacritics(lower);
      }
    }
    return lower;
  }

  private static String withoutDiacritics(String word) {
    String apart = Normalizer.normalize(word, Normalizer.Form.NFKD);
    StringBuilder out = new StringBuilder(apart.length());
    apart
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  private void split() {
    int start = -1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isWordPart(c)) {
        close(start, i);
        start = -1;
      } else if (start < 0) {
        start = i;
      } else if (boundary(i)) {
        close(start, i);
        start = i;
      }
    }
    close(start, text.length());
  }

  /** Between lower and upper, between letter and digit, and before the last upper of a run. */
  private boolean boundary(int at) {
    char before = text.charAt(at - 1);
    char here = text.charAt(at);
    if (Character.isDigit(before) != Character.isDigit(here)) {
      return true;
    }
    if (!Character.isUpperCase(here)) {
      return false;
    }
    return Character.isLowerCase(before)
        || (at + 1 < text.length() && Character.isLowerCase(text.charAt(at + 1)));
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c)
        || Character.isSurrogate(c)
        || Character.getType(c) == Character.NON_SPACING_MARK;
  }

  private void close(int start, int end) {
    if (start < 0) {
      return;
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
      ends = Arrays.copyOf(ends, count * 2);
    }
    starts[count] = start;
    ends[count++] = end;
  }
}
