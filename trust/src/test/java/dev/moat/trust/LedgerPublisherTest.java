package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Publishing beside appending: slow disks, failing disks, full queues. */
class LedgerPublisherTest {
  private static final JsonNode BODY = Json.object().put("number", 1);

  @TempDir Path folder;

  /** A disk whose renames, which only publishing does, wait or fail as told. */
  private static final class SlowDisk extends QuickDisk {
    private final CountDownLatch publishing = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private volatile boolean slow;
    private volatile boolean failing;

    @Override
    void rename(Path from, Path to) throws IOException {
      if (failing) {
        throw new IOException("Input/output error");
      }
      if (slow) {
        publishing.countDown();
        try {
          release.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      super.rename(from, to);
    }
  }

  private static Ledger open(Place place, LedgerDisk disk) {
    return Ledger.open(place.ledgerFolder(), place.signingKey, place.clock(), disk);
  }

  private static void check(Place place, long size) {
    LedgerReport report =
        LedgerVerifier.verify(
            place.ledgerFolder(), place.signingKey.verifyKey().text(), Optional.empty());
    assertEquals(List.of(), report.faults());
    assertEquals(size, report.size() + report.journalled());
  }

  private static long journalFiles(Place place) throws IOException {
    Path journal = place.ledgerFolder().resolve("journal");
    if (!Files.isDirectory(journal)) {
      return 0;
    }
    try (var files = Files.list(journal)) {
      return files.count();
    }
  }

  @Test
  void appendingGoesOnWhileTilesAreWritten() throws Exception {
    Place place = new Place(folder);
    SlowDisk disk = new SlowDisk();
    try (Ledger ledger = open(place, disk)) {
      disk.slow = true;
      assertEquals(0, ledger.append("tick", "tester", BODY));
      assertTrue(disk.publishing.await(20, TimeUnit.SECONDS));
      for (int i = 1; i < 50; i++) {
        assertEquals(i, ledger.append("tick", "tester", BODY));
      }
      assertEquals(2, journalFiles(place));
      assertEquals(
          50, LedgerReader.open(place.ledgerFolder(), place.signingKey.verifyKey()).size());
      check(place, 50);
      disk.slow = false;
      disk.release.countDown();
    }
    check(place, 50);
    assertEquals(0, journalFiles(place));
  }

  @Test
  void eventsStayInTheJournalWhileTilesCannotBeWritten() throws Exception {
    Place place = new Place(folder);
    SlowDisk disk = new SlowDisk();
    try (Ledger ledger = open(place, disk)) {
      disk.failing = true;
      for (int round = 0; round < 3; round++) {
        List<CompletableFuture<Long>> told = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
          told.add(ledger.submit("tick", "tester", BODY).toCompletableFuture());
        }
        told.getLast().join();
      }
      assertEquals(15_000, ledger.size());
      assertEquals(BODY, ledger.event(7_000).body());
    }
    LedgerReport report =
        LedgerVerifier.verify(
            place.ledgerFolder(), place.signingKey.verifyKey().text(), Optional.empty());
    assertEquals(List.of(), report.faults());
    assertEquals(0, report.size());
    assertEquals(15_000, report.journalled());
    try (Ledger ledger = open(place, new QuickDisk())) {
      assertEquals(15_000, ledger.size());
      assertEquals(BODY, ledger.event(7_000).body());
    }
    check(place, 15_000);
    assertEquals(0, journalFiles(place));
  }

  @Test
  void aDiskThatWorksAgainPublishesWhatWaited() throws Exception {
    Place place = new Place(folder);
    SlowDisk disk = new SlowDisk();
    try (Ledger ledger = open(place, disk)) {
      disk.failing = true;
      List<CompletableFuture<Long>> told = new ArrayList<>();
      for (int i = 0; i < 9_000; i++) {
        told.add(ledger.submit("tick", "tester", BODY).toCompletableFuture());
      }
      told.getLast().join();
      disk.failing = false;
      ledger.append("tick", "tester", BODY);
    }
    check(place, 9_001);
    assertEquals(0, journalFiles(place));
  }

  @Test
  void aQueueThatIsFullRefusesMoreAtOnce() throws Exception {
    Place place = new Place(folder);
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    class Blocked extends QuickDisk {
      private volatile boolean blocking;

      @Override
      void force(FileChannel channel) throws IOException {
        if (blocking) {
          blocked.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        }
        super.force(channel);
      }
    }
    Blocked disk = new Blocked();
    List<CompletableFuture<Long>> accepted = new ArrayList<>();
    try (Ledger ledger = open(place, disk)) {
      disk.blocking = true;
      accepted.add(ledger.submit("tick", "tester", BODY).toCompletableFuture());
      blocked.await();
      Failure failure =
          assertThrows(
              Failure.class,
              () -> {
                for (int i = 0; i < 100_000; i++) {
                  accepted.add(ledger.submit("tick", "tester", BODY).toCompletableFuture());
                }
              });
      assertInstanceOf(Problem.Busy.class, failure.problem());
      assertFalse(accepted.getFirst().isDone());
      disk.blocking = false;
      release.countDown();
    }
    for (int i = 0; i < accepted.size(); i++) {
      assertEquals(i, accepted.get(i).join());
    }
    check(place, accepted.size());
  }

  @Test
  void everyIndexIsToldExactlyOnce() {
    Place place = new Place(folder);
    List<Long> order = new ArrayList<>();
    try (Ledger ledger = open(place, new QuickDisk())) {
      CompletableFuture<?>[] told = new CompletableFuture<?>[2_000];
      for (int i = 0; i < told.length; i++) {
        told[i] =
            ledger
                .submit("tick", "tester", BODY)
                .thenAccept(
                    index -> {
                      synchronized (order) {
                        order.add(index);
                      }
                    })
                .toCompletableFuture();
      }
      CompletableFuture.allOf(told).join();
    }
    List<Long> sorted;
    synchronized (order) {
      sorted = order.stream().sorted().toList();
    }
    assertEquals(2_000, sorted.size());
    for (int i = 0; i < sorted.size(); i++) {
      assertEquals(i, sorted.get(i));
    }
  }

  @Test
  void theCallerCannotCompleteWhatTheLedgerOwes() {
    Place place = new Place(folder);
    try (Ledger ledger = open(place, new QuickDisk())) {
      CompletableFuture<Long> copy = ledger.submit("tick", "tester", BODY).toCompletableFuture();
      copy.cancel(true);
      assertEquals(1, ledger.append("tick", "tester", BODY));
      assertEquals(2, ledger.size());
    }
  }
}
