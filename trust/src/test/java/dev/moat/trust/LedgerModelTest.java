package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does random things to a ledger, keeps a plain list beside it, and compares all the way. */
class LedgerModelTest {
  @TempDir Path folder;

  private final List<LedgerEvent> model = new ArrayList<>();
  private final List<Checkpoint> checkpoints = new ArrayList<>();

  private static Ledger open(Place place) {
    return Ledger.open(place.ledgerFolder(), place.signingKey, place.clock(), new QuickDisk());
  }

  @Test
  void aLedgerBehavesAsAListThatNeverForgets() throws Exception {
    Place place = new Place(folder);
    Random random = new Random(51);
    Ledger ledger = open(place);
    for (int step = 0; step < 600; step++) {
      switch (random.nextInt(12)) {
        case 0 -> {
          ledger.close();
          checkFolder(place);
          ledger = open(place);
        }
        case 1, 2, 3 -> appendMany(ledger, place, random, 1 + random.nextInt(80));
        case 4 -> place.now.updateAndGet(now -> now.plusMillis(random.nextInt(-500, 1000)));
        case 5 -> checkpoints.add(ledger.checkpoint());
        case 6 -> checkReader(place);
        case 7, 8 -> checkProofs(ledger, random);
        default -> checkEvent(ledger, random);
      }
      assertEquals(model.size(), ledger.size());
    }
    ledger.close();
    checkFolder(place);
    assertTrue(model.size() > 3_000, "only " + model.size());
  }

  private void appendMany(Ledger ledger, Place place, Random random, int count) {
    List<CompletableFuture<Long>> told = new ArrayList<>();
    List<LedgerEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String type = "type-" + random.nextInt(5);
      var body = Json.object().put("text", "x".repeat(random.nextInt(300)));
      told.add(ledger.submit(type, "actor", body).toCompletableFuture());
      events.add(new LedgerEvent(type, place.now.get(), "actor", body));
    }
    for (int i = 0; i < count; i++) {
      assertEquals(model.size(), told.get(i).join());
      LedgerEvent event = events.get(i);
      var floor = model.isEmpty() ? event.time() : model.getLast().time();
      var time = event.time().isBefore(floor) ? floor : event.time();
      model.add(new LedgerEvent(event.type(), time, event.actor(), event.body()));
    }
  }

  private void checkEvent(Ledger ledger, Random random) {
    if (model.isEmpty()) {
      return;
    }
    int index = random.nextInt(model.size());
    assertEquals(model.get(index), ledger.event(index));
  }

  private void checkProofs(Ledger ledger, Random random) {
    if (checkpoints.isEmpty()) {
      return;
    }
    Checkpoint head = ledger.checkpoint();
    Checkpoint earlier = checkpoints.get(random.nextInt(checkpoints.size()));
    assertTrue(ledger.consistency(earlier.size(), head.size()).verify(earlier.root(), head.root()));
    if (earlier.size() > 0) {
      long index = random.nextLong(earlier.size());
      LedgerEvent event = model.get(Math.toIntExact(index));
      byte[] entry = event.toBytes();
      assertTrue(ledger.prove(index, earlier.size()).verify(entry, earlier.root()));
      assertTrue(ledger.prove(index, head.size()).verify(entry, head.root()));
    }
  }

  private void checkReader(Place place) {
    LedgerReader reader = LedgerReader.open(place.ledgerFolder(), place.signingKey.verifyKey());
    assertEquals(model.size(), reader.size());
    if (!model.isEmpty()) {
      assertEquals(model.getLast(), reader.event(model.size() - 1));
    }
  }

  /** Our verifier and one that shares no code with it both accept the closed folder. */
  private void checkFolder(Place place) throws Exception {
    String key = Files.readString(folder.resolve("signing.key.pub"));
    Optional<Checkpoint> against =
        checkpoints.isEmpty() ? Optional.empty() : Optional.of(checkpoints.getLast());
    LedgerReport report = LedgerVerifier.verify(place.ledgerFolder(), key, against);
    assertEquals(List.of(), report.faults());
    assertEquals(model.size(), report.size());
    List<byte[]> entries = new TilesClient(place.ledgerFolder(), key).entries();
    assertEquals(model.size(), entries.size());
    for (int i = 0; i < entries.size(); i += 13) {
      assertEquals(model.get(i), LedgerEvent.parse(entries.get(i), i));
    }
  }

  @Test
  void theOtherReaderFindsDamageToo() throws Exception {
    Place place = new Place(folder);
    try (Ledger ledger = open(place)) {
      for (int i = 0; i < 300; i++) {
        ledger.submit("tick", "actor", Json.object().put("number", i));
      }
    }
    String key = place.signingKey.verifyKey().text();
    TilesClient client = new TilesClient(place.ledgerFolder(), key);
    assertEquals(300, client.entries().size());
    for (String name : List.of("checkpoint", "tile/0/000", "tile/entries/001.p/44")) {
      Path file = place.ledgerFolder().resolve(name);
      byte[] good = Files.readAllBytes(file);
      Files.write(file, Mutations.flip(good, 8 * 40));
      assertThrows(RuntimeException.class, client::entries, name);
      Files.write(file, good);
    }
    assertEquals(300, client.entries().size());
  }

  /** In a tree of equal leaves a subtree's hash depends on its height alone. */
  private static Merkle.Nodes equalLeaves() {
    List<byte[]> byLevel = new ArrayList<>();
    byLevel.add(Merkle.leaf(new byte[0]));
    for (int level = 1; level < 62; level++) {
      byLevel.add(Merkle.node(byLevel.getLast(), byLevel.getLast()));
    }
    return (level, _) -> byLevel.get(level);
  }

  @Test
  void proofsHoldInTreesOfAnySize() {
    Merkle.Nodes nodes = equalLeaves();
    Random random = new Random(52);
    for (int i = 0; i < 2_000; i++) {
      long second = 1 + (random.nextLong() >>> (3 + random.nextInt(60)));
      long first = 1 + random.nextLong(second);
      long index = random.nextLong(second);
      Digest newer = Digest.ofRaw(Merkle.root(nodes, second));
      Digest older = Digest.ofRaw(Merkle.root(nodes, first));
      InclusionProof inclusion =
          new InclusionProof(index, second, digests(Merkle.inclusion(nodes, index, second)));
      assertTrue(inclusion.verify(new byte[0], newer));
      assertTrue(inclusion.hashes().size() <= 62);
      ConsistencyProof consistency =
          new ConsistencyProof(first, second, digests(Merkle.consistency(nodes, first, second)));
      assertTrue(consistency.verify(older, newer), first + " " + second);
      assertArrayEquals(
          Merkle.root(nodes, second), new Peaks(second, Merkle.peaks(nodes, second)).root());
    }
  }

  private static List<Digest> digests(List<byte[]> hashes) {
    return hashes.stream().map(Digest::ofRaw).toList();
  }
}
