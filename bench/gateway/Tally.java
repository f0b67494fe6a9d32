import dev.moat.core.Json;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.node.ObjectNode;

/** What one order came to: counts, errors by kind, and waits in microseconds. */
final class Tally {
  private static final long MICROS_MAX = 120_000_000;
  private static final int DIGITS = 3;
  private static final int ERROR_KINDS_MAX = 20;

  private final Load.Order order;
  private long start = System.nanoTime();
  private final long startCpu = cpuNanos();
  private final Histogram waits = new Histogram(MICROS_MAX, DIGITS);
  private final Histogram firsts = new Histogram(MICROS_MAX, DIGITS);
  private final Histogram gaps = new Histogram(MICROS_MAX, DIGITS);
  private final Histogram lateness = new ConcurrentHistogram(MICROS_MAX, DIGITS);
  private final Map<String, Integer> errors = new ConcurrentHashMap<>();
  private long answered;
  private long inTime;

  Tally(Load.Order order) {
    this.order = order;
  }

  /** Forgets the waits so far; what was answered still counts, as what it has cost does. */
  void waitsBegin() {
    start = System.nanoTime();
    inTime = 0;
    waits.reset();
    firsts.reset();
    gaps.reset();
    lateness.reset();
  }

  void answered(long nanos, boolean beforeDeadline) {
    answered++;
    if (beforeDeadline) {
      inTime++;
    }
    record(waits, nanos);
  }

  long answered() {
    return answered;
  }

  /** The first part of a stream came so long after the question. */
  void first(long nanos) {
    record(firsts, nanos);
  }

  /** A part of a stream came so long after the one before. */
  void gap(long nanos) {
    record(gaps, nanos);
  }

  /** A question was asked so long after its planned time. */
  void late(long nanos) {
    record(lateness, nanos);
  }

  void error(String kind) {
    if (errors.size() < ERROR_KINDS_MAX || errors.containsKey(kind)) {
      errors.merge(kind, 1, Integer::sum);
    }
  }

  ObjectNode json() {
    double seconds = (System.nanoTime() - start) / 1e9;
    ObjectNode json = Json.object();
    json.put("answered", answered).put("chunks", answered * order.chunks());
    json.put("seconds", seconds);
    json.put("rate", inTime / Math.min(seconds, order.seconds()));
    json.put("loadCpuMicros", (cpuNanos() - startCpu) / 1e3 / Math.max(1, answered));
    json.set("wait", json(waits));
    json.set("first", json(firsts));
    json.set("gap", json(gaps));
    json.set("late", json(lateness));
    ObjectNode kinds = json.putObject("errors");
    errors.forEach(kinds::put);
    return json;
  }

  private static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.min(MICROS_MAX, Math.max(0, nanos / 1000)));
  }

  private static ObjectNode json(Histogram histogram) {
    return Json.object()
        .put("p50", histogram.getValueAtPercentile(50))
        .put("p90", histogram.getValueAtPercentile(90))
        .put("p99", histogram.getValueAtPercentile(99))
        .put("p999", histogram.getValueAtPercentile(99.9))
        .put("max", histogram.getMaxValue());
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }
}
