package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.store.Database;
import dev.moat.store.SqliteDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that spends, as {@code kill -9} does, and looks at what the row says. */
class SpendKillTest {
  static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-30T12:00:00Z"));
  static final LimitSettings LIMITS = Limits.everyone("usd-per-day: 100");

  private static final long CAP = 100_000_000_000L;
  private static final int KILLS = 3;

  @TempDir Path folder;

  @Test
  void whatWasSpentIsNeverForgottenAndLittleMoreIsLost() throws Exception {
    Random random = new Random(5);
    long before = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      List<String> told = runAndKill(kill, 30 + random.nextInt(100));
      long spent = before + Long.parseLong(told.getLast());
      long row = row();
      assertTrue(row >= spent, "the row has " + row + ", spent are " + spent);
      // A block, what was reserved, and what it spent between its last line and its end.
      assertTrue(row - spent <= CAP / 50, "lost " + (row - spent) + " of " + CAP);
      before = row;
    }
  }

  @Test
  void afterAKillTheBudgetGoesOnFromThereUntilItsCap() throws Exception {
    runAndKill(7, 20);
    long row = row();
    long rest = CAP - row;
    try (Database database = open()) {
      Quotas quotas = Quotas.open(LIMITS, database, CLOCK);
      int tokens = (int) (rest / 1_000);
      assertEquals("insufficient_quota", Limits.refused(quotas, Limits.ask(tokens + 1, 1)).code());
      Quotas next = Quotas.open(LIMITS, database, CLOCK);
      quotas.close();
      Limits.granted(next, Limits.ask(tokens - 2, 1)).settle(Usage.none());
      next.close();
    }
    assertEquals(row, row(), "what was not used is given back");
  }

  private Database open() {
    return SqliteDatabase.open(folder.resolve("moat.db"), Quotas.migrations());
  }

  private long row() {
    try (Database database = open()) {
      return new SqlSpendStore(database).rows(List.of("2026-11-30")).getFirst().leased();
    }
  }

  private List<String> runAndKill(long seed, int lines) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                SpendVictim.class.getName(),
                folder.toString(),
                Long.toString(seed))
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
