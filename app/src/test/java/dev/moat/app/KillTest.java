package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.store.Database;
import dev.moat.store.SqliteDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the pipeline at random moments, each time in a process of its own. */
final class KillTest {
  private static final int KILLS = 20;
  private static final int RUN_SECONDS_MAX = 180;

  @TempDir Path folder;
  private Path home;
  private Path pipeline;

  @BeforeEach
  void prepare() throws IOException {
    home = folder.resolve("home");
    pipeline = folder.resolve("pipeline.yaml");
    TinyModel.write(folder.resolve("model"));
    SampleProject.write(folder.resolve("project"), 24);
    SampleProject.pipeline(pipeline, folder.resolve("project"), folder.resolve("model"));
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx512m",
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.moat.app.Main",
            "run",
            pipeline.toString(),
            "--home",
            home.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(folder.toFile(), "log")))
        .start();
  }

  /** Runs to the end; returns how many milliseconds it took. */
  private long runToEnd() throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process = start();
    assertTrue(process.waitFor(RUN_SECONDS_MAX, TimeUnit.SECONDS), "the run ends");
    assertEquals(0, process.exitValue(), () -> log());
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  private void runAndKillAfter(long millis) throws IOException, InterruptedException {
    Process process = start();
    if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
    }
    assertTrue(process.waitFor(RUN_SECONDS_MAX, TimeUnit.SECONDS), "a killed process ends");
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** When each step that finished did so, by its memo key. */
  private Map<String, Long> finished() {
    Map<String, Long> finished = new TreeMap<>();
    if (Files.exists(home.resolve("moat.db"))) {
      try (Database database =
          SqliteDatabase.open(home.resolve("moat.db"), Installation.migrations())) {
        database
            .query(
                "select memo_key, finished_millis from flow_memo",
                row -> Map.entry(row.text("memo_key"), row.number("finished_millis")))
            .forEach(entry -> finished.put(entry.getKey(), entry.getValue()));
      }
    }
    return finished;
  }

  private void changeSource(int round) throws IOException {
    Path file = folder.resolve("project/Ledger0.java");
    Files.writeString(file, Files.readString(file) + "// round " + round + "\n");
  }

  @Test
  void noFinishedStepIsRedoneAndNothingIsHalfWritten() throws Exception {
    long whole = runToEnd();
    Random random = new Random(20);
    Map<String, Long> before = finished();
    for (int kill = 0; kill < KILLS; kill++) {
      changeSource(kill);
      runAndKillAfter(300 + random.nextLong(Math.max(1, whole)));
      Map<String, Long> after = finished();
      before.forEach(
          (key, millis) -> assertEquals(millis, after.get(key), "step " + key + " was redone"));
      before = after;
    }
    runToEnd();
    Map<String, Long> last = finished();
    before.forEach((key, millis) -> assertEquals(millis, last.get(key), "redone: " + key));
    assertEquals(0, verifyLedger(), "the ledger holds after " + KILLS + " kills");
    assertReleaseHolds();
    assertNothingHalfWritten();
  }

  private int verifyLedger() {
    return Captured.run("ledger", "verify", "--home", home.toString()).status();
  }

  private void assertReleaseHolds() {
    try (Installation on = Installation.open(home, Installation.settings(home, Map.of()))) {
      on.admission
          .verify(on.registry.current("code-assistant").orElseThrow())
          .forEach(link -> assertTrue(link.holds(), link.toString()));
    }
  }

  private void assertNothingHalfWritten() throws IOException {
    try (var files = Files.walk(home.resolve("blobs"))) {
      List<Path> left =
          files.filter(file -> file.getFileName().toString().contains("tmp")).toList();
      assertEquals(List.of(), left.stream().filter(Files::isRegularFile).toList());
    }
  }
}
