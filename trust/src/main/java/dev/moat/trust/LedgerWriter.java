package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The one thread that orders events, makes them durable and publishes them as tiles. */
final class LedgerWriter {
  private static final System.Logger LOG = System.getLogger("dev.moat.trust");
  private static final int QUEUE_MAX = 65_536;
  private static final long POLL_MILLIS = 100;

  /** From the beginning of one group to that of the next: 2,500 groups a second at most. */
  private static final long GROUP_NANOS_MIN = 400_000;

  private final Path directory;
  private final LedgerTree tree;
  private final SigningKey key;
  private final InstantSource clock;
  private final Journal journal;
  private final LedgerPublisher publisher;
  private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final Pending wake =
      new Pending(LedgerDraft.of("wake", "ledger", Json.object()), new CompletableFuture<>());
  private final Thread thread;
  private Instant last;
  private long groupBegan = System.nanoTime();
  private volatile boolean closing;
  private @Nullable Failure broken;

  LedgerWriter(
      Path directory, LedgerTree tree, SigningKey key, InstantSource clock, LedgerDisk disk)
      throws IOException {
    this.directory = directory;
    this.tree = tree;
    this.key = key;
    this.clock = clock;
    this.journal = new Journal(directory, disk);
    this.publisher = new LedgerPublisher(directory, tree, journal, disk);
    long size = tree.head().size();
    this.last =
        size == 0 ? Instant.EPOCH : LedgerEvent.parse(tree.provedEntry(size - 1), size - 1).time();
    this.thread = Thread.ofPlatform().daemon().name("ledger-writer").unstarted(this::serve);
    publisher.publishNow();
  }

  void start() {
    thread.start();
  }

  /** An event that waits for its group commit. */
  private record Pending(LedgerDraft draft, CompletableFuture<Long> done) {}

  CompletableFuture<Long> submit(LedgerDraft draft) {
    Pending pending = new Pending(draft, new CompletableFuture<>());
    if (closing) {
      throw closed();
    }
    if (!queue.offer(pending)) {
      throw new Failure(
          new Problem.Busy(
              "ledger: " + QUEUE_MAX + " events wait already; try again later",
              Duration.ofSeconds(1)));
    }
    if (closing && queue.remove(pending)) {
      throw closed();
    }
    return pending.done();
  }

  void close() {
    closing = true;
    queue.offer(wake); // a full queue needs no waking
    boolean interrupted = false;
    while (thread.isAlive()) { // also when interrupted: the lock must not go before the writer
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() {
    List<Pending> batch = new ArrayList<>();
    try {
      while (!closing || !queue.isEmpty()) {
        collect(batch);
        if (!batch.isEmpty()) {
          commit(batch);
          batch.clear();
        }
        publisher.advance();
      }
    } catch (RuntimeException | Error e) {
      broken = Failure.broken("ledger " + directory + ": it stopped; see the log", e);
      fail(batch, broken);
      LOG.log(System.Logger.Level.ERROR, "ledger writer ended", e);
    } catch (InterruptedException _) {
      closing = true;
    } finally {
      finish();
    }
  }

  private void collect(List<Pending> batch) throws InterruptedException {
    Pending next =
        publisher.isIdle() ? queue.take() : queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
    int bytes = 0;
    if (next != null && !closing) {
      pace();
    }
    while (next != null && !next.equals(wake)) {
      batch.add(next);
      bytes += next.draft().bytes();
      boolean full = batch.size() == Frame.ENTRIES_MAX || bytes > Frame.ENTRIES_BYTES_MAX;
      next = full ? null : queue.poll();
    }
  }

  /**
   * Lets groups begin so far apart that signing and forcing them takes a bounded share of a
   * processor; an event after a pause does not wait.
   */
  private void pace() {
    long wait = groupBegan + GROUP_NANOS_MIN - System.nanoTime();
    if (wait > 0) {
      LockSupport.parkNanos(wait);
    }
    groupBegan = System.nanoTime();
  }

  /** Signs and writes first, changes the tree in memory after, tells the callers last. */
  private void commit(List<Pending> batch) {
    if (broken != null || !publisher.hasRoom()) {
      fail(batch, broken == null ? unpublishable() : broken);
      return;
    }
    Instant time = now();
    String written = time.toString();
    List<byte[]> entries = new ArrayList<>(batch.size());
    for (Pending pending : batch) {
      entries.add(pending.draft().at(written));
    }
    LedgerTree.Growth growth = tree.growth(entries);
    long first = growth.first();
    Checkpoint checkpoint = Checkpoint.sign(growth.size(), growth.root(), key);
    try {
      publisher.appended(journal.append(new Frame(first, entries, checkpoint.note())));
    } catch (Journal.Unknown e) {
      broken = broken(directory, e);
      fail(batch, broken);
      return;
    } catch (IOException e) {
      fail(batch, broken(directory, e));
      return;
    }
    last = time;
    tree.add(growth, checkpoint);
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).done().complete(first + i);
    }
  }

  /** The clock's time, but never before that of the last event. */
  private Instant now() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return now.isBefore(last) ? last : now;
  }

  private void finish() {
    closing = true;
    try {
      publisher.close();
      journal.close();
    } catch (IOException | RuntimeException | Error e) {
      LOG.log(System.Logger.Level.WARNING, "ledger could not be closed in order", e);
    } finally {
      List<Pending> rest = new ArrayList<>();
      queue.drainTo(rest);
      fail(rest, closed());
    }
  }

  private static void fail(List<Pending> batch, Failure failure) {
    batch.forEach(pending -> pending.done().completeExceptionally(failure));
  }

  static Failure broken(Path directory, IOException cause) {
    String message = String.valueOf(cause.getMessage());
    boolean full = message.contains("No space left") || message.contains("quota exceeded");
    return Failure.broken(
        "ledger "
            + directory
            + ": "
            + (full
                ? "the disk is full; free space and try again"
                : "the disk failed (" + message + "); check it and start again"),
        cause);
  }

  private Failure unpublishable() {
    return Failure.broken(
        "ledger "
            + directory
            + ": its tiles cannot be written, and its journal is full; see the log and check the"
            + " disk",
        new IOException("journal full"));
  }

  private static Failure closed() {
    return Failure.invalid("ledger: it is closed; open it again");
  }
}
