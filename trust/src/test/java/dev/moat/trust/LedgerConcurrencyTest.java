package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers, readers, provers and a verifier on one ledger at the same time. */
class LedgerConcurrencyTest {
  private static final int EACH = 1_500;
  private static final int WRITERS = 4;
  private static final int BURSTS = 8;
  private static final int BURST = 4_500;

  @TempDir Path folder;

  private final AtomicBoolean done = new AtomicBoolean();

  private static Callable<Integer> writer(Ledger ledger, int number) {
    return () -> {
      for (int i = 0; i < EACH; i++) {
        String actor = "writer-" + number;
        if (i % 3 == 0) {
          long index = ledger.append("tick", actor, Json.object().put("i", i));
          assertEquals(i, ledger.event(index).body().path("i").intValue());
        } else {
          ledger.submit("tick", actor, Json.object().put("i", i));
        }
      }
      return EACH;
    };
  }

  /** Reads events that the head covers, whatever is being published meanwhile. */
  private Callable<Integer> reader(Ledger ledger, int seed) {
    return () -> {
      Random random = new Random(seed);
      int reads = 0;
      while (!done.get() || reads == 0) {
        long size = ledger.size();
        if (size > 0) {
          LedgerEvent event = ledger.event(random.nextLong(size));
          assertTrue(event.actor().startsWith("writer-"));
          reads++;
        }
      }
      return reads;
    };
  }

  /** Each head that is seen continues the one seen before. */
  private Callable<Integer> prover(Ledger ledger) {
    return () -> {
      Checkpoint before = ledger.checkpoint();
      int proofs = 0;
      while (!done.get() || proofs == 0) {
        Checkpoint now = ledger.checkpoint();
        assertTrue(now.size() >= before.size());
        assertTrue(ledger.consistency(before.size(), now.size()).verify(before.root(), now.root()));
        if (now.size() > 0) {
          long last = now.size() - 1;
          byte[] entry = ledger.event(last).toBytes();
          assertTrue(ledger.prove(last, now.size()).verify(entry, now.root()));
        }
        before = now;
        proofs++;
      }
      return proofs;
    };
  }

  /** Another process would see the same: only whole, signed states. */
  private Callable<Integer> outsider(Place place) {
    return () -> {
      long size = 0;
      int opened = 0;
      while (!done.get() || opened == 0) {
        LedgerReader reader = LedgerReader.open(place.ledgerFolder(), place.signingKey.verifyKey());
        assertTrue(reader.size() >= size);
        size = reader.size();
        assertTrue(reader.checkpoint().isSignedBy(place.signingKey.verifyKey()));
        opened++;
      }
      return opened;
    };
  }

  @Test
  void aVerifierFindsNoFaultInALogThatGrows() throws Exception {
    Place place = new Place(folder);
    String key = place.signingKey.verifyKey().text();
    int verified = 0;
    try (Ledger ledger =
            Ledger.open(place.ledgerFolder(), place.signingKey, Instant::now, new QuickDisk());
        var threads = Executors.newSingleThreadExecutor()) {
      Future<Integer> flood = threads.submit(() -> flood(ledger));
      while (!flood.isDone() || verified == 0) {
        Optional<Checkpoint> seen = Optional.of(ledger.checkpoint());
        LedgerReport report = LedgerVerifier.verify(place.ledgerFolder(), key, seen);
        assertEquals(List.of(), report.faults());
        verified++;
      }
      assertEquals(BURSTS * BURST, flood.get());
    }
  }

  /** So many events at once that they are published all the time. */
  private static int flood(Ledger ledger) {
    for (int i = 0; i < BURSTS; i++) {
      CompletionStage<Long> last = ledger.submit("tick", "tester", Json.object().put("i", i));
      for (int k = 1; k < BURST; k++) {
        last = ledger.submit("tick", "tester", Json.object().put("k", k));
      }
      last.toCompletableFuture().join();
    }
    return BURSTS * BURST;
  }

  @Test
  void allSeeOneGrowingLog() throws Exception {
    Place place = new Place(folder);
    List<Future<Integer>> watchers = new ArrayList<>();
    List<Future<Integer>> writers = new ArrayList<>();
    try (Ledger ledger =
            Ledger.open(place.ledgerFolder(), place.signingKey, Instant::now, new QuickDisk());
        var threads = Executors.newCachedThreadPool()) {
      watchers.add(threads.submit(reader(ledger, 1)));
      watchers.add(threads.submit(reader(ledger, 2)));
      watchers.add(threads.submit(prover(ledger)));
      watchers.add(threads.submit(outsider(place)));
      for (int i = 0; i < WRITERS; i++) {
        writers.add(threads.submit(writer(ledger, i)));
      }
      for (Future<Integer> writer : writers) {
        assertEquals(EACH, writer.get());
      }
      done.set(true);
      for (Future<Integer> watcher : watchers) {
        assertTrue(watcher.get() > 0);
      }
    }
    LedgerReport report =
        LedgerVerifier.verify(
            place.ledgerFolder(), place.signingKey.verifyKey().text(), Optional.empty());
    assertEquals(List.of(), report.faults());
    assertEquals(WRITERS * EACH, report.size());
  }
}
