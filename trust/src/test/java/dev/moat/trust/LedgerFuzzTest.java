package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder mangled at random: nothing may crash, and nothing false may be told. */
class LedgerFuzzTest {
  private static final int SIZE = 270;

  @TempDir Path folder;
  private Place place;
  private final List<LedgerEvent> events = new ArrayList<>();

  @BeforeEach
  void makeLedger() {
    place = new Place(folder);
    try (Ledger ledger = open()) {
      for (int i = 0; i < SIZE; i++) {
        ledger.append("tick", "tester", Json.object().put("number", i));
      }
      for (int i = 0; i < SIZE; i++) {
        events.add(ledger.event(i));
      }
    }
  }

  private Ledger open() {
    return Ledger.open(place.ledgerFolder(), place.signingKey, place.clock(), new QuickDisk());
  }

  private List<Path> files() throws IOException {
    try (var walk = Files.walk(place.ledgerFolder())) {
      return walk.filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("lock"))
          .sorted()
          .toList();
    }
  }

  /** Mangles one file; returns what it was. */
  private static byte[] mangle(Path file, Random random) throws IOException {
    byte[] good = Files.readAllBytes(file);
    byte[] bad = Mutations.mutate(good, random);
    if (random.nextInt(10) == 0) {
      Files.delete(file);
    } else {
      Files.write(file, bad);
    }
    return good;
  }

  private static boolean isChanged(Path file, byte[] good) throws IOException {
    return !Files.exists(file) || !Arrays.equals(good, Files.readAllBytes(file));
  }

  private LedgerReport verify() {
    return LedgerVerifier.verify(
        place.ledgerFolder(), place.signingKey.verifyKey().text(), Optional.empty());
  }

  @Test
  void theVerifierFindsEveryChangeAndNamesItsFile() throws IOException {
    Random random = new Random(111);
    List<Path> files = files();
    for (int i = 0; i < 500; i++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] good = mangle(file, random);
      LedgerReport report = verify();
      boolean changed = isChanged(file, good);
      String name = place.ledgerFolder().relativize(file).toString();
      if (changed && !isSameCheckpoint(file, good)) {
        assertFalse(report.holds(), name);
        assertTrue(
            report.faults().stream().anyMatch(fault -> fault.file().equals(name)),
            () -> name + " is not in " + report.faults());
      } else {
        assertEquals(List.of(), report.faults());
      }
      Files.write(file, good);
    }
    assertTrue(verify().holds());
  }

  /** A checkpoint with a signature line doubled or added still says and proves the same. */
  private boolean isSameCheckpoint(Path file, byte[] good) {
    if (!file.endsWith("checkpoint") || !Files.exists(file)) {
      return false;
    }
    try {
      Checkpoint now = Checkpoint.parse(Files.readString(file));
      Checkpoint before = Checkpoint.parse(new String(good, StandardCharsets.UTF_8));
      return now.isSignedBy(place.signingKey.verifyKey())
          && now.size() == before.size()
          && now.root().equals(before.root());
    } catch (Failure | IOException e) {
      return false;
    }
  }

  @Test
  void aReaderGivesTheTruthOrFails() throws IOException {
    Random random = new Random(112);
    List<Path> files = files();
    int refused = 0;
    int given = 0;
    for (int i = 0; i < 300; i++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] good = mangle(file, random);
      try {
        LedgerReader reader = LedgerReader.open(place.ledgerFolder(), place.signingKey.verifyKey());
        assertEquals(SIZE, reader.size());
        int index = random.nextInt(SIZE);
        assertEquals(events.get(index), reader.event(index));
        given++;
      } catch (Failure e) {
        refused++;
        assertFalse(e.getMessage().isEmpty());
      }
      Files.write(file, good);
    }
    assertTrue(refused > 50, "refused only " + refused);
    assertTrue(given > 0, "some changes do not touch what is asked for");
  }

  @Test
  void aWriterOpensWithTheTruthOrNotAtAll() throws IOException {
    Random random = new Random(113);
    List<Path> files = files();
    int refused = 0;
    for (int i = 0; i < 150; i++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] good = mangle(file, random);
      try (Ledger ledger = open()) {
        assertEquals(SIZE, ledger.size());
        assertEquals(events.get(SIZE - 1), ledger.event(SIZE - 1));
      } catch (Failure e) {
        refused++;
      }
      Files.write(file, good);
    }
    assertTrue(refused > 40, "refused only " + refused);
    try (Ledger ledger = open()) {
      assertEquals(SIZE, ledger.size());
    }
  }
}
