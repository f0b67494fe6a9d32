package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an error, a slow disk or an interrupted thread leaves of those who wait for a ledger. */
class LedgerBugTest {
  @TempDir Path folder;

  /** A disk whose every write fails as no disk should, once it is told to. */
  private static final class BuggyDisk extends QuickDisk {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile boolean buggy;

    @Override
    void write(FileChannel channel, ByteBuffer bytes) throws IOException {
      if (!buggy) {
        super.write(channel, bytes);
        return;
      }
      entered.countDown();
      try {
        assertTrue(released.await(10, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      throw new StackOverflowError("a bug");
    }
  }

  private static CompletableFuture<Long> submit(Ledger ledger) {
    return ledger.submit("tick", "tester", Json.object()).toCompletableFuture();
  }

  private static void assertFails(CompletableFuture<Long> future) {
    ExecutionException told =
        assertThrows(ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS));
    assertInstanceOf(Failure.class, told.getCause());
  }

  @Test
  void anErrorFailsTheBatchAndThoseBehindIt() throws Exception {
    Place place = new Place(folder);
    BuggyDisk disk = new BuggyDisk();
    try (Ledger ledger = Ledger.open(place.ledgerFolder(), place.signingKey, place.clock(), disk)) {
      submit(ledger).get(10, TimeUnit.SECONDS);
      disk.buggy = true;
      CompletableFuture<Long> first = submit(ledger);
      assertTrue(disk.entered.await(10, TimeUnit.SECONDS));
      CompletableFuture<Long> second = submit(ledger);
      disk.released.countDown();
      assertFails(first);
      assertFails(second);
    }
  }

  /** A disk that takes its time for every write, once it is told to. */
  private static final class SlowDisk extends QuickDisk {
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean slow;

    @Override
    void write(FileChannel channel, ByteBuffer bytes) throws IOException {
      try {
        assertFalse(slow && never.await(100, TimeUnit.MILLISECONDS));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      super.write(channel, bytes);
    }
  }

  @Test
  void anInterruptedThreadThatClosesWaitsForTheWriterAllTheSame() {
    Place place = new Place(folder);
    SlowDisk disk = new SlowDisk();
    Ledger ledger = Ledger.open(place.ledgerFolder(), place.signingKey, place.clock(), disk);
    disk.slow = true;
    CompletableFuture<Long> done = submit(ledger);
    Thread.currentThread().interrupt();
    ledger.close();
    assertTrue(Thread.interrupted(), "the interrupt must not be lost");
    assertTrue(done.isDone());
  }
}
