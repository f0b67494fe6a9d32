package dev.moat.guard;

/** Measures how random a stretch of a window looks. */
final class Randomness {
  private static final double LOG_2 = Math.log(2);

  private Randomness() {}

  /** Shannon's entropy of the characters, in bits each. */
  static double entropy(Window window, int from, int end) {
    int[] counts = new int[128];
    for (int i = from; i < end; i++) {
      counts[Math.min(127, window.at(i))]++;
    }
    int length = end - from;
    double sum = 0;
    for (int count : counts) {
      if (count > 1) {
        sum += count * Math.log(count);
      }
    }
    return length == 0 ? 0 : (Math.log(length) - sum / length) / LOG_2;
  }

  /** How many characters follow their predecessor in the alphabet or repeat it. */
  static int steps(Window window, int from, int end) {
    int steps = 0;
    for (int i = from + 1; i < end; i++) {
      int step = window.at(i) - window.at(i - 1);
      steps += step == 1 || step == 0 || step == -1 ? 1 : 0;
    }
    return steps;
  }
}
