package dev.moat.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Measures how much of texts that must not be told an answer repeats word by word. The answer may
 * come in pieces; case, marks and spacing do not count.
 *
 * <p>The protected texts are kept as hashes of every five words in a row. Words in a row of an
 * answer whose every five are known are a run. A run of hashes from several places of a text counts
 * as one: a system prompt that is told in another order is told.
 */
public final class Overlap {
  /** The rule that is broken where too much is repeated. */
  public static final String TYPE = Span.LEAK + "prompt";

  /** How many words in a row are too many. */
  static final int RUN_MIN = 12;

  /** Which share of a protected text is too much, in percent, if it is this long. */
  static final int PERCENT_MIN = 30;

  /** A protected text with fewer words says too little to be a secret. */
  static final int WORDS_MIN = RUN_MIN;

  /** How many characters of protected texts are read. */
  static final int CHARACTERS_MAX = 256 << 10;

  private static final int WIDTH = 5;
  private static final long PRIME = 1_099_511_628_211L;
  private static final long BASIS = -3_750_763_034_362_895_579L; // FNV-1a
  private static final long STEP = 6_364_136_223_846_793_005L;

  private final long[] known;
  private final boolean[] repeated;
  private final Words words = new Words();
  private int run;
  private int longest;
  private int hits;

  private Overlap(long[] known) {
    this.known = known;
    this.repeated = new boolean[known.length];
  }

  /**
   * Measures what is repeated of {@code texts}, but for what stands in {@code own} too: that is no
   * secret. Of very long texts the beginnings are read.
   */
  public static Overlap with(Collection<String> texts, Collection<String> own) {
    Set<Long> all = hashes(texts, WORDS_MIN);
    if (!all.isEmpty()) {
      all.removeAll(hashes(own, 0));
    }
    return new Overlap(all.stream().mapToLong(Long::longValue).sorted().toArray());
  }

  private static Set<Long> hashes(Collection<String> texts, int wordsMin) {
    Set<Long> all = new HashSet<>();
    int left = CHARACTERS_MAX;
    for (String text : texts) {
      String read = text.substring(0, Math.min(left, text.length()));
      left -= read.length();
      all.addAll(hashes(read, wordsMin));
    }
    return all;
  }

  private static List<Long> hashes(String text, int wordsMin) {
    List<Long> hashes = new ArrayList<>();
    Words words = new Words();
    int count = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (words.take(i < text.length() ? text.charAt(i) : ' ')) {
        count++;
        if (words.isFull()) {
          hashes.add(words.hash());
        }
      }
    }
    return count < wordsMin ? List.of() : hashes;
  }

  /** The same measure of another answer. */
  public Overlap again() {
    return new Overlap(known);
  }

  /**
   * Takes the next piece of the answer, up to where a leak becomes certain that was not before;
   * says how many characters that were, or all of them.
   */
  public int accept(String piece) {
    boolean over = known.length == 0 || leaks();
    for (int i = 0; i < piece.length() && !over; i++) {
      take(piece.charAt(i));
      if (leaks()) {
        return i;
      }
    }
    return piece.length();
  }

  /** Says that the answer is complete. */
  public void finish() {
    if (known.length > 0) {
      take(' ');
    }
  }

  /** How many words in a row were repeated at most, until it was a leak. */
  public int longestRun() {
    return longest;
  }

  /** Which share of the protected texts was repeated, from 0 to 1. */
  public double share() {
    return known.length == 0 ? 0 : (double) hits / known.length;
  }

  /** Whether so much was repeated that it is a leak. */
  public boolean leaks() {
    return longest >= RUN_MIN || (longest > WIDTH && share() * 100 >= PERCENT_MIN);
  }

  private void take(char c) {
    if (!words.take(c) || !words.isFull()) {
      return;
    }
    int index = Arrays.binarySearch(known, words.hash());
    if (index < 0) {
      run = 0;
      return;
    }
    run = run == 0 ? WIDTH : run + 1;
    longest = Math.max(longest, run);
    hits += repeated[index] ? 0 : 1;
    repeated[index] = true;
  }

  /** The last words of a text that is read character by character. */
  private static final class Words {
    private final long[] last = new long[WIDTH];
    private int count;
    private long word = BASIS;
    private boolean open;

    /** Takes a character and says whether a word has ended before it. */
    boolean take(char c) {
      char plain = Folds.single(c);
      char small = Character.toLowerCase(plain < Folds.SEVERAL ? plain : c);
      if (plain == Folds.DROP) {
        return false;
      }
      if (Character.isLetterOrDigit(small) || Character.isSurrogate(small)) {
        word = (word ^ small) * PRIME;
        open = true;
        return false;
      }
      if (!open) {
        return false;
      }
      last[count++ % WIDTH] = word;
      word = BASIS;
      open = false;
      return true;
    }

    boolean isFull() {
      return count >= WIDTH;
    }

    long hash() {
      long hash = 0;
      for (int i = 0; i < WIDTH; i++) {
        hash = hash * STEP + last[(count + i) % WIDTH];
      }
      return hash;
    }
  }
}
