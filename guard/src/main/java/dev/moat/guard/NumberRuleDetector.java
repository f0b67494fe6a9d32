package dev.moat.guard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Knows the numbers of a table of {@link NumberRule}s: reads the groups that stand at a position
 * and asks, after each, the rules that are written so.
 *
 * <p>A shape is packed into one number, a byte a group: its length and the separator before it. The
 * table also holds every beginning of a shape, so that reading stops where none goes on. It is
 * hashed with open addressing, for it is asked at every number of a text.
 */
final class NumberRuleDetector implements Detector {
  private static final int GROUP_MAX = 18;
  private static final int SLOTS = 1024;
  private static final int SLOT_SHIFT = 54;
  private static final long SPREAD = 0x9E3779B97F4A7C15L; // 2^64 by the golden ratio

  private static final String SEPARATORS = " -./(";
  private static final Alphabet GAPS = Alphabet.of(" \\-./(");
  private static final Alphabet JOINS = Alphabet.of("\\-./");
  private static final Alphabet INSIDE = Alphabet.of("_$+@%");
  private static final Alphabet GLUED = Alphabet.of("a-zA-Z0-9_@%");
  private static final NumberRule[] NONE = {};

  private final long[] keys = new long[SLOTS];
  private final NumberRule[][] rules = new NumberRule[SLOTS][];
  private final Start start;
  private final int lengths;
  private final int letterLengths;

  private NumberRuleDetector(List<NumberRule> all, Start start) {
    this.start = start;
    Map<Long, List<NumberRule>> byShape = new HashMap<>();
    int any = 0;
    int letters = 0;
    for (NumberRule rule : all) {
      for (String shape : rule.shapes()) {
        int length = enter(byShape, shape, rule);
        any |= 1 << length;
        letters |= rule.mayBeginWithLetters(length) ? 1 << length : 0;
      }
    }
    lengths = any;
    letterLengths = letters;
    if (byShape.size() > SLOTS / 2) {
      throw new IllegalArgumentException("too many shapes: " + byShape.size());
    }
    byShape.forEach(
        (key, those) -> {
          int slot = slot(key);
          keys[slot] = key;
          rules[slot] = those.toArray(NONE);
        });
  }

  /** Knows the numbers that have a digit in their first group. */
  static NumberRuleDetector ofDigits(List<NumberRule> rules) {
    return new NumberRuleDetector(rules, Start.at(Alphabet.ALNUM).withDigit());
  }

  /** Knows the numbers whose first group is capitals. */
  static NumberRuleDetector ofCapitals(List<NumberRule> rules) {
    return new NumberRuleDetector(rules, Start.at(Alphabet.UPPER));
  }

  /** Enters a shape and its beginnings, and says how long its first group is. */
  private static int enter(Map<Long, List<NumberRule>> byShape, String shape, NumberRule rule) {
    long key = 0;
    char before = 0;
    int at = 0;
    int first = 0;
    while (at < shape.length()) {
      int end = at;
      while (end < shape.length() && Alphabet.DIGITS.has(shape.charAt(end))) {
        end++;
      }
      int length = Integer.parseInt(shape.substring(at, end));
      first = at == 0 ? length : first;
      key = grown(key, before, length);
      List<NumberRule> rules = byShape.computeIfAbsent(key, _ -> new ArrayList<>());
      if (end == shape.length()) {
        rules.add(rule);
      }
      before = end < shape.length() ? shape.charAt(end) : 0;
      at = end + 1;
    }
    return first;
  }

  private static long grown(long key, char separator, int length) {
    return (key << 8) | ((long) (SEPARATORS.indexOf(separator) + 1) << 5) | length;
  }

  /** The slot that holds {@code key}, or the free one where it would stand. */
  private int slot(long key) {
    int slot = (int) ((key * SPREAD) >>> SLOT_SHIFT);
    while (keys[slot] != key && keys[slot] != 0) {
      slot = slot + 1 & SLOTS - 1;
    }
    return slot;
  }

  @Override
  public Start start() {
    return start;
  }

  @Override
  public void find(Window window, int at, Best best) {
    int end = Alphabet.ALNUM.runEnd(window, at, GROUP_MAX + 1);
    if (end - at > GROUP_MAX || !mayBegin(window, at, end)) {
      return;
    }
    char before = window.at(at - 1);
    if (INSIDE.has(before) || (JOINS.has(before) && Alphabet.ALNUM.has(window.at(at - 2)))) {
      return;
    }
    long key = grown(0, (char) 0, end - at);
    int slot = slot(key);
    boolean bracket = false;
    while (keys[slot] != 0) {
      if (rules[slot].length > 0 && isEnded(window, end, bracket)) {
        judge(window, at, bracket ? end + 1 : end, rules[slot], best);
      }
      char gap = window.at(end);
      if (!GAPS.has(gap) || !Alphabet.ALNUM.has(window.at(end + 1))) {
        return;
      }
      bracket = gap == '(';
      int from = end + 1;
      end = Alphabet.ALNUM.runEnd(window, from, GROUP_MAX + 1);
      key = grown(key, gap, end - from);
      slot = slot(key);
    }
  }

  private boolean mayBegin(Window window, int at, int end) {
    if (Alphabet.DIGITS.has(window.at(at))) {
      return ((lengths >>> (end - at)) & 1) != 0;
    }
    boolean letters = Alphabet.LETTERS.runEnd(window, at, GROUP_MAX) == end;
    return letters
        ? ((letterLengths >>> (end - at)) & 1) != 0 && Alphabet.UPPER.has(window.at(at))
        : ((lengths >>> (end - at)) & 1) != 0;
  }

  private static boolean isEnded(Window window, int end, boolean bracket) {
    char after = window.at(end);
    if (bracket) {
      return after == ')' && !Alphabet.WORD.has(window.at(end + 1));
    }
    return !GLUED.has(after) && !(JOINS.has(after) && Alphabet.ALNUM.has(window.at(end + 1)));
  }

  private static void judge(Window window, int at, int end, NumberRule[] rules, Best best) {
    String value = value(window, at, end);
    String capitals = value.toUpperCase(Locale.ROOT);
    Optional<ContextWords.Before> before = Optional.empty();
    for (NumberRule rule : rules) {
      if (!rule.holds(value, capitals)) {
        continue;
      }
      if (rule.words().isPresent()) {
        before = before.or(() -> Optional.of(ContextWords.Before.of(window, at)));
        if (!rule.words().get().in(before.get())) {
          continue;
        }
      }
      best.offer(rule.type(), end);
      return;
    }
  }

  private static String value(Window window, int at, int end) {
    StringBuilder value = new StringBuilder();
    for (int i = at; i < end; i++) {
      char c = window.at(i);
      if (Alphabet.ALNUM.has(c)) {
        value.append(c);
      }
    }
    return value.toString();
  }
}
