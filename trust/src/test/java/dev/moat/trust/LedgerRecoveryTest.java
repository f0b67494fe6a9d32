package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a crash may leave in the folder, put there by hand, and what the next open makes of it. */
class LedgerRecoveryTest {
  private static final int PUBLISHED = 250;
  private static final int JOURNALLED = 12;

  @TempDir Path folder;
  private Place place;

  /** A ledger of 250 published events and twelve more in the journal, one frame each. */
  @BeforeEach
  void crashBeforePublishing() {
    place = new Place(folder);
    try (Ledger ledger = open(new QuickDisk())) {
      append(ledger, PUBLISHED);
    }
    QuickDisk dying =
        new QuickDisk() {
          @Override
          void rename(Path from, Path to) throws IOException {
            throw new IOException("killed");
          }
        };
    try (Ledger ledger = open(dying)) {
      append(ledger, JOURNALLED);
    }
  }

  private Ledger open(LedgerDisk disk) {
    return Ledger.open(place.ledgerFolder(), place.signingKey, place.clock(), disk);
  }

  private static void append(Ledger ledger, int count) {
    for (int i = 0; i < count; i++) {
      ledger.append("tick", "tester", Json.object().put("number", (int) ledger.size()));
    }
  }

  private Path file(String name) {
    return place.ledgerFolder().resolve(name);
  }

  private Path journal() {
    return file("journal/0000000000000000250");
  }

  private Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (var walk = Files.walk(place.ledgerFolder())) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        files.put(place.ledgerFolder().relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private void restore(Map<String, byte[]> files) throws IOException {
    for (String name : files().keySet()) {
      Files.delete(file(name));
    }
    for (Map.Entry<String, byte[]> entry : files.entrySet()) {
      Path path = file(entry.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, entry.getValue());
    }
  }

  private void checkRecovered(int size) throws IOException {
    try (Ledger ledger = open(new QuickDisk())) {
      assertEquals(size, ledger.size());
      for (int i = 0; i < size; i += i < PUBLISHED - 3 ? 31 : 1) {
        assertEquals(i, ledger.event(i).body().path("number").intValue());
      }
      append(ledger, 20);
    }
    LedgerReport report =
        LedgerVerifier.verify(
            place.ledgerFolder(), place.signingKey.verifyKey().text(), Optional.empty());
    assertEquals(List.of(), report.faults());
    assertEquals(size + 20, report.size());
    assertFalse(Files.exists(file("journal")));
    assertTrue(files().keySet().stream().noneMatch(name -> name.endsWith(".tmp")));
  }

  @Test
  void theJournalIsReplayed() throws IOException {
    checkRecovered(PUBLISHED + JOURNALLED);
  }

  @Test
  void aJournalCutAtAnyByteGivesTheWholeFramesBeforeIt() throws IOException {
    Map<String, byte[]> crashed = files();
    byte[] journal = Files.readAllBytes(journal());
    int frame = journal.length / JOURNALLED;
    Random random = new Random(101);
    for (int i = 0; i < 40; i++) {
      int length = random.nextInt(journal.length);
      restore(crashed);
      Files.write(journal(), Arrays.copyOf(journal, length));
      int whole = 0;
      try (Ledger ledger = open(new QuickDisk())) {
        whole = Math.toIntExact(ledger.size()) - PUBLISHED;
        append(ledger, 1);
      }
      assertTrue(Math.abs(whole - length / frame) <= 1, length + " gave " + whole);
      checkRecovered(PUBLISHED + whole + 1);
    }
  }

  @Test
  void halfWrittenTilesBeyondTheCheckpointAreWrittenAgain() throws IOException {
    for (String name :
        List.of("tile/0/000", "tile/entries/000", "tile/0/001.p/6", "tile/entries/001.p/6")) {
      Files.createDirectories(file(name).getParent());
      Files.write(file(name), new byte[77]);
    }
    Files.createDirectories(file("tile/1/000.p"));
    Files.write(file("tile/1/000.p/1"), new byte[0]);
    checkRecovered(PUBLISHED + JOURNALLED);
  }

  @Test
  void temporaryFilesAreOverwrittenOrGone() throws IOException {
    Files.write(file(".checkpoint.tmp"), new byte[10]);
    Files.write(file("tile/0/000.p/.250.tmp"), new byte[10]);
    Files.write(file("tile/entries/000.p/.251.tmp"), new byte[10]);
    Files.write(file("tile/0/.000.tmp"), new byte[10]);
    Files.write(file("tile/entries/.000.tmp"), new byte[10]);
    checkRecovered(PUBLISHED + JOURNALLED);
  }

  @Test
  void narrowerTilesLeftBehindAreRemoved() throws IOException {
    Files.write(file("tile/0/000.p/13"), new byte[13 * 32]);
    Files.write(file("tile/entries/000.p/13"), new byte[40]);
    checkRecovered(PUBLISHED + JOURNALLED);
    assertFalse(Files.exists(file("tile/0/000.p")));
    assertFalse(Files.exists(file("tile/entries/000.p")));
  }

  @Test
  void aJournalThatWasPublishedButNotDeletedIsSkipped() throws IOException {
    byte[] journal = Files.readAllBytes(journal());
    checkRecovered(PUBLISHED + JOURNALLED);
    Files.createDirectories(file("journal"));
    Files.write(journal(), journal);
    try (Ledger ledger = open(new QuickDisk())) {
      assertEquals(PUBLISHED + JOURNALLED + 20, ledger.size());
    }
    assertFalse(Files.exists(file("journal")));
  }

  @Test
  void anEmptyJournalFileIsNothing() throws IOException {
    Files.write(file("journal/0000000000000000262"), new byte[0]);
    checkRecovered(PUBLISHED + JOURNALLED);
  }

  @Test
  void blocksThatNeverReachedTheDiskEndTheJournal() throws IOException {
    byte[] journal = Files.readAllBytes(journal());
    Arrays.fill(journal, journal.length - 100, journal.length, (byte) 0);
    Files.write(journal(), journal);
    checkRecovered(PUBLISHED + JOURNALLED - 1);
  }

  @Test
  void aJournalOfAnotherLedgerIsRefused() throws IOException {
    Place other = new Place(folder.resolve("other"));
    QuickDisk dying =
        new QuickDisk() {
          private int renames;

          @Override
          void rename(Path from, Path to) throws IOException {
            renames++;
            if (renames > 1) {
              throw new IOException("killed");
            }
            super.rename(from, to);
          }
        };
    try (Ledger ledger =
        Ledger.open(other.ledgerFolder(), other.signingKey, other.clock(), dying)) {
      append(ledger, PUBLISHED + 3);
    }
    byte[] foreign = Files.readAllBytes(other.ledgerFolder().resolve("journal/" + "0".repeat(19)));
    Files.write(journal(), foreign);
    Failure failure = assertThrows(Failure.class, () -> open(new QuickDisk()));
    assertTrue(failure.getMessage().contains("journal"), failure.getMessage());
  }

  @Test
  void framesInAnotherOrderAreRefused() throws IOException {
    FrameReader reader = new FrameReader(Files.readAllBytes(journal()), "journal");
    Frame first = reader.next().orElseThrow();
    Frame second = reader.next().orElseThrow();
    Files.write(journal(), second.format());
    assertThrows(Failure.class, () -> open(new QuickDisk()));
    Files.write(journal(), first.format());
    checkRecovered(PUBLISHED + 1);
  }

  @Test
  void anEntryChangedUnderANewChecksumIsRefused() throws IOException {
    FrameReader reader = new FrameReader(Files.readAllBytes(journal()), "journal");
    Frame good = reader.next().orElseThrow();
    byte[] forged =
        LedgerDraft.of("tick", "mallory", Json.object().put("number", PUBLISHED)).at(Place.START);
    Files.write(journal(), new Frame(good.first(), List.of(forged), good.note()).format());
    Failure failure = assertThrows(Failure.class, () -> open(new QuickDisk()));
    assertTrue(failure.getMessage().contains("another root"), failure.getMessage());
    SigningKey stranger = new Place(folder.resolve("stranger")).signingKey;
    Checkpoint own = Checkpoint.parse(good.note());
    String note = Checkpoint.sign(own.size(), own.root(), stranger).note();
    Files.write(journal(), new Frame(good.first(), good.entries(), note).format());
    Failure unsigned = assertThrows(Failure.class, () -> open(new QuickDisk()));
    assertTrue(unsigned.getMessage().contains("not signed by"), unsigned.getMessage());
  }

  @Test
  void openingAgainAndAgainChangesNothing() throws IOException {
    open(new QuickDisk()).close();
    Map<String, byte[]> before = files();
    for (int i = 0; i < 3; i++) {
      open(new QuickDisk()).close();
      Map<String, byte[]> after = files();
      assertEquals(before.keySet(), after.keySet());
      before.forEach((name, bytes) -> assertTrue(Arrays.equals(bytes, after.get(name)), name));
    }
  }
}
