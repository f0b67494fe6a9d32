package dev.moat.guard;

import java.util.Arrays;

/**
 * The sums of the weights of features, for all heads at once.
 *
 * <p>Eight weights come as the bytes of one {@code long}, each 128 more than it says. They are
 * added in lanes of 16 bits, four in each of two longs, which are emptied before they run over.
 */
final class HeadSums {
  private static final int ZERO = 128;
  private static final long EVEN = 0x00FF_00FF_00FF_00FFL;
  private static final int LANE_BITS = 16;
  private static final int LANE = 0xFFFF;

  /** A lane takes this many bytes before it may run over. */
  private static final int ADDENDS_MAX = 257;

  private final int[] sums = new int[Head.COUNT];
  private int features;
  private long even;
  private long odd;
  private int waiting;

  /** Forgets all. */
  void clear() {
    Arrays.fill(sums, 0);
    features = 0;
    even = 0;
    odd = 0;
    waiting = 0;
  }

  /** Adds the weights of one feature; {@link #flush} must follow before anything is asked. */
  void add(long weights) {
    even += weights & EVEN;
    odd += weights >>> Byte.SIZE & EVEN;
    if (++waiting == ADDENDS_MAX) {
      flush();
    }
  }

  /** Empties the lanes. */
  void flush() {
    for (int pair = 0; pair < Head.COUNT / 2; pair++) {
      int shift = pair * LANE_BITS;
      sums[2 * pair] += (int) (even >>> shift & LANE) - ZERO * waiting;
      sums[2 * pair + 1] += (int) (odd >>> shift & LANE) - ZERO * waiting;
    }
    features += waiting;
    even = 0;
    odd = 0;
    waiting = 0;
  }

  /** Adds what {@code other} holds. */
  void add(HeadSums other) {
    for (int head = 0; head < Head.COUNT; head++) {
      sums[head] += other.sums[head];
    }
    features += other.features;
  }

  /** Whether {@code other} is a sum of as many features, and the same for every head. */
  boolean same(HeadSums other) {
    return features == other.features && Arrays.equals(sums, other.sums);
  }

  /** How many features were added. */
  int features() {
    return features;
  }

  /** The sum of the weights of one head, in whole units of its scale. */
  int sum(Head head) {
    return sums[head.lane()];
  }
}
