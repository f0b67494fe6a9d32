package dev.moat.serve;

import dev.moat.store.Database;
import dev.moat.store.SqliteDatabase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/**
 * The process that {@link SpendKillTest} kills: it spends without end and tells its parent how much
 * it has spent in all, and how much was reserved at most meanwhile.
 */
final class SpendVictim {
  private SpendVictim() {}

  public static void main(String[] args) {
    Random random = new Random(Long.parseLong(args[1]));
    try (PrintStream out =
            new PrintStream(
                new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        Database database =
            SqliteDatabase.open(Path.of(args[0]).resolve("moat.db"), Quotas.migrations())) {
      Quotas quotas = Quotas.open(SpendKillTest.LIMITS, database, SpendKillTest.CLOCK);
      long spent = 0;
      while (true) {
        Reservation one = Limits.granted(quotas, Limits.ask(500, 500));
        Reservation other = Limits.granted(quotas, Limits.ask(100, 100));
        one.settle(Limits.exactly(random.nextInt(500), random.nextInt(500)));
        spent += one.charged().getAsLong();
        other.settle(Limits.exactly(random.nextInt(100), random.nextInt(100)));
        spent += other.charged().getAsLong();
        out.println(spent);
      }
    }
  }
}
