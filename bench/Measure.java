import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/** Repeats work in turns and keeps the median of its CPU time. */
final class Measure {
  private static final int ROUNDS = 7;

  private Measure() {}

  /** Work that returns something, so that it cannot be left out. */
  interface Work {
    double run();
  }

  /** Median CPU seconds of this thread for {@code work} and {@code floor}, run in turns. */
  static double[] inTurns(Work work, Work floor) {
    double[] first = new double[ROUNDS];
    double[] second = new double[ROUNDS];
    double sink = work.run() + floor.run();
    for (int round = 0; round < ROUNDS; round++) {
      first[round] = cpuSeconds(work);
      second[round] = cpuSeconds(floor);
    }
    if (Double.isNaN(sink)) {
      throw new IllegalStateException("the work gave no number");
    }
    return new double[] {median(first), median(second)};
  }

  private static double cpuSeconds(Work work) {
    var threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    if (Double.isNaN(work.run())) {
      throw new IllegalStateException("the work gave no number");
    }
    return (threads.getCurrentThreadCpuTime() - start) / 1e9;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  static void line(String what, double value, String unit) {
    System.out.println(String.format(Locale.ROOT, "%-44s %12.2f %s", what, value, unit));
  }
}
