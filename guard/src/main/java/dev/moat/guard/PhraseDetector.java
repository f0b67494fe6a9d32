package dev.moat.guard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
  private static final int[] NO_PHRASES = {};

  private final Phrase[] phrases;
  private final Words words = new Words();
  private final Start start;
  private final int[][] beginning;

  /** By phrase and word, the places that the word fits, as bits. */
  private final long[][] fitting;

  PhraseDetector(List<Phrase> phrases) {
    this.phrases = phrases.toArray(Phrase[]::new);
    phrases.forEach(phrase -> phrase.places().forEach(place -> place.forEach(words::add)));
    fitting = new long[phrases.size()][words.size()];
    Map<Integer, List<Integer>> starts = new HashMap<>();
    Set<String> first = new HashSet<>();
    for (int i = 0; i < phrases.size(); i++) {
      List<Set<String>> places = phrases.get(i).places();
      for (int place = 0; place < places.size(); place++) {
        for (String word : places.get(place)) {
          fitting[i][words.add(word)] |= 1L << place;
        }
      }
      for (String word : places.getFirst()) {
        starts.computeIfAbsent(words.add(word), _ -> new ArrayList<>()).add(i);
        first.add(word);
      }
    }
    beginning = new int[words.size()][];
    for (int word = 0; word < words.size(); word++) {
      beginning[word] =
          starts.getOrDefault(word, List.of()).stream().mapToInt(Integer::intValue).toArray();
    }
    boolean ascii = first.stream().allMatch(word -> word.charAt(0) < 128);
    start = Start.at(ascii ? Alphabet.firsts(first).withCapitals() : Start.ANYTHING).with(first);
  }

  @Override
  public Start start() {
    return start;
  }

  @Override
  public void find(Window window, int at, Signs signs) {
    if (!isWord(window.at(at)) || (isWord(window.at(at - 1)) && !window.turns(at))) {
      return;
    }
    Sentence sentence = new Sentence(window, at);
    int first = sentence.words[0];
    for (int phrase : first < 0 ? NO_PHRASES : beginning[first]) {
      follow(sentence, phrase, signs);
    }
  }

  private void follow(Sentence sentence, int index, Signs signs) {
    Phrase phrase = phrases[index];
    long[] fits = fitting[index];
    long state = FIRST;
    for (int count = 0; count < WORDS_MAX && state != 0 && sentence.has(count); count++) {
      int word = sentence.words[count];
      state = phrase.next(state, word < 0 ? 0 : fits[word]);
      if (phrase.isComplete(state)) {
        signs.add(phrase.sign(), sentence.ends[count]);
        return;
      }
    }
  }

  /** The words from a position on, read as far as a phrase asks, and once for all phrases. */
  private final class Sentence {
    private final Window window;
    private final int[] words = new int[WORDS_MAX];
    private final int[] ends = new int[WORDS_MAX];
    private int count;
    private boolean ended;

    Sentence(Window window, int at) {
      this.window = window;
      read(at);
    }

    /** Whether there is a word {@code index}, if there is one before it. */
    boolean has(int index) {
      if (index == count && !ended) {
        int next = nextWord(window, ends[count - 1]);
        ended = next == NONE;
        if (!ended) {
          read(next);
        }
      }
      return index < count;
    }

    private void read(int at) {
      int end = at;
      int hash = 0;
      char c = window.at(at);
      do {
        hash = hash * 31 + lower(c);
        c = window.at(++end);
      } while ((isWord(c) && !window.turns(end)) || (c == '\'' && isWord(window.at(end + 1))));
      ends[count] = end;
      words[count++] = PhraseDetector.this.words.find(hash, window, at, end);
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

  private static boolean isWord(char c) {
    return c < 128 ? Alphabet.ALNUM.has(c) : c != Window.END && Character.isLetterOrDigit(c);
  }

  private static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
  }

  /** The words of all phrases, found without making a string. */
  private static final class Words {
    private final List<String> words = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private int[] table = new int[64];

    int size() {
      return words.size();
    }

    int add(String word) {
      Integer known = numbers.putIfAbsent(word, words.size());
      if (known != null) {
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

    /** The number of the word that has this hash, or -1. */
    int find(int hash, Window window, int at, int end) {
      if (end - at > WORD_MAX) {
        return -1;
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
  }
}
