import dev.moat.core.Json;
import dev.moat.store.FileKeyService;
import dev.moat.trust.Ledger;
import dev.moat.trust.SigningKey;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.node.ObjectNode;

/**
 * Durable events a second; the floor is one fsync after each line of a plain file. Then events that
 * come at random moments, so many a second, and what each costs and waits. Pin the process to one
 * processor ({@code taskset -c 1}) to see what a gateway with one sees.
 */
final class ledger {
  private static final int ONE_CALLER = 500;
  private static final int CALLERS = 256;
  private static final int EVENTS_EACH = 40;
  private static final int[] RATES = {500, 2_000, 7_600, 14_000};
  private static final int PACED_SECONDS = 2;
  private static final int PACED_ROUNDS = 5;

  private ledger() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("moat-bench");
    FileKeyService keys = FileKeyService.openOrCreate(folder.resolve("key"));
    SigningKey key = SigningKey.openOrCreate(folder.resolve("signing.key"), keys);
    try (Ledger log = Ledger.open(folder.resolve("ledger"), key, InstantSource.system())) {
      append(log, 100);
      double[] single = new double[5];
      double[] floor = new double[5];
      double[] many = new double[5];
      for (int round = 0; round < single.length; round++) {
        single[round] = rate(ONE_CALLER, () -> append(log, ONE_CALLER));
        floor[round] = rate(ONE_CALLER, () -> fsync(folder.resolve("plain")));
        many[round] = rate(CALLERS * EVENTS_EACH, () -> together(log));
      }
      Measure.line("one caller", Measure.median(single), "events/s");
      Measure.line("256 callers", Measure.median(many), "events/s");
      Measure.line("floor: fsync after each line", Measure.median(floor), "lines/s");
      paced(log);
    }
  }

  private interface Act {
    void run() throws Exception;
  }

  private static double rate(int events, Act act) throws Exception {
    long start = System.nanoTime();
    act.run();
    return events / ((System.nanoTime() - start) / 1e9);
  }

  private static void append(Ledger log, int events) {
    for (int i = 0; i < events; i++) {
      log.append("bench", "bench", Json.object().put("number", i));
    }
  }

  private static void together(Ledger log) throws InterruptedException {
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(Thread.ofVirtual().start(() -> append(log, EVENTS_EACH)));
    }
    for (Thread caller : callers) {
      caller.join();
    }
  }

  /** What one event cost and how long events waited, in microseconds. */
  private record Paced(double process, double writer, double publisher, double p50, double p99) {}

  private static void paced(Ledger log) throws InterruptedException {
    Paced[][] rounds = new Paced[RATES.length][PACED_ROUNDS];
    for (int rate : RATES) {
      pace(log, rate);
    }
    for (int round = 0; round < PACED_ROUNDS; round++) {
      for (int i = 0; i < RATES.length; i++) {
        rounds[i][round] = pace(log, RATES[i]);
      }
    }
    for (int i = 0; i < RATES.length; i++) {
      String at = String.format(Locale.ROOT, "%,d events/s: ", RATES[i]);
      Measure.line(at + "CPU of the process", median(rounds[i], Paced::process), "us/event");
      Measure.line(at + "CPU of its writer", median(rounds[i], Paced::writer), "us/event");
      Measure.line(at + "CPU of its publisher", median(rounds[i], Paced::publisher), "us/event");
      Measure.line(at + "p50", median(rounds[i], Paced::p50), "us");
      Measure.line(at + "p99", median(rounds[i], Paced::p99), "us");
    }
  }

  private static double median(Paced[] rounds, ToDoubleFunction<Paced> figure) {
    return Measure.median(Arrays.stream(rounds).mapToDouble(figure).toArray());
  }

  private static Paced pace(Ledger log, int rate) throws InterruptedException {
    int events = rate * PACED_SECONDS;
    long[] waits = new long[events];
    CountDownLatch left = new CountDownLatch(events);
    Random random = new Random(events);
    long cpu = processNanos();
    long writer = threadNanos("ledger-writer");
    long publisher = threadNanos("ledger-publisher");
    double due = System.nanoTime();
    for (int i = 0; i < events; i++) {
      due -= Math.log(1 - random.nextDouble()) * 1e9 / rate;
      for (double early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
        LockSupport.parkNanos((long) early);
      }
      int event = i;
      long start = System.nanoTime();
      log.submit("bench", "bench", exchange(i))
          .whenComplete(
              (_, _) -> {
                waits[event] = System.nanoTime() - start;
                left.countDown();
              });
    }
    left.await();
    double process = (processNanos() - cpu) / 1e3 / events;
    double writing = (threadNanos("ledger-writer") - writer) / 1e3 / events;
    double publishing = (threadNanos("ledger-publisher") - publisher) / 1e3 / events;
    Arrays.sort(waits);
    double p50 = waits[events / 2] / 1e3;
    return new Paced(process, writing, publishing, p50, waits[events * 99 / 100] / 1e3);
  }

  /** About what an exchange leaves in the ledger. */
  private static ObjectNode exchange(int number) {
    ObjectNode body = Json.object().put("id", "exchange-" + number).put("endpoint", "/v1/chat");
    for (String field : List.of("request", "release", "policy", "answer")) {
      body.put(field, "0123456789abcdef".repeat(4));
    }
    return body;
  }

  private static long processNanos() {
    return ((com.sun.management.OperatingSystemMXBean)
            ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static long threadNanos(String name) {
    var threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (var thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().equals(name)) {
        sum += threads.getThreadCpuTime(thread.getThreadId());
      }
    }
    return sum;
  }

  private static void fsync(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int i = 0; i < ONE_CALLER; i++) {
        channel.write(ByteBuffer.wrap(new byte[200]));
        channel.force(false);
      }
    }
  }
}
