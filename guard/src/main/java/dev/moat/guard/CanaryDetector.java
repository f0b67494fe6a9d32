package dev.moat.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Knows the operator's canaries and the one of training data, in any case and spacing. */
final class CanaryDetector implements Detector {
  static final String TYPE = Span.LEAK + "canary";

  private static final int KEY_LENGTH = 4;

  /** How many marks may stand between two letters of one that is spaced out. */
  private static final int GAP_MAX = 3;

  private static final char NONE = '\0';

  /** The first letters of all canaries, packed and in order, and the canaries of each. */
  private final long[] keys;

  private final Canary[][] canaries;
  private final Start start;
  private final Alphabet second;
  private final Alphabet third;

  CanaryDetector(OperatorLists lists) {
    List<Canary> all = new ArrayList<>(lists.canaries().stream().map(Canary::of).toList());
    all.add(Canary.TRAINING);
    keys = all.stream().mapToLong(CanaryDetector::key).sorted().distinct().toArray();
    canaries = new Canary[keys.length][];
    Arrays.setAll(
        canaries, i -> all.stream().filter(each -> key(each) == keys[i]).toArray(Canary[]::new));
    List<String> texts = all.stream().map(Canary::squeezed).toList();
    start = Start.at(Alphabet.firsts(texts).withCapitals());
    second = after(texts, 1);
    third = after(texts, 2);
  }

  @Override
  public Start start() {
    return start;
  }

  @Override
  public void find(Window window, int at, Best best) {
    char next = window.at(at + 1);
    boolean joined = Alphabet.ALNUM.has(next);
    if (joined && !(second.has(next) && mayBe(third, window.at(at + 2)))) {
      return;
    }
    int index = Arrays.binarySearch(keys, key(window, at));
    if (index < 0) {
      return;
    }
    for (Canary canary : canaries[index]) {
      int end = end(new Reading(window, at), canary);
      if (end > at) {
        best.offer(TYPE, end);
      }
    }
  }

  private static Alphabet after(List<String> texts, int skipped) {
    return Alphabet.firsts(texts.stream().map(text -> text.substring(skipped)).toList())
        .withCapitals();
  }

  /** A mark may stand between two letters, so it says nothing. */
  private static boolean mayBe(Alphabet letters, char c) {
    return letters.has(c) || !Alphabet.ALNUM.has(c);
  }

  private static long key(Canary canary) {
    long key = 0;
    for (int i = 0; i < KEY_LENGTH; i++) {
      key = (key << Character.SIZE) | canary.squeezed().charAt(i);
    }
    return key;
  }

  /** Most words are told by it: it makes no object. */
  private static long key(Window window, int at) {
    long key = 0;
    int next = at;
    for (int i = 0; i < KEY_LENGTH; i++) {
      int skipped = 0;
      while (!Alphabet.ALNUM.has(window.at(next)) && skipped++ < GAP_MAX) {
        next++;
      }
      key = (key << Character.SIZE) | Character.toLowerCase(window.at(next++));
    }
    return key;
  }

  private static int end(Reading reading, Canary canary) {
    for (int i = 0; i < canary.squeezed().length(); i++) {
      if (reading.next() != canary.squeezed().charAt(i)) {
        return -1;
      }
    }
    for (int i = 0; i < canary.digits(); i++) {
      if (!Alphabet.DIGITS.has(reading.next())) {
        return -1;
      }
    }
    return reading.at;
  }

  /** Reads letters and digits from a position on. */
  private static final class Reading {
    private final Window window;
    private int at;

    Reading(Window window, int at) {
      this.window = window;
      this.at = at;
    }

    char next() {
      for (int i = 0; i <= GAP_MAX; i++) {
        char c = window.at(at++);
        if (c == Window.END || c == Window.BREAK) {
          return NONE;
        }
        if (Alphabet.ALNUM.has(c)) {
          return Character.toLowerCase(c);
        }
      }
      return NONE;
    }
  }
}
