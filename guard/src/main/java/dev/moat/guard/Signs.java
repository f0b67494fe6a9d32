package dev.moat.guard;

import java.util.Arrays;

/** The signs that start at one position. */
final class Signs {
  private Sign[] signs = new Sign[4];
  private int[] ends = new int[4];
  private int count;

  void clear() {
    count = 0;
  }

  /** Adds a sign that ends before {@code end}, if none of its rule is there. */
  void add(Sign sign, int end) {
    for (int i = 0; i < count; i++) {
      if (signs[i].rule().equals(sign.rule())) {
        return;
      }
    }
    if (count == signs.length) {
      signs = Arrays.copyOf(signs, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    signs[count] = sign;
    ends[count++] = end;
  }

  int count() {
    return count;
  }

  Sign sign(int index) {
    return signs[index];
  }

  int end(int index) {
    return ends[index];
  }
}
