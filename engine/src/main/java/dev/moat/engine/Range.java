package dev.moat.engine;

/** The whole numbers from one up to, not including, another. */
record Range(int from, int to) {
  static Range of(int count) {
    return new Range(0, count);
  }

  int size() {
    return to - from;
  }
}
