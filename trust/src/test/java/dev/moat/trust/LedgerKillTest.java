package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that appends, as {@code kill -9} does, and looks for every event it was told. */
class LedgerKillTest {
  private static final int KILLS = 12;

  @TempDir Path folder;

  @Test
  void noAcknowledgedEventIsLostWhenTheProcessIsKilled() throws Exception {
    Place place = new Place(folder);
    Random random = new Random(9);
    TreeMap<Long, Integer> acknowledged = new TreeMap<>();
    Optional<Checkpoint> earlier = Optional.empty();
    for (int kill = 0; kill < KILLS; kill++) {
      List<String> lines = runAndKill(kill, 1 + random.nextInt(500));
      for (String line : lines) {
        String[] fields = line.split(" ");
        if (fields[0].equals("checkpoint")) {
          byte[] note = Base64.getDecoder().decode(fields[1]);
          earlier = Optional.of(Checkpoint.parse(new String(note, StandardCharsets.UTF_8)));
        } else {
          acknowledged.put(Long.valueOf(fields[0]), Integer.valueOf(fields[1]));
        }
      }
      assertTrue(acknowledged.size() > kill);
      checkFolderAsItWasLeft(place, earlier);
      checkReopened(place, acknowledged, earlier);
    }
  }

  private void checkFolderAsItWasLeft(Place place, Optional<Checkpoint> earlier) {
    LedgerReport report =
        LedgerVerifier.verify(place.ledgerFolder(), place.signingKey.verifyKey().text(), earlier);
    assertEquals(List.of(), report.faults());
  }

  private void checkReopened(
      Place place, NavigableMap<Long, Integer> acknowledged, Optional<Checkpoint> earlier) {
    try (Ledger ledger = place.ledger()) {
      assertTrue(ledger.size() > acknowledged.lastKey());
      acknowledged.descendingMap().entrySet().stream()
          .limit(600)
          .forEach(
              told ->
                  assertEquals(
                      told.getValue(),
                      ledger.event(told.getKey()).body().path("number").intValue()));
      if (earlier.isPresent()) {
        Checkpoint head = ledger.checkpoint();
        assertTrue(
            ledger
                .consistency(earlier.get().size(), head.size())
                .verify(earlier.get().root(), head.root()));
      }
    }
    checkFolderAsItWasLeft(place, earlier);
  }

  /** What the process had told when it was killed after {@code lines} lines. */
  private List<String> runAndKill(int seed, int lines) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LedgerVictim.class.getName(),
                folder.toString(),
                Integer.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> told = new ArrayList<>();
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        told.add(line);
        if (told.size() == lines) {
          process.toHandle().destroyForcibly();
        }
      }
    }
    process.waitFor();
    assertTrue(told.size() >= lines, "the process ended by itself");
    // The last line may have been cut off by the kill.
    return told.subList(0, told.size() - 1);
  }
}
