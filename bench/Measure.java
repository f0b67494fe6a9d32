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

  /** What each of many calls took of this thread's processor and of the heap. */
  static final class Sample {
    private final com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final double[] nanos;
    private final double[] bytes;
    private int count;

    /** A sample of so many calls. */
    Sample(int size) {
      nanos = new double[size];
      bytes = new double[size];
    }

    /** Does {@code work} as the next call. */
    void add(Work work) {
      long allocated = threads.getCurrentThreadAllocatedBytes();
      long start = threads.getCurrentThreadCpuTime();
      double result = work.run();
      nanos[count] = threads.getCurrentThreadCpuTime() - start;
      bytes[count++] = threads.getCurrentThreadAllocatedBytes() - allocated;
      if (Double.isNaN(result)) {
        throw new IllegalStateException("the work gave no number");
      }
    }

    /** Microseconds of CPU that such a part of the calls took at most. */
    double micros(double part) {
      return quantile(nanos, part) / 1e3;
    }

    /** Bytes of heap that such a part of the calls took at most. */
    double bytes(double part) {
      return quantile(bytes, part);
    }
  }

  private static double quantile(double[] values, double part) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, (int) (sorted.length * part))];
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
