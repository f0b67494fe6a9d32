package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class LedgerTest {
  @TempDir Path folder;

  private static JsonNode body(long number) {
    return Json.object().put("number", Math.toIntExact(number));
  }

  private static LedgerReport verify(Place place) {
    return LedgerVerifier.verify(
        place.ledgerFolder(), place.signingKey.verifyKey().text(), Optional.empty());
  }

  /** Appends without waiting for each and waits for the last. */
  private static void fill(Ledger ledger, long from, long to) {
    CompletableFuture<Long> last = CompletableFuture.completedFuture(from);
    for (long i = from; i < to; i++) {
      last = ledger.submit("tick", "tester", body(i)).toCompletableFuture();
    }
    last.join();
  }

  @Test
  void givesBackWhatWasAppended() {
    Place place = new Place(folder);
    try (Ledger ledger = place.ledger()) {
      assertEquals(0, ledger.append("first", "ann", body(7)));
      assertEquals(1, ledger.append("second", "bob", body(8)));
      assertEquals(2, ledger.size());
      assertEquals(new LedgerEvent("first", Place.START, "ann", body(7)), ledger.event(0));
      assertEquals(new LedgerEvent("second", Place.START, "bob", body(8)), ledger.event(1));
    }
  }

  @Test
  void anEmptyLedgerHasASignedCheckpointAndVerifies() {
    Place place = new Place(folder);
    try (Ledger ledger = place.ledger()) {
      assertEquals(0, ledger.size());
      assertTrue(ledger.checkpoint().isSignedBy(place.signingKey.verifyKey()));
      assertEquals(Digest.of(new byte[0]), ledger.checkpoint().root());
    }
    assertEquals(List.of(), verify(place).faults());
  }

  @Test
  void keepsEventsInAnyBodyForm() {
    Place place = new Place(folder);
    JsonNode odd = Json.parse("{\"z\":[1,{\"b\":null,\"a\":\"\\u0000\\\"ü\"}],\"a\":1.5}", "odd");
    try (Ledger ledger = place.ledger()) {
      ledger.append("odd", "Zoë \"Q\"\n", odd);
      assertEquals("Zoë \"Q\"\n", ledger.event(0).actor());
      assertEquals(
          Json.text(Json.parse(Json.canonical(odd), "odd")), Json.text(ledger.event(0).body()));
    }
  }

  @Test
  void entriesAreCanonicalJson() throws Exception {
    Place place = new Place(folder);
    try (Ledger ledger = place.ledger()) {
      ledger.append("odd", "ann", Json.object().put("z", 1).put("a", 2));
    }
    byte[] bundle = Files.readAllBytes(place.ledgerFolder().resolve("tile/entries/000.p/1"));
    byte[] entry = Bundle.parse(bundle, 1, "bundle").getFirst();
    assertEquals(
        "{\"actor\":\"ann\",\"body\":{\"a\":2,\"z\":1},\"time\":\"2026-11-21T03:00:00Z\","
            + "\"type\":\"odd\"}",
        new String(entry, StandardCharsets.UTF_8));
    assertEquals(
        new String(Json.canonical(Json.parse(entry, "entry")), StandardCharsets.UTF_8),
        new String(entry, StandardCharsets.UTF_8));
  }

  @Test
  void eventsSurviveReopening() {
    Place place = new Place(folder);
    long count = 600;
    for (long opened = 0; opened < 6; opened++) {
      try (Ledger ledger = place.ledger()) {
        assertEquals(opened * count, ledger.size());
        fill(ledger, ledger.size(), ledger.size() + count);
        for (long i = 0; i < ledger.size(); i += 97) {
          assertEquals(body(i), ledger.event(i).body());
        }
      }
      assertEquals(List.of(), verify(place).faults());
    }
  }

  @Test
  void sizesAroundTheWidthOfATileReopenAndVerify() {
    for (int size : new int[] {1, 2, 255, 256, 257, 511, 512, 513, 1023}) {
      Place place = new Place(folder.resolve("size" + size));
      Checkpoint before;
      try (Ledger ledger = place.ledger()) {
        fill(ledger, 0, size);
        before = ledger.checkpoint();
      }
      LedgerReport report = verify(place);
      assertEquals(List.of(), report.faults());
      assertEquals(size, report.size());
      assertEquals(0, report.journalled());
      try (Ledger ledger = place.ledger()) {
        assertEquals(before.root(), ledger.checkpoint().root());
        assertEquals(body(size - 1), ledger.event(size - 1).body());
      }
    }
  }

  @Test
  void growsPastTheSecondLevelOfTiles() throws Exception {
    Place place = new Place(folder);
    int size = 65_536 + 300;
    try (Ledger ledger = place.ledger()) {
      for (long from = 0; from < size; from += 8_192) {
        fill(ledger, from, Math.min(size, from + 8_192));
      }
      assertEquals(body(40_000), ledger.event(40_000).body());
    }
    assertTrue(Files.exists(place.ledgerFolder().resolve("tile/2/000.p/1")));
    assertEquals(8_192, Files.size(place.ledgerFolder().resolve("tile/1/000")));
    assertTrue(Files.exists(place.ledgerFolder().resolve("tile/1/001.p/1")));
    assertEquals(List.of(), verify(place).faults());
    try (Ledger ledger = place.ledger()) {
      for (long index : new long[] {0, 255, 256, 65_535, 65_536, size - 1}) {
        assertEquals(body(index), ledger.event(index).body());
      }
      Checkpoint head = ledger.checkpoint();
      assertTrue(ledger.consistency(60_000, size).hashes().size() > 10);
      assertEquals(size, head.size());
    }
  }

  @Test
  void leavesOneWidthOfEachPartialTile() throws Exception {
    Place place = new Place(folder);
    for (int round = 0; round < 5; round++) {
      try (Ledger ledger = place.ledger()) {
        fill(ledger, ledger.size(), ledger.size() + 70);
      }
    }
    try (var files = Files.walk(place.ledgerFolder())) {
      List<String> names =
          files
              .filter(Files::isRegularFile)
              .map(file -> place.ledgerFolder().relativize(file).toString())
              .sorted()
              .toList();
      assertEquals(
          List.of(
              "checkpoint",
              "lock",
              "tile/0/000",
              "tile/0/001.p/94",
              "tile/1/000.p/1",
              "tile/entries/000",
              "tile/entries/001.p/94"),
          names);
    }
  }

  @Test
  void timesNeverGoBackAlthoughTheClockDoes() {
    Place place = new Place(folder);
    List<Instant> times = new ArrayList<>();
    Duration[] jumps = {
      Duration.ofSeconds(5), Duration.ofDays(-400), Duration.ofMillis(1), Duration.ofDays(-1)
    };
    for (Duration jump : jumps) {
      place.now.updateAndGet(now -> now.plus(jump));
      try (Ledger ledger = place.ledger()) {
        ledger.append("tick", "tester", body(1));
        times.add(ledger.event(ledger.size() - 1).time());
        place.now.updateAndGet(now -> now.minusSeconds(60));
        ledger.append("tick", "tester", body(2));
        times.add(ledger.event(ledger.size() - 1).time());
      }
    }
    assertEquals(times.stream().sorted().toList(), times);
    assertEquals(Place.START.plusSeconds(5), times.getLast());
    assertEquals(List.of(), verify(place).faults());
  }

  @Test
  void timesFollowTheClockForward() {
    Place place = new Place(folder);
    try (Ledger ledger = place.ledger()) {
      ledger.append("tick", "tester", body(1));
      place.now.set(Place.START.plusNanos(1_234_567_890));
      ledger.append("tick", "tester", body(2));
      assertEquals(Place.START.plusMillis(1_234), ledger.event(1).time());
    }
  }

  @Test
  void manyCallersGetDistinctIndexesWithoutGaps() throws Exception {
    Place place = new Place(folder);
    long callers = 64;
    long each = 40;
    Set<Long> indexes = new HashSet<>();
    try (Ledger ledger = place.ledger();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Long>>> done = new ArrayList<>();
      for (int c = 0; c < callers; c++) {
        long caller = c;
        done.add(
            threads.submit(
                () -> {
                  List<Long> mine = new ArrayList<>();
                  for (int i = 0; i < each; i++) {
                    long index = ledger.append("tick", "caller-" + caller, body(i));
                    assertEquals("caller-" + caller, ledger.event(index).actor());
                    mine.add(index);
                  }
                  return mine;
                }));
      }
      for (Future<List<Long>> caller : done) {
        List<Long> mine = caller.get();
        assertEquals(mine.stream().sorted().toList(), mine);
        indexes.addAll(mine);
      }
      assertEquals(callers * each, ledger.size());
    }
    assertEquals(callers * each, (long) indexes.size());
    assertEquals(List.of(), verify(place).faults());
  }

  @Test
  void everyCheckpointIsSignedAndContinuesTheOneBefore() {
    Place place = new Place(folder);
    List<Checkpoint> checkpoints = new ArrayList<>();
    try (Ledger ledger = place.ledger()) {
      for (int i = 0; i < 40; i++) {
        checkpoints.add(ledger.checkpoint());
        ledger.append("tick", "tester", body(i));
      }
      Checkpoint head = ledger.checkpoint();
      for (Checkpoint earlier : checkpoints) {
        assertTrue(earlier.isSignedBy(place.signingKey.verifyKey()));
        ConsistencyProof proof = ledger.consistency(earlier.size(), head.size());
        assertTrue(proof.verify(earlier.root(), head.root()));
      }
    }
  }

  @Test
  void provesEventsInEarlierSizesToo() {
    Place place = new Place(folder);
    try (Ledger ledger = place.ledger()) {
      fill(ledger, 0, 300);
      Checkpoint earlier = ledger.checkpoint();
      fill(ledger, 300, 700);
      for (long index : new long[] {0, 1, 255, 256, 299}) {
        byte[] entry = ledger.event(index).toBytes();
        InclusionProof proof = ledger.prove(index, earlier.size());
        assertTrue(proof.verify(entry, earlier.root()));
        assertFalse(proof.verify(entry, ledger.checkpoint().root()));
        assertTrue(ledger.prove(index, ledger.size()).verify(entry, ledger.checkpoint().root()));
      }
    }
  }

  @Test
  void refusesProofsBeyondItsSize() {
    Place place = new Place(folder);
    try (Ledger ledger = place.ledger()) {
      fill(ledger, 0, 3);
      assertThrows(Failure.class, () -> ledger.prove(3, 3));
      assertThrows(Failure.class, () -> ledger.prove(-1, 3));
      assertThrows(Failure.class, () -> ledger.prove(0, 4));
      assertThrows(Failure.class, () -> ledger.consistency(2, 4));
      assertThrows(Failure.class, () -> ledger.consistency(3, 2));
      assertThrows(Failure.class, () -> ledger.consistency(-1, 2));
      Failure missing = assertThrows(Failure.class, () -> ledger.event(3));
      assertInstanceOf(Problem.Missing.class, missing.problem());
      assertThrows(Failure.class, () -> ledger.event(-1));
    }
  }

  @Test
  void refusesAnEventOverSixtyFourKilobytesAndGoesOn() {
    Place place = new Place(folder);
    JsonNode large = Json.object().put("text", "x".repeat(65_535));
    JsonNode fits = Json.object().put("text", "x".repeat(65_400));
    try (Ledger ledger = place.ledger()) {
      Failure failure = assertThrows(Failure.class, () -> ledger.append("big", "ann", large));
      assertTrue(failure.getMessage().contains("65535"), failure.getMessage());
      assertEquals(0, ledger.append("big", "ann", fits));
      assertEquals(fits, ledger.event(0).body());
    }
    assertEquals(List.of(), verify(place).faults());
  }

  @Test
  void refusesMalformedTypesAndActors() {
    Place place = new Place(folder);
    try (Ledger ledger = place.ledger()) {
      for (String type : List.of("", "Upper", "a b", "a\"b", "x".repeat(65), "1st")) {
        assertThrows(Failure.class, () -> ledger.append(type, "ann", body(1)));
      }
      assertThrows(Failure.class, () -> ledger.append("ok", "", body(1)));
      assertThrows(Failure.class, () -> ledger.append("ok", "x".repeat(257), body(1)));
      assertEquals(0, ledger.size());
    }
  }

  @Test
  void refusesASecondWriter() {
    Place place = new Place(folder);
    try (Ledger ledger = place.ledger()) {
      Failure failure = assertThrows(Failure.class, place::ledger);
      assertInstanceOf(Problem.Busy.class, failure.problem());
      assertEquals(0, ledger.append("tick", "tester", body(1)));
    }
    try (Ledger ledger = place.ledger()) {
      assertEquals(1, ledger.size());
    }
  }

  @Test
  void refusesEventsAfterItIsClosed() {
    Place place = new Place(folder);
    Ledger ledger = place.ledger();
    ledger.append("tick", "tester", body(1));
    ledger.close();
    Failure failure = assertThrows(Failure.class, () -> ledger.append("tick", "tester", body(2)));
    assertTrue(failure.getMessage().contains("closed"));
    assertEquals(body(1), ledger.event(0).body());
  }

  @Test
  void finishesAcceptedEventsWhenItIsClosed() {
    Place place = new Place(folder);
    List<CompletableFuture<Long>> accepted = new ArrayList<>();
    Ledger ledger = place.ledger();
    for (int i = 0; i < 3_000; i++) {
      accepted.add(ledger.submit("tick", "tester", body(i)).toCompletableFuture());
    }
    ledger.close();
    for (int i = 0; i < accepted.size(); i++) {
      assertEquals(i, accepted.get(i).join());
    }
    assertEquals(3_000, verify(place).size());
  }

  @Test
  void refusesTheLedgerOfAnotherKey() {
    Place place = new Place(folder.resolve("a"));
    Place other = new Place(folder.resolve("b"));
    place.ledger().close();
    Failure failure =
        assertThrows(
            Failure.class,
            () -> Ledger.open(place.ledgerFolder(), other.signingKey, other.clock()));
    assertInstanceOf(Problem.Tampered.class, failure.problem());
    assertTrue(failure.getMessage().contains("not signed by"), failure.getMessage());
  }

  @Test
  void refusesToStartAnewWhereTheCheckpointIsMissing() throws Exception {
    Place place = new Place(folder);
    try (Ledger ledger = place.ledger()) {
      fill(ledger, 0, 10);
    }
    Files.delete(place.ledgerFolder().resolve("checkpoint"));
    Failure failure = assertThrows(Failure.class, place::ledger);
    assertTrue(failure.getMessage().contains("checkpoint"), failure.getMessage());
  }

  @Test
  void findsTheIndexesOfAType() {
    Place place = new Place(folder);
    try (Ledger ledger = place.ledger()) {
      for (int i = 0; i < 600; i++) {
        String type = i % 100 == 7 ? "rare" : "tick";
        // A body that ends as a rare event does must not be taken for one.
        ledger.submit(type, "tester", Json.object().put("a", "\",\"type\":\"rare\"}"));
      }
      ledger.append("rare", "tester", body(1));
      assertEquals(List.of(7L, 107L, 207L, 307L, 407L, 507L, 600L), ledger.indexesOf("rare", 0));
      assertEquals(List.of(507L, 600L), ledger.indexesOf("rare", 408));
      assertEquals(List.of(), ledger.indexesOf("rare", 601));
    }
    try (Ledger ledger = place.ledger()) {
      assertEquals(List.of(307L, 407L, 507L, 600L), ledger.indexesOf("rare", 300));
    }
  }

  @Test
  void publishesWithinAboutASecondWithoutBeingClosed() throws Exception {
    Place place = new Place(folder);
    CountDownLatch published = new CountDownLatch(2);
    LedgerDisk disk =
        new LedgerDisk() {
          @Override
          void rename(Path from, Path to) throws IOException {
            super.rename(from, to);
            if (to.endsWith("checkpoint")) {
              published.countDown();
            }
          }
        };
    try (Ledger ledger = Ledger.open(place.ledgerFolder(), place.signingKey, place.clock(), disk)) {
      ledger.append("tick", "tester", body(1));
      assertTrue(published.await(20, TimeUnit.SECONDS));
      assertTrue(Files.exists(place.ledgerFolder().resolve("tile/entries/000.p/1")));
    }
  }
}
