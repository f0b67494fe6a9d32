package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tree in memory and its published files, without the writer's thread. */
class LedgerTreeTest {
  @TempDir Path folder;
  private SigningKey key;
  private final QuickDisk disk = new QuickDisk();

  @BeforeEach
  void makeKey() {
    key = new Place(folder.resolve("place")).signingKey;
  }

  private Path root() {
    return folder.resolve("ledger");
  }

  private static byte[] entry(long index) {
    return ("entry " + index).getBytes(StandardCharsets.UTF_8);
  }

  private LedgerTree empty() {
    return new LedgerTree(
        new LedgerFolder(root()), Checkpoint.sign(0, Digest.ofRaw(Merkle.emptyRoot()), key));
  }

  private void add(LedgerTree tree, int count) {
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(entry(tree.head().size() + i));
    }
    LedgerTree.Growth growth = tree.growth(entries);
    tree.add(growth, Checkpoint.sign(growth.size(), growth.root(), key));
  }

  private void publish(LedgerTree tree) throws IOException {
    disk.writeAll(root(), tree.edge().files());
    tree.setPublished(tree.head().size());
  }

  private LedgerTree reloaded(LedgerTree tree) {
    return new LedgerTree(new LedgerFolder(root()), tree.head());
  }

  private static byte[] naiveRoot(long from, long to) {
    Peaks peaks = new Peaks(0, List.of());
    for (long i = from; i < to; i++) {
      peaks.add(Merkle.leaf(entry(i)));
    }
    return peaks.root();
  }

  @Test
  void everyNodeIsTheRootOfItsLeaves() throws IOException {
    LedgerTree tree = empty();
    add(tree, 700);
    publish(tree);
    add(tree, 100);
    for (int level = 0; level <= 9; level++) {
      for (long index = 0; (index + 1) << level <= 800; index += 1 + (level < 4 ? 37 : 0)) {
        assertArrayEquals(
            naiveRoot(index << level, (index + 1) << level),
            tree.node(level, index),
            level + "/" + index);
      }
    }
  }

  @Test
  void nothingIsVisibleBeforeItsCheckpoint() {
    LedgerTree tree = empty();
    add(tree, 3);
    Checkpoint before = tree.head();
    tree.growth(List.of(entry(3)));
    assertSame(before, tree.head());
    assertThrows(Failure.class, () -> tree.provedEntry(3));
    add(tree, 1);
    assertArrayEquals(entry(3), tree.provedEntry(3));
  }

  @Test
  void aCheckpointThatDoesNotFitTheEntriesIsRefused() {
    LedgerTree tree = empty();
    Checkpoint wrongRoot = Checkpoint.sign(1, Digest.of("x"), key);
    assertThrows(Failure.class, () -> tree.add(first(tree), wrongRoot));
    LedgerTree.Growth growth = first(tree);
    Checkpoint wrongSize = Checkpoint.sign(2, growth.root(), key);
    Failure failure = assertThrows(Failure.class, () -> tree.add(growth, wrongSize));
    assertInstanceOf(Problem.Tampered.class, failure.problem());
    assertEquals(0, tree.head().size());
  }

  @Test
  void entriesThatWereHashedForAnotherSizeAreRefused() {
    LedgerTree tree = empty();
    LedgerTree.Growth late = first(tree);
    add(tree, 1);
    Checkpoint signed = Checkpoint.sign(late.size(), late.root(), key);
    assertThrows(Failure.class, () -> tree.add(late, signed));
    assertEquals(1, tree.head().size());
  }

  @Test
  void aTileThatHasNotGrownIsNotWrittenAgain() throws IOException {
    LedgerTree tree = empty();
    add(tree, 300);
    assertTrue(tree.edge().files().containsKey("tile/1/000.p/1"));
    publish(tree);
    add(tree, 10);
    assertEquals(Set.of("tile/0/001.p/54", "tile/entries/001.p/54"), tree.edge().files().keySet());
  }

  private static LedgerTree.Growth first(LedgerTree tree) {
    return tree.growth(List.of(entry(0)));
  }

  @Test
  void theEdgeIsWhatIsNotOnTheDisk() throws IOException {
    LedgerTree tree = empty();
    assertTrue(tree.edge().files().isEmpty());
    add(tree, 10);
    assertEquals(
        List.of("tile/0/000.p/10", "tile/entries/000.p/10"),
        List.copyOf(tree.edge().files().keySet()));
    publish(tree);
    add(tree, 300);
    assertEquals(
        List.of(
            "tile/0/000",
            "tile/0/001.p/54",
            "tile/1/000.p/1",
            "tile/entries/000",
            "tile/entries/001.p/54"),
        List.copyOf(tree.edge().files().keySet()));
    publish(tree);
    add(tree, 202);
    assertEquals(
        List.of("tile/0/001", "tile/1/000.p/2", "tile/entries/001"),
        List.copyOf(tree.edge().files().keySet()));
    publish(tree);
    assertTrue(tree.edge().entries().isEmpty());
  }

  @Test
  void theEdgeStaysAsItWasWhenMoreIsAdded() throws IOException {
    LedgerTree tree = empty();
    add(tree, 200);
    LedgerEdge edge = tree.edge();
    Map<String, byte[]> before = edge.files();
    add(tree, 500);
    Map<String, byte[]> after = edge.files();
    assertEquals(before.keySet(), after.keySet());
    before.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name), name));
    disk.writeAll(root(), before);
    tree.setPublished(200);
    publish(tree);
    assertArrayEquals(entry(650), reloaded(tree).provedEntry(650));
  }

  @Test
  void aReloadedTreeIsTheSameAndGrowsTheSame() throws IOException {
    for (int size : new int[] {1, 255, 256, 257, 600}) {
      disk.sweep(root().resolve("tile"), Set.of("0", "1", "entries"));
      LedgerTree tree = empty();
      add(tree, size);
      publish(tree);
      LedgerTree again = reloaded(tree);
      add(tree, 300);
      add(again, 300);
      assertEquals(tree.head().root(), again.head().root());
      assertArrayEquals(entry(size), again.provedEntry(size));
      assertArrayEquals(entry(0), again.provedEntry(0));
    }
  }

  @Test
  void entriesAreVisitedInOrderFromMemoryAndDisk() throws IOException {
    LedgerTree tree = empty();
    add(tree, 600);
    publish(tree);
    add(tree, 150);
    for (long from : new long[] {0, 1, 255, 256, 599, 600, 749, 750, 900}) {
      List<Long> seen = new ArrayList<>();
      tree.forEach(
          from,
          (index, entry) -> {
            assertArrayEquals(entry(index), entry);
            seen.add(index);
          });
      assertEquals(Math.max(0, 750 - from), seen.size());
      assertEquals(seen.stream().sorted().toList(), seen);
      assertTrue(seen.isEmpty() || seen.getFirst() == from);
    }
  }

  @Test
  void aWiderTileServesForANarrowerOne() throws IOException {
    LedgerTree tree = empty();
    add(tree, 100);
    Checkpoint early = tree.head();
    add(tree, 60);
    publish(tree);
    LedgerTree old = new LedgerTree(new LedgerFolder(root()), early);
    assertArrayEquals(entry(99), old.provedEntry(99));
    add(tree, 200);
    publish(tree);
    disk.sweep(root().resolve("tile/0/000.p"), Set.of());
    disk.sweep(root().resolve("tile/entries/000.p"), Set.of());
    LedgerTree older = new LedgerTree(new LedgerFolder(root()), early);
    assertArrayEquals(entry(42), older.provedEntry(42));
    assertThrows(Failure.class, () -> older.provedEntry(100));
  }

  @Test
  void tilesOfAnotherLogAreRefused() throws IOException {
    LedgerTree tree = empty();
    add(tree, 300);
    publish(tree);
    Path tile = root().resolve("tile/0/001.p/44");
    byte[] good = Files.readAllBytes(tile);
    Files.write(tile, Mutations.flip(good, 5));
    Failure failure = assertThrows(Failure.class, () -> reloaded(tree));
    assertTrue(failure.getMessage().contains("different roots"), failure.getMessage());
    Files.write(tile, Arrays.copyOf(good, good.length - 32));
    assertThrows(Failure.class, () -> reloaded(tree));
    Files.delete(tile);
    Failure missing = assertThrows(Failure.class, () -> reloaded(tree));
    assertTrue(missing.getMessage().contains("tile/0/001.p/44"), missing.getMessage());
    Files.write(tile, good);
    assertEquals(300, reloaded(tree).head().size());
  }

  @Test
  void anAbsentCheckpointIsEmptyAndABrokenOneFails() throws IOException {
    LedgerFolder files = new LedgerFolder(root());
    assertEquals(Optional.empty(), files.checkpoint());
    Files.createDirectories(root());
    Files.writeString(root().resolve("checkpoint"), "nonsense");
    assertThrows(Failure.class, files::checkpoint);
    Files.delete(root().resolve("checkpoint"));
    Files.createDirectories(root().resolve("checkpoint"));
    Failure failure = assertThrows(Failure.class, files::checkpoint);
    assertInstanceOf(Problem.Broken.class, failure.problem());
  }
}
