package dev.moat.guard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Knows phrases word by word, whatever their case, punctuation and spacing. All phrases that begin
 * with the word at hand run side by side, so the cost is bounded by the words a phrase can have.
 */
final class PhraseDetector implements SignDetector {
  private static final int WORD_MAX = 24;
  private static final int GAP_MAX = 6;
  private static final int WORDS_MAX = 24;
  private static final long FIRST = 1;
  private static final int NONE = -1;

  private final List<Phrase> phrases;
  private final Words words = new Words();
  private final int[][] beginning;
  private final List<Map<Integer, Long>> fitting = new ArrayList<>();

  PhraseDetector(List<Phrase> phrases) {
    this.phrases = List.copyOf(phrases);
    Map<Integer, List<Integer>> starts = new HashMap<>();
    for (int i = 0; i < phrases.size(); i++) {
      Phrase phrase = phrases.get(i);
      Map<Integer, Long> fits = new HashMap<>();
      for (int place = 0; place < phrase.places().size(); place++) {
        for (String word : phrase.places().get(place)) {
          fits.merge(words.add(word), 1L << place, (a, b) -> a | b);
        }
      }
      for (String word : phrase.places().getFirst()) {
        starts.computeIfAbsent(words.add(word), _ -> new ArrayList<>()).add(i);
      }
      fitting.add(fits);
    }
    beginning = new int[words.size()][];
    for (int word = 0; word < words.size(); word++) {
      beginning[word] =
          starts.getOrDefault(word, List.of()).stream().mapToInt(Integer::intValue).toArray();
    }
  }

  @Override
  public void find(Window window, int at, Signs signs) {
    if (!isWord(window.at(at)) || (isWord(window.at(at - 1)) && !window.turns(at))) {
      return;
    }
    int end = wordEnd(window, at);
    int word = words.find(window, at, end);
    if (word < 0) {
      return;
    }
    for (int phrase : beginning[word]) {
      follow(window, end, word, phrase, signs);
    }
  }

  private void follow(Window window, int firstEnd, int firstWord, int index, Signs signs) {
    Phrase phrase = phrases.get(index);
    Map<Integer, Long> fits = fitting.get(index);
    int word = firstWord;
    int end = firstEnd;
    long state = FIRST;
    for (int count = 0; count < WORDS_MAX; count++) {
      state = phrase.next(state, fits.getOrDefault(word, 0L));
      if (phrase.isComplete(state)) {
        signs.add(phrase.sign(), end);
        return;
      }
      int next = state == 0 ? NONE : nextWord(window, end);
      if (next == NONE) {
        return;
      }
      end = wordEnd(window, next);
      word = words.find(window, next, end);
    }
  }

  /** Where the next word of the same sentence begins, or {@link #NONE}. */
  private static int nextWord(Window window, int from) {
    for (int i = from; i < from + GAP_MAX; i++) {
      char c = window.at(i);
      if (isWord(c)) {
        return i;
      }
      boolean stop = c == '.' || c == '!' || c == '?' || c == Window.BREAK || c == Window.END;
      if (stop) {
        return NONE;
      }
    }
    return NONE;
  }

  private static int wordEnd(Window window, int at) {
    int end = at + 1;
    while ((isWord(window.at(end)) && !window.turns(end))
        || (window.at(end) == '\'' && isWord(window.at(end + 1)))) {
      end++;
    }
    return end;
  }

  private static boolean isWord(char c) {
    return c < 128 ? Alphabet.ALNUM.has(c) : c != Window.END && Character.isLetterOrDigit(c);
  }

  /** The words of all phrases, found without making a string. */
  private static final class Words {
    private final List<String> words = new ArrayList<>();
    private int[] table = new int[64];

    int size() {
      return words.size();
    }

    int add(String word) {
      int known = words.indexOf(word);
      if (known >= 0) {
        return known;
      }
      words.add(word);
      if (words.size() * 3 > table.length) {
        table = new int[table.length * 2];
        for (int i = 0; i < words.size() - 1; i++) {
          place(i);
        }
      }
      place(words.size() - 1);
      return words.size() - 1;
    }

    /** The number of the word, or -1. */
    int find(Window window, int at, int end) {
      if (end - at > WORD_MAX) {
        return -1;
      }
      int hash = 0;
      for (int i = at; i < end; i++) {
        hash = hash * 31 + lower(window.at(i));
      }
      for (int slot = slot(hash); table[slot] != 0; slot = slot + 1 & table.length - 1) {
        if (equal(words.get(table[slot] - 1), window, at, end)) {
          return table[slot] - 1;
        }
      }
      return -1;
    }

    private void place(int index) {
      int slot = slot(words.get(index).hashCode());
      while (table[slot] != 0) {
        slot = slot + 1 & table.length - 1;
      }
      table[slot] = index + 1;
    }

    private int slot(int hash) {
      return (hash ^ hash >>> 15) & table.length - 1;
    }

    private static boolean equal(String word, Window window, int at, int end) {
      if (word.length() != end - at) {
        return false;
      }
      for (int i = 0; i < word.length(); i++) {
        if (word.charAt(i) != lower(window.at(at + i))) {
          return false;
        }
      }
      return true;
    }

    private static char lower(char c) {
      return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }
  }
}
