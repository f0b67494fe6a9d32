package dev.moat.guard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Knows the operator's canaries and the one of training data, in any case and spacing. */
final class CanaryDetector implements Detector {
  static final String TYPE = Span.LEAK + "canary";

  private static final int KEY_LENGTH = 4;

  /** How many marks may stand between two letters of one that is spaced out. */
  private static final int GAP_MAX = 3;

  private static final char NONE = '\0';

  private final Map<String, List<Canary>> byKey = new HashMap<>();
  private final Start start;

  CanaryDetector(OperatorLists lists) {
    List<Canary> canaries = new ArrayList<>(lists.canaries().stream().map(Canary::of).toList());
    canaries.add(Canary.TRAINING);
    for (Canary canary : canaries) {
      String key = canary.squeezed().substring(0, KEY_LENGTH);
      byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(canary);
    }
    start = Start.at(Alphabet.firsts(byKey.keySet()).withCapitals());
  }

  @Override
  public Start start() {
    return start;
  }

  @Override
  public void find(Window window, int at, Best best) {
    Reading reading = new Reading(window, at);
    StringBuilder key = new StringBuilder(KEY_LENGTH);
    while (key.length() < KEY_LENGTH) {
      key.append(reading.next());
    }
    for (Canary canary : byKey.getOrDefault(key.toString(), List.of())) {
      int end = end(new Reading(window, at), canary);
      if (end > at) {
        best.offer(TYPE, end);
      }
    }
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
