package dev.moat.trust;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * The hashes and entries of a ledger: the growing edge in memory, the rest in the folder's files.
 *
 * <p>One thread adds; any thread reads below the size of the head it has read. That is safe without
 * a lock: a tile's array is only written beyond that size, the head is volatile and set last, and a
 * tile or entry leaves memory only after it is on the disk.
 */
final class LedgerTree implements Merkle.Nodes {
  private final LedgerFolder folder;
  private final Map<Tile, byte[]> tiles = new ConcurrentHashMap<>();
  private final Map<Long, byte[]> entries = new ConcurrentHashMap<>();
  private final Peaks peaks;
  private long published;
  private volatile Checkpoint head;

  /** The tree of a published checkpoint; checks that the files give its root. */
  LedgerTree(LedgerFolder folder, Checkpoint checkpoint) {
    this.folder = folder;
    this.head = checkpoint;
    this.published = checkpoint.size();
    loadEdge();
    this.peaks = new Peaks(published, Merkle.peaks(this, published));
    if (!Digest.ofRaw(peaks.root()).equals(checkpoint.root())) {
      throw LedgerFolder.tampered(
          LedgerFolder.CHECKPOINT + " and tiles", "have different roots at size " + published);
    }
    checkEdgeEntries();
  }

  Checkpoint head() {
    return head;
  }

  /** Entries to come, hashed once: what signs them and what adds them both need it. */
  record Growth(List<byte[]> entries, List<byte[]> leaves, long size, Digest root) {
    /** The index of the first of the entries. */
    long first() {
      return size - entries.size();
    }
  }

  /** What the tree would be with these entries after the ones it has. */
  Growth growth(List<byte[]> added) {
    Peaks grown = peaks.copy();
    List<byte[]> leaves = added.stream().map(Merkle::leaf).toList();
    leaves.forEach(grown::add);
    return new Growth(added, leaves, grown.size(), Digest.ofRaw(grown.root()));
  }

  long published() {
    return published;
  }

  /** Adds entries and then shows them all at once under their checkpoint. */
  void add(Growth growth, Checkpoint checkpoint) {
    if (growth.first() != peaks.size()
        || growth.size() != checkpoint.size()
        || !growth.root().equals(checkpoint.root())) {
      throw LedgerFolder.tampered(
          Journal.FOLDER, "its checkpoint of size " + checkpoint.size() + " has another root");
    }
    for (int i = 0; i < growth.entries().size(); i++) {
      long index = peaks.size();
      byte[] leaf = growth.leaves().get(i);
      entries.put(index, growth.entries().get(i));
      setHash(0, index, leaf);
      peaks.add(leaf);
    }
    head = checkpoint;
  }

  byte[] entry(long index) {
    byte[] fresh = entries.get(index);
    if (fresh != null) {
      return fresh;
    }
    Tile bundle = new Tile(Tile.ENTRIES, index / Tile.WIDTH);
    int within = (int) (index % Tile.WIDTH);
    return folder.entries(bundle, Math.max(within + 1, bundle.width(head.size()))).get(within);
  }

  /** Reads the entries from {@code from} to the head in order, a bundle at a time. */
  void forEach(long from, BiConsumer<Long, byte[]> reader) {
    long size = head.size();
    for (long start = from; start < size; start = (start / Tile.WIDTH + 1) * Tile.WIDTH) {
      Tile bundle = new Tile(Tile.ENTRIES, start / Tile.WIDTH);
      int width = bundle.width(size);
      boolean inMemory = entries.containsKey(start) || width < Tile.WIDTH;
      List<byte[]> whole = inMemory ? List.of() : folder.entries(bundle, width);
      for (int k = (int) (start % Tile.WIDTH); k < width; k++) {
        long index = bundle.index() * Tile.WIDTH + k;
        reader.accept(index, inMemory ? entry(index) : whole.get(k));
      }
    }
  }

  @Override
  public byte[] node(int level, long index) {
    int within = level % Tile.HEIGHT;
    long start = index << within;
    byte[] hashes = hashes(new Tile(level / Tile.HEIGHT, start / Tile.WIDTH));
    int offset = (int) (start % Tile.WIDTH) * Merkle.HASH_BYTES;
    return Merkle.complete(hashes, offset, 1 << within);
  }

  private byte[] hashes(Tile tile) {
    byte[] fresh = tiles.get(tile);
    return fresh == null ? folder.hashes(tile, Tile.WIDTH) : fresh;
  }

  private void setHash(int level, long index, byte[] hash) {
    Tile tile = new Tile(level, index / Tile.WIDTH);
    byte[] hashes = tiles.computeIfAbsent(tile, _ -> new byte[Tile.WIDTH * Merkle.HASH_BYTES]);
    int within = (int) (index % Tile.WIDTH);
    System.arraycopy(hash, 0, hashes, within * Merkle.HASH_BYTES, Merkle.HASH_BYTES);
    if (within == Tile.WIDTH - 1) {
      setHash(level + 1, tile.index(), Merkle.complete(hashes, 0, Tile.WIDTH));
    }
  }

  /** What the head has beyond the published files. */
  LedgerEdge edge() {
    Checkpoint now = head;
    Map<Tile, byte[]> hashes = new HashMap<>();
    tiles.forEach(
        (tile, bytes) -> {
          int width = tile.width(now.size());
          if (width > tile.width(published)) { // else its file is there
            hashes.put(tile, Arrays.copyOf(bytes, width * Merkle.HASH_BYTES));
          }
        });
    Map<Tile, List<byte[]>> bundles = new HashMap<>();
    for (long i = published / Tile.WIDTH; published < now.size(); i++) {
      Tile bundle = new Tile(Tile.ENTRIES, i);
      int width = bundle.width(now.size());
      if (width == 0) {
        break;
      }
      List<byte[]> part = new ArrayList<>(width);
      for (int k = 0; k < width; k++) {
        part.add(entry(i * Tile.WIDTH + k));
      }
      bundles.put(bundle, part);
    }
    return new LedgerEdge(now, hashes, bundles);
  }

  /** Forgets what is whole on the disk now that {@code size} events are published. */
  void setPublished(long size) {
    published = size;
    tiles.keySet().removeIf(tile -> tile.width(size) == Tile.WIDTH);
    long edge = size - size % Tile.WIDTH;
    entries.keySet().removeIf(index -> index < edge);
  }

  private void loadEdge() {
    for (int level = 0; published >> (level * Tile.HEIGHT) > 0; level++) {
      Tile tile = new Tile(level, (published >> (level * Tile.HEIGHT)) / Tile.WIDTH);
      int width = tile.width(published);
      if (width > 0) {
        byte[] hashes = folder.hashes(tile, width);
        int bytes = width * Merkle.HASH_BYTES;
        tiles.put(
            tile, Arrays.copyOf(Arrays.copyOf(hashes, bytes), Tile.WIDTH * Merkle.HASH_BYTES));
      }
    }
  }

  private void checkEdgeEntries() {
    long edge = published - published % Tile.WIDTH;
    Tile bundle = new Tile(Tile.ENTRIES, published / Tile.WIDTH);
    int width = bundle.width(published);
    if (width == 0) {
      return;
    }
    List<byte[]> loaded = folder.entries(bundle, width);
    for (int k = 0; k < width; k++) {
      if (!Arrays.equals(Merkle.leaf(loaded.get(k)), node(0, edge + k))) {
        throw LedgerFolder.tampered(
            bundle.path(width), "event " + (edge + k) + " is not the one its tile has the hash of");
      }
      entries.put(edge + k, loaded.get(k));
    }
  }

  /** The bytes of an event, proved to be in the tree of the head. */
  byte[] provedEntry(long index) {
    Checkpoint now = head;
    if (index < 0 || index >= now.size()) {
      throw new Failure(
          new Problem.Missing(
              "ledger event " + index + ": the ledger has " + now.size() + "; give a lower index",
              Long.toString(index)));
    }
    byte[] entry = entry(index);
    if (!prove(index, now.size()).verify(entry, now.root())) {
      boolean tileAgrees = Arrays.equals(Merkle.leaf(entry), node(0, index));
      Tile bundle = new Tile(Tile.ENTRIES, index / Tile.WIDTH);
      throw LedgerFolder.tampered(
          tileAgrees ? "tiles above " + bundle.path() : bundle.path(),
          "event " + index + " is not in the signed tree");
    }
    return entry;
  }

  InclusionProof prove(long index, long size) {
    requireSize(size);
    if (index < 0 || index >= size) {
      throw Failure.invalid(
          "inclusion proof: event " + index + " is not below size " + size + "; correct them");
    }
    return new InclusionProof(index, size, digests(Merkle.inclusion(this, index, size)));
  }

  ConsistencyProof consistency(long first, long second) {
    requireSize(second);
    if (first < 0 || first > second) {
      throw Failure.invalid(
          "consistency proof: " + first + " is not a size up to " + second + "; correct them");
    }
    return new ConsistencyProof(first, second, digests(Merkle.consistency(this, first, second)));
  }

  private void requireSize(long size) {
    if (size < 0 || size > head.size()) {
      throw Failure.invalid(
          "ledger proof: size " + size + " is not one up to " + head.size() + "; correct it");
    }
  }

  private static List<Digest> digests(List<byte[]> hashes) {
    return hashes.stream().map(Digest::ofRaw).toList();
  }
}
