package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerReaderTest {
  @TempDir Path folder;

  private static LedgerReader read(Place place) {
    return LedgerReader.open(place.ledgerFolder(), place.signingKey.verifyKey());
  }

  @Test
  void seesAcknowledgedEventsBesideTheWriter() {
    Place place = new Place(folder);
    try (Ledger ledger = place.ledger()) {
      for (int i = 0; i < 20; i++) {
        ledger.append("tick", "tester", Json.object().put("number", i));
        LedgerReader reader = read(place);
        assertEquals(i + 1, reader.size());
        assertEquals(ledger.checkpoint(), reader.checkpoint());
        assertEquals(ledger.event(i), reader.event(i));
        assertEquals(ledger.prove(0, i + 1), reader.prove(0, i + 1));
        assertEquals(ledger.consistency(1, i + 1), reader.consistency(1, i + 1));
      }
    }
  }

  @Test
  void staysAtTheSizeItWasOpenedAt() {
    Place place = new Place(folder);
    try (Ledger ledger = place.ledger()) {
      ledger.append("tick", "tester", Json.object());
      LedgerReader reader = read(place);
      ledger.append("tick", "tester", Json.object());
      assertEquals(1, reader.size());
      assertThrows(Failure.class, () -> reader.event(1));
    }
  }

  @Test
  void namesACheckpointThatWasDamaged() throws IOException {
    Place place = new Place(folder);
    place.ledger().close();
    Path file = place.ledgerFolder().resolve("checkpoint");
    byte[] bytes = Files.readAllBytes(file);
    bytes[0] ^= (byte) 0x80;
    Files.write(file, bytes);
    Failure failure = assertThrows(Failure.class, () -> read(place));
    assertInstanceOf(Problem.Tampered.class, failure.problem());
    assertTrue(failure.getMessage().contains("ledger file checkpoint"), failure.getMessage());
  }

  @Test
  void findsAConsistentStateWhileTheWriterPublishes() throws Exception {
    Place place = new Place(folder);
    AtomicBoolean done = new AtomicBoolean();
    place.ledger().close();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int round = 0; round < 25; round++) {
                    try (Ledger ledger =
                        Ledger.open(
                            place.ledgerFolder(),
                            place.signingKey,
                            place.clock(),
                            new QuickDisk())) {
                      for (int i = 0; i < 30; i++) {
                        ledger.append("tick", "tester", Json.object().put("number", i));
                      }
                    }
                  }
                  done.set(true);
                });
    long last = 0;
    int reads = 0;
    while (!done.get()) {
      LedgerReader reader = read(place);
      assertTrue(reader.size() >= last);
      last = reader.size();
      if (last > 0) {
        assertEquals((last - 1) % 30, reader.event(last - 1).body().path("number").intValue());
      }
      reads++;
    }
    writer.join();
    assertEquals(750, read(place).size());
    assertTrue(reads > 0);
  }

  @Test
  void refusesAFolderWithoutALedgerAndAnotherKey() {
    Place place = new Place(folder);
    Failure missing = assertThrows(Failure.class, () -> read(place));
    assertInstanceOf(Problem.Missing.class, missing.problem());
    place.ledger().close();
    VerifyKey other = new Place(folder.resolve("other")).signingKey.verifyKey();
    Failure foreign =
        assertThrows(Failure.class, () -> LedgerReader.open(place.ledgerFolder(), other));
    assertInstanceOf(Problem.Tampered.class, foreign.problem());
  }
}
