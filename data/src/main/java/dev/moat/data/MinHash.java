package dev.moat.data;

import java.util.Arrays;

/**
 * Sketches a text so that two sketches agree in about the share in which the texts do (Broder 1997,
 * "On the resemblance and containment of documents").
 *
 * <p>A text is the set of its runs of five tokens, a token being a word or a single mark. For each
 * of 128 fixed hash functions the sketch keeps the least value over that set; two texts agree in
 * one of them with the probability of their Jaccard similarity. All constants are fixed, so equal
 * texts give equal sketches on every machine.
 */
final class MinHash {
  static final int PERMUTATIONS = 128;
  private static final int SHINGLE_TOKENS = 5;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final long[] FACTORS = constants(0x6d6f6174_00000001L);
  private static final long[] SUMMANDS = constants(0x6d6f6174_00000002L);

  private MinHash() {}

  /** The sketch of a set of shingles. */
  static int[] sketch(int[] shingles) {
    int[] least = new int[PERMUTATIONS];
    Arrays.fill(least, Integer.MAX_VALUE);
    for (int shingle : shingles) {
      long spread = mix(shingle);
      for (int i = 0; i < PERMUTATIONS; i++) {
        least[i] = Math.min(least[i], (int) ((FACTORS[i] * spread + SUMMANDS[i]) >>> 32));
      }
    }
    return least;
  }

  /** The share of equal places of two sketches: an estimate of {@link #similarity}. */
  static double estimate(int[] a, int[] b) {
    int equal = 0;
    for (int i = 0; i < PERMUTATIONS; i++) {
      equal += a[i] == b[i] ? 1 : 0;
    }
    return (double) equal / PERMUTATIONS;
  }

  /** The Jaccard similarity of two sets of shingles, each sorted and distinct. */
  static double similarity(int[] a, int[] b) {
    int common = 0;
    for (int i = 0, j = 0; i < a.length && j < b.length; ) {
      if (a[i] == b[j]) {
        common++;
        i++;
        j++;
      } else if (a[i] < b[j]) {
        i++;
      } else {
        j++;
      }
    }
    return a.length + b.length == 0 ? 1 : (double) common / (a.length + b.length - common);
  }

  /**
   * The hashes of the runs of five tokens, sorted and distinct; of all tokens if there are fewer.
   */
  static int[] shingles(String text) {
    long[] window = new long[SHINGLE_TOKENS];
    int[] out = new int[Math.max(16, text.length() / 4)];
    int tokens = 0;
    int count = 0;
    for (int at = 0; at < text.length(); ) {
      int end = tokenEnd(text, at);
      if (!Character.isWhitespace(text.charAt(at))) {
        window[tokens++ % SHINGLE_TOKENS] = hash(text, at, end);
        if (tokens >= SHINGLE_TOKENS) {
          out = count == out.length ? Arrays.copyOf(out, count * 2) : out;
          out[count++] = shingle(window, tokens);
        }
      }
      at = end;
    }
    if (count == 0 && tokens > 0) {
      out[count++] = shingle(window, tokens);
    }
    return Arrays.stream(out, 0, count).sorted().distinct().toArray();
  }

  private static int shingle(long[] window, int tokens) {
    long hash = 0;
    for (int i = 0; i < SHINGLE_TOKENS; i++) {
      hash = hash * GOLDEN + window[(tokens + i) % SHINGLE_TOKENS];
    }
    return (int) (mix(hash) >>> 32);
  }

  private static int tokenEnd(String text, int start) {
    int end = start + 1;
    if (isWordPart(text.charAt(start))) {
      while (end < text.length() && isWordPart(text.charAt(end))) {
        end++;
      }
    }
    return end;
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private static long hash(String text, int start, int end) {
    long hash = (long) end - start;
    for (int i = start; i < end; i++) {
      hash = hash * 31 + text.charAt(i);
    }
    return mix(hash);
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long mix(long value) {
    long z = value + GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static long[] constants(long seed) {
    long[] out = new long[PERMUTATIONS];
    for (int i = 0; i < PERMUTATIONS; i++) {
      out[i] = mix(seed + i * GOLDEN) | 1;
    }
    return out;
  }
}
