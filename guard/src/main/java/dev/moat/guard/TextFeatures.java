package dev.moat.guard;

import java.util.Arrays;

/**
 * The features of a segment by which the heads judge: numbers of the buckets into which its
 * character and word n-grams fall (feature hashing; Weinberger et al., ICML 2009).
 *
 * <p>A segment is seen in small letters, with digits alike and white space as one space. Its
 * characters give n-grams of 3 to 5, and of 1 and 2 too in scripts without spaces; its words give
 * n-grams of 1 to 3 and pairs with one word between. What comes again soon counts once, so that a
 * word said a hundred times is not a hundred signs. Not for use by several threads at once.
 */
final class TextFeatures {
  /** How many bits number a bucket. */
  static final int BITS = 19;

  private static final int BUCKETS = 1 << BITS;
  private static final int GRAM_MIN = 3;
  private static final int GRAM_MAX = 5;
  private static final char IDEOGRAPHS = '\u2E80';
  private static final int PRIME = 0x01000193;
  private static final int WORDS = 0x5bd1e995;
  private static final int PAIRS = 0x27d4eb2f;
  private static final int TRIPLES = 0x165667b1;
  private static final int SKIPS = 0x3c6ef372;

  private static final int RULES = 0x2545f491;

  /** A rule stands for a few words, so it counts as many features. */
  private static final int RULE_FEATURES = 12;

  /** How many features are remembered so that one that comes again is not told again. */
  private static final int SEEN = 2_048;

  private char[] text = new char[Segments.LENGTH_MAX + 4];
  private int length;
  private final int[] seen = new int[SEEN];
  private int[] buckets = new int[2048];
  private int count;

  /** Reads the characters of {@code folded} from {@code start} to before {@code end}. */
  void read(CharSequence folded, int start, int end) {
    take(folded, start, end);
    count = 0;
    Arrays.fill(seen, 0);
    makeRoom();
    characters();
    words();
  }

  /** Adds the features of a rule that found something in the segment. */
  void add(String rule) {
    int hash = rule.hashCode();
    for (int i = 0; i < RULE_FEATURES && count < buckets.length; i++) {
      add(hash + i * RULES);
    }
  }

  /** How many features there are. */
  int count() {
    return count;
  }

  /** The bucket of the feature of that number. */
  int bucket(int number) {
    return buckets[number];
  }

  private void take(CharSequence folded, int start, int end) {
    if (text.length < end - start + 2) {
      text = new char[2 * (end - start) + 2];
    }
    length = 0;
    text[length++] = ' ';
    for (int i = start; i < end; i++) {
      char c = seen(folded.charAt(i));
      if (c != ' ' || text[length - 1] != ' ') {
        text[length++] = c;
      }
    }
    if (text[length - 1] != ' ') {
      text[length++] = ' ';
    }
  }

  private static char seen(char c) {
    if (c < 0x80) {
      if (c >= 'A' && c <= 'Z') {
        return (char) (c + ' ');
      }
      if (c >= '0' && c <= '9') {
        return '0';
      }
      return c <= ' ' ? ' ' : c;
    }
    return Character.toLowerCase(c);
  }

  private void makeRoom() {
    int most = 9 * length + 64 * RULE_FEATURES;
    if (buckets.length < most) {
      buckets = new int[most];
    }
  }

  private void characters() {
    for (int i = 0; i < length; i++) {
      int hash = text[i];
      boolean dense = text[i] >= IDEOGRAPHS;
      if (dense) {
        add(hash);
      }
      int end = Math.min(length, i + GRAM_MAX);
      for (int j = i + 1; j < end; j++) {
        hash = hash * PRIME + text[j];
        int gram = j - i + 1;
        if (gram >= GRAM_MIN || dense) {
          add(hash + gram);
        }
      }
    }
  }

  private void words() {
    int last = 0;
    int beforeLast = 0;
    int i = 0;
    while (i < length) {
      if (!isWord(text[i])) {
        i++;
        continue;
      }
      int hash = WORDS;
      while (i < length && isWord(text[i])) {
        hash = (hash ^ text[i++]) * PRIME;
      }
      add(hash);
      add(last * PAIRS + hash);
      add((beforeLast * PAIRS + last) * TRIPLES + hash);
      add(beforeLast * SKIPS + hash);
      beforeLast = last;
      last = hash;
    }
  }

  private static boolean isWord(char c) {
    if (c < 0x80) {
      return (c >= 'a' && c <= 'z') || c == '0' || c == '\'';
    }
    return Character.isLetter(c);
  }

  private void add(int hash) {
    int mixed = hash * 0x9E3779B1;
    mixed ^= mixed >>> 15;
    mixed *= 0x85EBCA77;
    int bucket = (mixed >>> (Integer.SIZE - BITS)) & (BUCKETS - 1);
    int slot = bucket & (SEEN - 1);
    if (seen[slot] != bucket + 1) {
      seen[slot] = bucket + 1;
      buckets[count++] = bucket;
    }
  }
}
