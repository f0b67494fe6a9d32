package dev.moat.trust;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The append-only, signed log of what happened: a Merkle tree (RFC 6962) in the open C2SP
 * tlog-tiles layout, which anyone with the public key can verify.
 *
 * <p>An event counts once it is in the journal with a signed checkpoint and forced to disk, many
 * events in one group commit; only then its caller is told. Within a second the journal's entries
 * become tiles: first the tiles are made durable, then the checkpoint is replaced, then the journal
 * is deleted. A crash at any point leaves an older checkpoint with all its tiles and a journal from
 * there on, which the next open replays; tiles beyond the checkpoint are written again.
 */
public final class Ledger implements LedgerView, AutoCloseable {
  private final LedgerTree tree;
  private final LedgerWriter writer;
  private final FileChannel lock;

  private Ledger(LedgerTree tree, LedgerWriter writer, FileChannel lock) {
    this.tree = tree;
    this.writer = writer;
    this.lock = lock;
  }

  /** Opens or creates the ledger of {@code key} in {@code directory}, the only writer there. */
  public static Ledger open(Path directory, SigningKey key, InstantSource clock) {
    return open(directory, key, clock, new LedgerDisk());
  }

  static Ledger open(Path directory, SigningKey key, InstantSource clock, LedgerDisk disk) {
    try {
      disk.createFolders(directory);
      FileChannel lock =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        requireAlone(directory, lock);
        createIfAbsent(directory, key, disk);
        LedgerTree tree = LedgerReader.load(directory, key.verifyKey());
        LedgerWriter writer = new LedgerWriter(directory, tree, key, clock, disk);
        writer.start();
        return new Ledger(tree, writer, lock);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw LedgerWriter.broken(directory, e);
    }
  }

  private static void requireAlone(Path directory, FileChannel channel) throws IOException {
    if (tryLock(channel) == null) {
      throw new Failure(
          new Problem.Busy(
              "ledger " + directory + ": another writer has it open; stop that one first",
              Duration.ZERO));
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null;
    }
  }

  private static void createIfAbsent(Path directory, SigningKey key, LedgerDisk disk)
      throws IOException {
    if (Files.exists(directory.resolve(LedgerFolder.CHECKPOINT))) {
      return;
    }
    if (Files.exists(directory.resolve(LedgerFolder.TILES)) || Journal.exists(directory)) {
      throw LedgerFolder.tampered(LedgerFolder.CHECKPOINT, "is missing beside its tiles");
    }
    LedgerPublisher.writeCheckpoint(
        directory, Checkpoint.sign(0, Digest.ofRaw(Merkle.emptyRoot()), key), disk);
  }

  /** Appends an event and returns its index once it is durable. */
  public long append(String type, String actor, JsonNode body) {
    try {
      return writer.submit(LedgerDraft.of(type, actor, body)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Failure failure ? failure : e;
    }
  }

  /**
   * Appends an event without waiting; completes with its index once it is durable. What depends on
   * it runs on the ledger's thread and must not block.
   */
  public CompletionStage<Long> submit(String type, String actor, JsonNode body) {
    return writer.submit(LedgerDraft.of(type, actor, body)).minimalCompletionStage();
  }

  @Override
  public long size() {
    return tree.head().size();
  }

  @Override
  public Checkpoint checkpoint() {
    return tree.head();
  }

  @Override
  public LedgerEvent event(long index) {
    return LedgerEvent.parse(tree.provedEntry(index), index);
  }

  @Override
  public InclusionProof prove(long index, long size) {
    return tree.prove(index, size);
  }

  @Override
  public ConsistencyProof consistency(long first, long second) {
    return tree.consistency(first, second);
  }

  /**
   * The indexes from {@code from} on whose entry ends as one of that type does. A quick search: the
   * events still have to be read, and are proved then.
   */
  List<Long> indexesOf(String type, long from) {
    byte[] ending = LedgerEvent.ending(type);
    List<Long> indexes = new ArrayList<>();
    tree.forEach(
        from,
        (index, entry) -> {
          if (LedgerEvent.endsWith(entry, ending)) {
            indexes.add(index);
          }
        });
    return indexes;
  }

  /** Finishes the accepted events, publishes them as tiles, and lets the folder go. */
  @Override
  public void close() {
    writer.close();
    try {
      lock.close();
    } catch (IOException e) {
      throw Failure.broken("ledger: its lock could not be released; end the process", e);
    }
  }
}
