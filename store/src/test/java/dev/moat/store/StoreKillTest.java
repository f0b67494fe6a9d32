package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that stores, as {@code kill -9} does, and looks for all that it was told. */
class StoreKillTest {
  private static final int KILLS = 4;
  private static final long STEP = 1_000_000;

  @TempDir Path folder;

  @Test
  void nothingAcknowledgedIsLostAndNothingIsLeftHalfWritten() throws Exception {
    Random random = new Random(31);
    Set<Long> rows = new HashSet<>();
    Set<Long> blobs = new HashSet<>();
    for (int kill = 0; kill < KILLS; kill++) {
      for (String line : runAndKill(kill * STEP, 20 + random.nextInt(150))) {
        String[] fields = line.split(" ");
        (fields[0].equals("rows") ? rows : blobs).add(Long.valueOf(fields[1]));
      }
      checkRows(rows);
      checkBlobs(blobs);
    }
    assertTrue(rows.size() > KILLS && blobs.size() > KILLS);
  }

  private void checkRows(Set<Long> acknowledged) {
    try (Database database =
        SqliteDatabase.open(folder.resolve("rows.db"), List.of(StoreVictim.TABLE))) {
      Set<Long> there =
          new HashSet<>(database.query("select id from row", row -> row.number("id")));
      for (long id : acknowledged) {
        assertTrue(there.contains(id) && there.contains(id + 1), "row " + id);
      }
      for (long id : there) {
        assertTrue(there.contains(id ^ 1), "row " + id + " is there without its pair");
      }
    }
  }

  private void checkBlobs(Set<Long> acknowledged) throws IOException {
    FileKeyService keys = FileKeyService.openOrCreate(folder.resolve("master.key"));
    FileBlobStore blobs = new FileBlobStore(folder.resolve("blobs"), keys);
    for (long number : acknowledged) {
      byte[] bytes = StoreVictim.blob(number);
      assertArrayEquals(bytes, blobs.read(Digest.of(bytes), bytes.length), "blob " + number);
    }
    try (var files = Files.walk(folder.resolve("blobs"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Digest digest = new Digest(file.getFileName().toString());
        assertEquals(digest, Digest.of(blobs.read(digest, 1 << 20)));
      }
    }
  }

  private List<String> runAndKill(long from, int lines) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                StoreVictim.class.getName(),
                folder.toString(),
                Long.toString(from))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
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
