package dev.moat.trust;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Turns journalled events into tiles and a checkpoint, on a thread of its own so that appending
 * does not wait for it. All methods are for the writer's thread.
 *
 * <p>The order makes a crash harmless: a new journal file begins, the tiles up to the old one's end
 * are written and forced, then the checkpoint is replaced, and only then the old journal file is
 * deleted.
 */
final class LedgerPublisher {
  private static final System.Logger LOG = System.getLogger("dev.moat.trust");
  private static final int DUE_EVENTS = 16_384;
  private static final long DUE_BYTES = 16L << 20;
  private static final long DUE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long UNPUBLISHED_BYTES_MAX = 64L << 20;

  private final Path directory;
  private final LedgerTree tree;
  private final Journal journal;
  private final LedgerDisk disk;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("ledger-publisher").factory());
  private @Nullable Publication current;
  private long unpublishedBytes;
  private long waitingSince = System.nanoTime();

  LedgerPublisher(Path directory, LedgerTree tree, Journal journal, LedgerDisk disk) {
    this.directory = directory;
    this.tree = tree;
    this.journal = journal;
    this.disk = disk;
  }

  /** A publication under way, and how many journalled bytes it will make superfluous. */
  private record Publication(long size, long bytes, CompletableFuture<Void> done) {}

  /** Publishes everything now; the journal is empty afterwards. */
  void publishNow() throws IOException {
    publish(tree.edge());
    tree.setPublished(tree.head().size());
    journal.clear();
  }

  /** Takes note of journalled bytes. */
  void appended(long bytes) {
    if (unpublishedBytes == 0) {
      waitingSince = System.nanoTime();
    }
    unpublishedBytes += bytes;
  }

  /** Whether there is nothing to do until the next event. */
  boolean isIdle() {
    return current == null && unpublishedBytes == 0;
  }

  /** Ends a publication that is done, and begins one that is due. */
  void advance() {
    if (current != null && current.done().isDone()) {
      settle(current);
    }
    long waiting = tree.head().size() - tree.published();
    boolean due =
        waiting >= DUE_EVENTS
            || unpublishedBytes >= DUE_BYTES
            || System.nanoTime() - waitingSince >= DUE_NANOS;
    if (current == null && waiting > 0 && due) {
      begin();
    }
  }

  /**
   * Whether more may be journalled; waits for the publication if the bound is reached, and is false
   * only if publishing fails.
   */
  boolean hasRoom() {
    for (int tries = 0; tries < 2 && unpublishedBytes >= UNPUBLISHED_BYTES_MAX; tries++) {
      if (current == null) {
        begin();
      }
      if (current != null) {
        settle(current);
      }
    }
    return unpublishedBytes < UNPUBLISHED_BYTES_MAX;
  }

  /** Publishes what is left; if that fails, the journal has it for the next time. */
  void close() {
    if (current != null) {
      settle(current);
    }
    try {
      publishNow();
    } catch (IOException e) {
      warn(e);
    }
    thread.shutdown();
  }

  private void begin() {
    try {
      journal.rotate();
    } catch (IOException e) {
      warn(e);
      waitingSince = System.nanoTime();
      return;
    }
    LedgerEdge edge = tree.edge();
    CompletableFuture<Void> done =
        CompletableFuture.runAsync(
            () -> {
              try {
                publish(edge);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            thread);
    current = new Publication(edge.head().size(), unpublishedBytes, done);
  }

  private void settle(Publication publication) {
    try {
      publication.done().join();
      tree.setPublished(publication.size());
      unpublishedBytes -= publication.bytes();
      journal.clearBefore(publication.size());
    } catch (CompletionException | IOException e) {
      // Nothing is lost: the journal still has it. The next publication takes all of it.
      warn(e);
    }
    current = null;
    waitingSince = System.nanoTime();
  }

  private void publish(LedgerEdge edge) throws IOException {
    if (!edge.entries().isEmpty()) {
      disk.writeAll(directory, edge.files());
      writeCheckpoint(directory, edge.head(), disk);
    }
    for (Map.Entry<Tile, Integer> tile : edge.widths().entrySet()) {
      int width = tile.getValue();
      Path partials = directory.resolve(tile.getKey().path() + ".p");
      disk.sweep(partials, width == Tile.WIDTH ? Set.of() : Set.of(Integer.toString(width)));
    }
  }

  static void writeCheckpoint(Path directory, Checkpoint checkpoint, LedgerDisk disk)
      throws IOException {
    byte[] note = checkpoint.note().getBytes(StandardCharsets.UTF_8);
    disk.writeAll(directory, Map.of(LedgerFolder.CHECKPOINT, note));
  }

  private static void warn(Exception cause) {
    LOG.log(System.Logger.Level.WARNING, "ledger tiles could not be written", cause);
  }
}
