import dev.moat.core.Json;
import dev.moat.store.FileKeyService;
import dev.moat.trust.Ledger;
import dev.moat.trust.SigningKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Durable events a second; the floor is one fsync after each line of a plain file. */
final class ledger {
  private static final int ONE_CALLER = 500;
  private static final int CALLERS = 256;
  private static final int EVENTS_EACH = 40;

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
