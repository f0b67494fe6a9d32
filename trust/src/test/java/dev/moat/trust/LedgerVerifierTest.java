package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damages a ledger in every way a file can be damaged and looks whether it is found and named. */
class LedgerVerifierTest {
  private static final int SIZE = 300;

  @TempDir Path folder;
  private Place place;
  private final List<Checkpoint> checkpoints = new ArrayList<>();

  @BeforeEach
  void makeLedger() {
    place = new Place(folder);
    try (Ledger ledger = quick(place)) {
      checkpoints.add(ledger.checkpoint());
      for (int i = 0; i < SIZE; i++) {
        ledger.append("tick", "tester", Json.object().put("number", i));
        checkpoints.add(ledger.checkpoint());
      }
    }
  }

  private static Ledger quick(Place place) {
    return Ledger.open(place.ledgerFolder(), place.signingKey, place.clock(), new QuickDisk());
  }

  private LedgerReport verify(Optional<Checkpoint> against) {
    return LedgerVerifier.verify(
        place.ledgerFolder(), place.signingKey.verifyKey().text(), against);
  }

  private LedgerReport verify() {
    return verify(Optional.empty());
  }

  private Path file(String name) {
    return place.ledgerFolder().resolve(name);
  }

  private static Set<String> files(LedgerReport report) {
    return report.faults().stream().map(LedgerReport.Fault::file).collect(Collectors.toSet());
  }

  private void flip(String name, int bit) throws IOException {
    Files.write(file(name), Mutations.flip(Files.readAllBytes(file(name)), bit));
  }

  private int bits(String name) throws IOException {
    return Math.toIntExact(Files.size(file(name)) * 8);
  }

  @Test
  void anUntouchedLedgerHolds() {
    LedgerReport report = verify();
    assertTrue(report.holds());
    assertEquals(SIZE, report.size());
    assertEquals(0, report.journalled());
    assertEquals(place.signingKey.verifyKey().name(), report.origin());
  }

  @Test
  void aCopiedFolderVerifiesWithThePublicKeyAlone() throws IOException {
    Path copy = folder.resolve("copy");
    try (var files = Files.walk(place.ledgerFolder())) {
      for (Path from : files.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(place.ledgerFolder().relativize(from).toString());
        Files.createDirectories(to.getParent());
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    String key = Files.readString(folder.resolve("signing.key.pub"));
    assertEquals(List.of(), LedgerVerifier.verify(copy, key, Optional.empty()).faults());
  }

  @Test
  void everyFlippedBitOfTheCheckpointIsFound() throws IOException {
    byte[] original = Files.readAllBytes(file("checkpoint"));
    for (int bit = 0; bit < original.length * 8; bit++) {
      flip("checkpoint", bit);
      assertEquals(Set.of("checkpoint"), files(verify()), "bit " + bit);
      Files.write(file("checkpoint"), original);
    }
  }

  @Test
  void aFlippedBitOfATileIsFoundWithItsIndex() throws IOException {
    Random random = new Random(3);
    for (String name : List.of("tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1")) {
      byte[] original = Files.readAllBytes(file(name));
      long base = name.startsWith("tile/0/001") ? 256 : 0;
      for (int i = 0; i < 60; i++) {
        int bit = random.nextInt(bits(name));
        flip(name, bit);
        LedgerReport report = verify();
        assertEquals(Set.of(name), files(report));
        assertEquals(OptionalLong.of(base + bit / 256), report.faults().getFirst().index(), name);
        Files.write(file(name), original);
      }
    }
  }

  @Test
  void aFlippedBitOfAnEntryIsFoundWithItsIndex() throws IOException {
    Random random = new Random(4);
    for (String name : List.of("tile/entries/000", "tile/entries/001.p/44")) {
      byte[] original = Files.readAllBytes(file(name));
      int base = name.endsWith("000") ? 0 : 256;
      for (int i = 0; i < 60; i++) {
        int at = random.nextInt(original.length);
        int index = base + entryAt(original, at);
        flip(name, at * 8 + random.nextInt(8));
        LedgerReport report = verify();
        assertEquals(Set.of(name), files(report), "byte " + at);
        assertTrue(
            report.faults().stream()
                .anyMatch(fault -> fault.index().isEmpty() || fault.index().getAsLong() == index),
            () -> report.faults() + " does not name " + index);
        Files.write(file(name), original);
      }
    }
  }

  /** The entry that byte {@code at} belongs to. */
  private static int entryAt(byte[] bundle, int at) {
    int end = 0;
    int index = -1;
    while (end <= at) {
      end += 2 + Byte.toUnsignedInt(bundle[end]) * 256 + Byte.toUnsignedInt(bundle[end + 1]);
      index++;
    }
    return index;
  }

  @Test
  void missingCutAndLengthenedFilesAreFoundAndNamed() throws IOException {
    for (String name :
        List.of(
            "checkpoint",
            "tile/0/000",
            "tile/0/001.p/44",
            "tile/1/000.p/1",
            "tile/entries/000",
            "tile/entries/001.p/44")) {
      byte[] original = Files.readAllBytes(file(name));
      Files.write(file(name), Arrays.copyOf(original, original.length - 1));
      assertEquals(Set.of(name), files(verify()), "cut");
      Files.write(file(name), Arrays.copyOf(original, original.length + 1));
      assertEquals(Set.of(name), files(verify()), "lengthened");
      Files.write(file(name), new byte[0]);
      assertEquals(Set.of(name), files(verify()), "emptied");
      Files.delete(file(name));
      assertEquals(Set.of(name), files(verify()), "deleted");
      Files.write(file(name), original);
    }
    assertTrue(verify().holds());
  }

  @Test
  void anEventPutInPlaceOfAnotherIsFoundInBothAccounts() throws IOException {
    byte[] bundle = Files.readAllBytes(file("tile/entries/000"));
    List<byte[]> entries = new ArrayList<>(Bundle.parse(bundle, 256, "bundle"));
    byte[] forged =
        LedgerDraft.of("tick", "tester", Json.object().put("number", 999)).at(Place.START);
    entries.set(17, forged);
    Files.write(file("tile/entries/000"), Bundle.format(entries));
    byte[] tile = Files.readAllBytes(file("tile/0/000"));
    System.arraycopy(Merkle.leaf(forged), 0, tile, 17 * 32, 32);
    Files.write(file("tile/0/000"), tile);
    byte[] above = Files.readAllBytes(file("tile/1/000.p/1"));
    assertFalse(verify().holds());
    System.arraycopy(Merkle.complete(tile, 0, 256), 0, above, 0, 32);
    Files.write(file("tile/1/000.p/1"), above);
    assertEquals(Set.of("checkpoint"), files(verify()));
  }

  @Test
  void anEarlierCheckpointIsContinued() {
    for (int size : new int[] {0, 1, 17, 255, 256, 257, SIZE}) {
      assertEquals(List.of(), verify(Optional.of(checkpoints.get(size))).faults());
    }
  }

  @Test
  void aLedgerThatWasRolledBackIsFound() throws IOException {
    Checkpoint last = checkpoints.getLast();
    Path other = folder.resolve("other");
    Files.createDirectories(other);
    try (Ledger ledger = Ledger.open(other, place.signingKey, place.clock(), new QuickDisk())) {
      for (int i = 0; i < 200; i++) {
        ledger.append("tick", "tester", Json.object().put("number", i));
      }
    }
    String key = place.signingKey.verifyKey().text();
    LedgerReport report = LedgerVerifier.verify(other, key, Optional.of(last));
    assertEquals(Set.of("checkpoint"), files(report));
    assertTrue(report.faults().getFirst().message().contains("200 events"));
    assertTrue(LedgerVerifier.verify(other, key, Optional.of(checkpoints.get(200))).holds());
  }

  @Test
  void aLedgerThatTellsAnotherStoryIsFound() throws IOException {
    Path other = folder.resolve("other");
    Files.createDirectories(other);
    try (Ledger ledger = Ledger.open(other, place.signingKey, place.clock(), new QuickDisk())) {
      for (int i = 0; i < SIZE + 50; i++) {
        ledger.append("tick", "tester", Json.object().put("number", i == 100 ? -1 : i));
      }
    }
    String key = place.signingKey.verifyKey().text();
    assertTrue(LedgerVerifier.verify(other, key, Optional.of(checkpoints.get(100))).holds());
    LedgerReport report = LedgerVerifier.verify(other, key, Optional.of(checkpoints.get(101)));
    assertEquals(Set.of("checkpoint given"), files(report));
  }

  @Test
  void aCheckpointOfAnotherKeyIsRefused() {
    Place stranger = new Place(folder.resolve("stranger"));
    Checkpoint foreign = Checkpoint.sign(3, Digest.of("x"), stranger.signingKey);
    assertEquals(Set.of("checkpoint given"), files(verify(Optional.of(foreign))));
    LedgerReport report =
        LedgerVerifier.verify(
            place.ledgerFolder(), stranger.signingKey.verifyKey().text(), Optional.empty());
    assertEquals(Set.of("checkpoint"), files(report));
    assertThrows(
        Failure.class,
        () -> LedgerVerifier.verify(place.ledgerFolder(), "not a key", Optional.empty()));
  }

  @Test
  void aFolderWithoutALedgerDoesNotHold() {
    LedgerReport report =
        LedgerVerifier.verify(
            folder.resolve("nothing"), place.signingKey.verifyKey().text(), Optional.empty());
    assertEquals("checkpoint: is missing", report.faults().getFirst().toString());
  }

  /** Leaves what a killed process leaves: events in the journal and no tiles of them. */
  private String journal() throws IOException {
    LedgerDisk disk =
        new QuickDisk() {
          @Override
          void rename(Path from, Path to) throws IOException {
            throw new IOException("killed");
          }
        };
    try (Ledger ledger = Ledger.open(place.ledgerFolder(), place.signingKey, place.clock(), disk)) {
      ledger.append("tick", "tester", Json.object().put("number", 1));
      ledger.append("tick", "tester", Json.object().put("number", 2));
    }
    try (var files = Files.list(file("journal"))) {
      return "journal/" + files.findFirst().orElseThrow().getFileName();
    }
  }

  @Test
  void eventsInTheJournalAreVerifiedToo() throws IOException {
    String name = journal();
    assertEquals("journal/0000000000000000300", name);
    LedgerReport report = verify(Optional.of(checkpoints.getLast()));
    assertEquals(List.of(), report.faults());
    assertEquals(SIZE, report.size());
    assertEquals(2, report.journalled());
    byte[] original = Files.readAllBytes(file(name));
    for (int bit = 0; bit < bits(name); bit += 29) {
      flip(name, bit);
      assertEquals(Set.of(name), files(verify()), "bit " + bit);
      Files.write(file(name), original);
    }
  }

  @Test
  void aDamagedLedgerIsNotOpenedForMore() throws IOException {
    Set<String> refused = new HashSet<>();
    for (String name :
        List.of("checkpoint", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44")) {
      byte[] original = Files.readAllBytes(file(name));
      flip(name, 100);
      Failure failure = assertThrows(Failure.class, () -> quick(place));
      refused.add(failure.getMessage().replaceAll(":.*", ""));
      Files.write(file(name), original);
    }
    assertEquals(
        Set.of(
                "checkpoint",
                "ledger file checkpoint and tiles",
                "ledger file checkpoint",
                "ledger file tile/entries/001.p/44")
            .stream()
            .filter(refused::contains)
            .collect(Collectors.toSet()),
        refused);
    try (Ledger ledger = quick(place)) {
      assertEquals(SIZE, ledger.size());
    }
  }

  @Test
  void readingADamagedEventFailsAndOthersDoNot() throws IOException {
    byte[] bundle = Files.readAllBytes(file("tile/entries/000"));
    int at = Bundle.format(Bundle.parse(bundle, 256, "b").subList(0, 40)).length + 20;
    flip("tile/entries/000", at * 8);
    try (Ledger ledger = quick(place)) {
      Failure failure = assertThrows(Failure.class, () -> ledger.event(40));
      assertTrue(failure.getMessage().contains("tile/entries/000"), failure.getMessage());
      assertTrue(failure.getMessage().contains("event 40"), failure.getMessage());
      assertEquals(39, ledger.event(39).body().path("number").intValue());
      assertEquals(41, ledger.event(41).body().path("number").intValue());
    }
  }

  @Test
  void readingAnEventWhoseProofNeedsADamagedHashFails() throws IOException {
    flip("tile/0/000", 50 * 256);
    LedgerReader reader = LedgerReader.open(place.ledgerFolder(), place.signingKey.verifyKey());
    assertEquals(50, reader.event(50).body().path("number").intValue());
    Failure failure = assertThrows(Failure.class, () -> reader.event(51));
    assertTrue(failure.getMessage().contains("tiles above"), failure.getMessage());
    assertTrue(failure.getMessage().contains("event 51"), failure.getMessage());
  }
}
