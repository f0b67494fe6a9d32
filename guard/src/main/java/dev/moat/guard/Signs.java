package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;

/** The signs that start at one position. */
final class Signs {
  private final List<Sign> signs = new ArrayList<>();
  private final List<Integer> ends = new ArrayList<>();

  void clear() {
    signs.clear();
    ends.clear();
  }

  /** Adds a sign that ends before {@code end}, if none of its rule is there. */
  void add(Sign sign, int end) {
    for (Sign known : signs) {
      if (known.rule().equals(sign.rule())) {
        return;
      }
    }
    signs.add(sign);
    ends.add(end);
  }

  int count() {
    return signs.size();
  }

  Sign sign(int index) {
    return signs.get(index);
  }

  int end(int index) {
    return ends.get(index);
  }
}
