package dev.moat.trust;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.trust.LedgerReport.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Verifies a whole ledger from its folder and the public key alone, offline: recomputes every hash
 * from the entries, compares every tile, and says which file and index is wrong.
 *
 * <p>Entries and level-0 tiles are two accounts of the same log. Where they differ, the one whose
 * hashes lead to the signed root is right.
 */
public final class LedgerVerifier {
  private static final int FAULTS_MAX = 100;
  private static final int TRIES_MAX = 100;

  private final Path directory;
  private final LedgerFolder folder;
  private final VerifyKey key;
  private final Optional<Checkpoint> against;
  private final List<Fault> faults = new ArrayList<>();
  private final List<Fault> differences = new ArrayList<>();
  private final Peaks byEntries = new Peaks(0, List.of());
  private final Peaks byTiles = new Peaks(0, List.of());
  private final Map<Integer, byte[]> upper = new HashMap<>();
  private Instant lastTime = Instant.MIN;

  private LedgerVerifier(Path directory, VerifyKey key, Optional<Checkpoint> against) {
    this.directory = directory;
    this.folder = new LedgerFolder(directory);
    this.key = key;
    this.against = against;
  }

  /**
   * Verifies the ledger in {@code directory} that the key signs; with an earlier checkpoint, also
   * that the ledger continues it.
   */
  public static LedgerReport verify(
      Path directory, String publicKeyText, Optional<Checkpoint> against) {
    return new LedgerVerifier(directory, VerifyKey.parse(publicKeyText), against).run();
  }

  /** What the folder has at one moment. */
  private record Snapshot(Checkpoint published, List<Frame> journal) {}

  private LedgerReport run() {
    Optional<Snapshot> snapshot = snapshot();
    if (snapshot.isEmpty()) {
      return new LedgerReport(0, 0, key.name(), faults);
    }
    Checkpoint checkpoint = snapshot.get().published();
    against.filter(earlier -> !earlier.isSignedBy(key)).ifPresent(this::reportForeign);
    for (long i = 0; i * Tile.WIDTH < checkpoint.size(); i++) {
      verifyBundle(i, checkpoint.size());
    }
    judge(checkpoint);
    verifyUpperTiles(checkpoint);
    long journalled = verifyJournal(snapshot.get().journal());
    reportRollback(checkpoint.size() + journalled);
    return new LedgerReport(checkpoint.size(), journalled, checkpoint.origin(), faults);
  }

  /** Looks again while a writer is publishing: a journal read after that begins too late. */
  private Optional<Snapshot> snapshot() {
    for (int tries = 1; ; tries++) {
      Optional<Checkpoint> published = published();
      if (published.isEmpty()) {
        return Optional.empty();
      }
      Optional<Fault> fault = Optional.empty();
      List<Frame> journal = List.of();
      try {
        journal = Journal.read(directory, published.get().size());
      } catch (Failure e) {
        fault = Optional.of(fault(Journal.FOLDER, e));
      } catch (IOException e) {
        fault = Optional.of(Fault.of(Journal.FOLDER, "cannot be read: " + e.getMessage()));
      }
      if (tries == TRIES_MAX || isStill(published.get())) {
        fault.ifPresent(this::report);
        return Optional.of(new Snapshot(published.get(), journal));
      }
    }
  }

  private boolean isStill(Checkpoint published) {
    try {
      return folder.checkpoint().equals(Optional.of(published));
    } catch (Failure _) {
      return false;
    }
  }

  private Optional<Checkpoint> published() {
    try {
      Optional<Checkpoint> checkpoint = folder.checkpoint();
      if (checkpoint.isEmpty()) {
        report(Fault.of(LedgerFolder.CHECKPOINT, "is missing"));
      } else if (!checkpoint.get().isSignedBy(key)) {
        report(Fault.of(LedgerFolder.CHECKPOINT, "is not signed by " + key.name()));
        return Optional.empty();
      }
      return checkpoint;
    } catch (Failure e) {
      report(fault(LedgerFolder.CHECKPOINT, e));
      return Optional.empty();
    }
  }

  private void verifyBundle(long number, long size) {
    Tile bundle = new Tile(Tile.ENTRIES, number);
    Tile tile = new Tile(0, number);
    int width = tile.width(size);
    Optional<byte[]> hashes = hashes(tile, width);
    Optional<List<byte[]>> entries = entries(bundle, width);
    for (int k = 0; k < width; k++) {
      int at = k;
      long index = number * Tile.WIDTH + k;
      Optional<byte[]> byTile = hashes.map(bytes -> slice(bytes, at));
      Optional<byte[]> byEntry = entries.map(list -> Merkle.leaf(list.get(at)));
      entries.ifPresent(list -> checkEvent(bundle.path(width), list.get(at), index));
      byte[] none = Merkle.emptyRoot();
      byEntries.add(byEntry.or(() -> byTile).orElse(none));
      byTiles.add(byTile.or(() -> byEntry).orElse(none));
      if (byEntry.isPresent()
          && byTile.isPresent()
          && !Arrays.equals(byEntry.get(), byTile.get())
          && differences.size() < FAULTS_MAX) {
        differences.add(Fault.at(tile.path(width), index, bundle.path(width)));
      }
      compareWithCheckpoint(index + 1);
    }
  }

  /** Compares the root at the size of the earlier checkpoint with the one it signed. */
  private void compareWithCheckpoint(long size) {
    if (against.isPresent()
        && against.get().size() == size
        && !Digest.ofRaw(byEntries.root()).equals(against.get().root())) {
      report(Fault.of("checkpoint given", "its root at size " + size + " is not this ledger's"));
    }
  }

  private void judge(Checkpoint checkpoint) {
    boolean entriesHold = Digest.ofRaw(byEntries.root()).equals(checkpoint.root());
    boolean tilesHold = Digest.ofRaw(byTiles.root()).equals(checkpoint.root());
    for (Fault difference : differences) {
      long index = difference.index().orElseThrow();
      if (!tilesHold) {
        report(Fault.at(difference.file(), index, "is not the hash of its entry"));
      }
      if (!entriesHold) {
        report(Fault.at(difference.message(), index, "the entry does not have its tile's hash"));
      }
    }
    if (!entriesHold && !tilesHold && faults.isEmpty()) {
      report(Fault.of(LedgerFolder.CHECKPOINT, "its root is not that of the entries"));
    }
  }

  /** Tiles of level 1 and up: each hash must be that of the 256 below it. */
  private void verifyUpperTiles(Checkpoint checkpoint) {
    boolean entriesHold = Digest.ofRaw(byEntries.root()).equals(checkpoint.root());
    long full = checkpoint.size() / Tile.WIDTH;
    for (long i = 0; i < full; i++) {
      Optional<byte[]> byTile = hashes(new Tile(0, i), Tile.WIDTH);
      Optional<byte[]> leaves = entriesHold ? leaves(i).or(() -> byTile) : byTile;
      byte[] hash = leaves.map(l -> Merkle.complete(l, 0, Tile.WIDTH)).orElse(Merkle.emptyRoot());
      verifyUpper(1, i, hash, checkpoint.size());
    }
  }

  private void verifyUpper(int level, long index, byte[] hash, long size) {
    Tile tile = new Tile(level, index / Tile.WIDTH);
    int within = (int) (index % Tile.WIDTH);
    int width = tile.width(size);
    Optional<byte[]> stored = hashes(tile, width);
    if (stored.isPresent() && !Arrays.equals(slice(stored.get(), within), hash)) {
      report(Fault.at(tile.path(width), index, "is not the hash of what is below it"));
    }
    byte[] row = upper.computeIfAbsent(level, _ -> new byte[Tile.WIDTH * Merkle.HASH_BYTES]);
    System.arraycopy(hash, 0, row, within * Merkle.HASH_BYTES, Merkle.HASH_BYTES);
    if (within == Tile.WIDTH - 1) {
      verifyUpper(level + 1, tile.index(), Merkle.complete(row, 0, Tile.WIDTH), size);
    }
  }

  /** The 256 leaf hashes of a full bundle, from its entries. */
  private Optional<byte[]> leaves(long number) {
    return entries(new Tile(Tile.ENTRIES, number), Tile.WIDTH)
        .map(
            entries -> {
              byte[] hashes = new byte[Tile.WIDTH * Merkle.HASH_BYTES];
              for (int k = 0; k < Tile.WIDTH; k++) {
                byte[] leaf = Merkle.leaf(entries.get(k));
                System.arraycopy(leaf, 0, hashes, k * Merkle.HASH_BYTES, Merkle.HASH_BYTES);
              }
              return hashes;
            });
  }

  /** What the journal has beyond the checkpoint must lead to the roots it signs. */
  private long verifyJournal(List<Frame> journal) {
    long count = 0;
    try {
      for (Frame frame : journal) {
        for (byte[] entry : frame.entries()) {
          checkEvent(Journal.FOLDER, entry, byEntries.size());
          byEntries.add(Merkle.leaf(entry));
          compareWithCheckpoint(byEntries.size());
        }
        Checkpoint checkpoint = Checkpoint.parse(frame.note());
        if (!checkpoint.isSignedBy(key)
            || checkpoint.size() != byEntries.size()
            || !checkpoint.root().equals(Digest.ofRaw(byEntries.root()))) {
          report(Fault.at(Journal.FOLDER, frame.first(), "its checkpoint does not hold"));
        }
        count += frame.entries().size();
      }
    } catch (Failure e) {
      report(fault(Journal.FOLDER, e));
    }
    return count;
  }

  private void reportRollback(long size) {
    if (against.isPresent() && against.get().size() > size) {
      report(
          Fault.of(
              LedgerFolder.CHECKPOINT,
              "the ledger has " + size + " events, the checkpoint given " + against.get().size()));
    }
  }

  private void reportForeign(Checkpoint earlier) {
    report(Fault.of("checkpoint given", "it is not signed by " + key.name()));
  }

  private void checkEvent(String file, byte[] entry, long index) {
    try {
      Instant time = LedgerEvent.parse(entry, index).time();
      if (time.isBefore(lastTime)) {
        report(Fault.at(file, index, "is earlier than the event before it"));
      }
      lastTime = time;
    } catch (Failure e) {
      report(Fault.at(file, index, "is not an event"));
    }
  }

  private Optional<byte[]> hashes(Tile tile, int width) {
    try {
      return Optional.of(folder.hashes(tile, width));
    } catch (Failure e) {
      report(fault(tile.path(width), e));
      return Optional.empty();
    }
  }

  private Optional<List<byte[]>> entries(Tile bundle, int width) {
    try {
      return Optional.of(folder.entries(bundle, width));
    } catch (Failure e) {
      report(fault(bundle.path(width), e));
      return Optional.empty();
    }
  }

  /** The failure as a fault of the file it names, or else of {@code file}. */
  private static Fault fault(String file, Failure failure) {
    String message = failure.problem().message();
    return failure.problem() instanceof Problem.Tampered(_, String link)
        ? Fault.of(link, message.substring(message.indexOf(": ") + 2))
        : Fault.of(file, message);
  }

  private static byte[] slice(byte[] hashes, int at) {
    return Arrays.copyOfRange(hashes, at * Merkle.HASH_BYTES, (at + 1) * Merkle.HASH_BYTES);
  }

  private void report(Fault fault) {
    if (faults.size() < FAULTS_MAX && !faults.contains(fault)) {
      faults.add(fault);
    }
  }
}
