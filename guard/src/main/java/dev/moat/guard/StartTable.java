package dev.moat.guard;

import java.util.Arrays;
import java.util.List;

/** Answers which of up to 32 detectors must be asked at a position: bit {@code i} is detector i. */
final class StartTable {
  private static final int OTHER = 128;
  private static final int WORDS = 2048;

  private final int[] first = new int[OTHER + 1];
  private final int[] before = new int[OTHER + 1];
  private final int[] after = new int[OTHER + 1];
  private final int[] words = new int[WORDS];
  private final int ofLetters;

  StartTable(List<Start> starts) {
    if (starts.size() > Integer.SIZE) {
      throw new IllegalArgumentException("too many detectors: " + starts.size());
    }
    int letters = 0;
    int wordless = 0;
    for (int i = 0; i < starts.size(); i++) {
      letters |= starts.get(i).digit() ? 0 : 1 << i;
      enter(first, starts.get(i).first(), 1 << i);
      enter(before, starts.get(i).before(), 1 << i);
      enter(after, starts.get(i).after(), 1 << i);
      wordless |= starts.get(i).words().isEmpty() ? 1 << i : 0;
    }
    Arrays.fill(words, wordless);
    for (int i = 0; i < starts.size(); i++) {
      for (String word : starts.get(i).words()) {
        words[slot(word.hashCode())] |= 1 << i;
      }
    }
    ofLetters = letters;
  }

  /** Those that may begin with {@code c} behind {@code previous}. */
  int at(char c, char previous) {
    return first[index(c)] & before[index(previous)];
  }

  /** Those that may begin with {@code word}. */
  int at(Word word) {
    int known = at(word.first(), word.before());
    int asked = word.isLetters() ? known & ofLetters : known;
    int rest = word.isAlone() ? asked & words[slot(word.hash())] : asked;
    return word.isShort() ? rest & after[index(word.after())] : rest;
  }

  /** Words share a slot: the table says more than there is, never less. */
  private static int slot(int hash) {
    return (hash ^ hash >>> 15) & WORDS - 1;
  }

  private static int index(char c) {
    return Math.min(c, OTHER);
  }

  private static void enter(int[] table, Alphabet alphabet, int bit) {
    for (char c = 0; c < OTHER; c++) {
      table[c] |= alphabet.has(c) ? bit : 0;
    }
    table[OTHER] |= alphabet.size() == OTHER ? bit : 0; // it is all of ASCII, so it is anything
  }
}
