package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.store.Database;
import dev.moat.store.SqliteDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is spent outlives the process, however it ends. */
class SpendTest {
  private static final Budget.Name NAME = new Budget.Name("key:k", "2026-11");
  private static final long CAP = 1_000_000_000;

  private final FakeClock clock = new FakeClock(Instant.parse("2026-11-30T12:00:00Z"));
  @TempDir Path folder;
  private Database database;
  private SqlSpendStore store;

  @BeforeEach
  void open() {
    database = SqliteDatabase.open(folder.resolve("moat.db"), Quotas.migrations());
    store = new SqlSpendStore(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Quotas start() {
    return Quotas.open(Limits.everyone("usd-per-day: 1"), database, clock);
  }

  private long leased() {
    return store.rows(List.of("2026-11-30")).stream().mapToLong(SpendStore.Row::leased).sum();
  }

  @Test
  void leasesNoMoreThanIsLeft() {
    assertEquals(new SpendStore.Lease(60, 60), store.lease(NAME, 60, 100));
    assertEquals(new SpendStore.Lease(40, 100), store.lease(NAME, 60, 100));
    assertEquals(new SpendStore.Lease(0, 100), store.lease(NAME, 1, 100));
    store.add(NAME, -30);
    assertEquals(new SpendStore.Lease(30, 100), store.lease(NAME, 60, 100));
    store.add(NAME, 50);
    assertEquals(new SpendStore.Lease(0, 150), store.lease(NAME, 1, 100));
  }

  @Test
  void periodsAndSubjectsHaveRowsOfTheirOwn() {
    store.lease(NAME, 1, 100);
    store.lease(new Budget.Name("key:k", "2026-12"), 2, 100);
    store.lease(new Budget.Name("key:l", "2026-11"), 3, 100);
    assertEquals(
        List.of(
            new SpendStore.Row("key:k", "2026-11", 1), new SpendStore.Row("key:l", "2026-11", 3)),
        store.rows(List.of("2026-11", "2026-11-01")));
  }

  @Test
  void oldPeriodsAreForgotten() {
    for (String period : List.of("2025-09", "2025-09-30", "2025-10", "2025-10-01", "2026-11")) {
      store.lease(new Budget.Name("key:k", period), 1, 100);
    }
    start().close();
    assertEquals(3, database.query("select * from serve_spend", row -> row.text("period")).size());
  }

  @Test
  void anOrderlyStopGivesBackAllThatIsNotSpent() {
    Quotas quotas = start();
    Limits.granted(quotas, Limits.ask(100, 100)).settle(Limits.exactly(70, 30));
    quotas.close();
    assertEquals(130_000, leased());
  }

  @Test
  void aKilledProcessLosesAtMostABlockAndWhatWasReserved() {
    Quotas killed = start();
    long spent = 0;
    for (int i = 0; i < 200; i++) {
      Reservation reservation = Limits.granted(killed, Limits.ask(1_000, 1_000));
      reservation.settle(Limits.exactly(i, i));
      spent += reservation.charged().getAsLong();
      assertTrue(leased() >= spent, "never less than is spent");
    }
    Limits.granted(killed, Limits.ask(1_000, 1_000));
    long lost = leased() - spent;
    long reserved = 3_000_000;
    assertTrue(lost <= CAP / 100 + reserved + reserved, "lost " + lost);
    Quotas next = start();
    assertEquals(
        Money.text(leased()), next.report().path("limits").path(0).path("used").asString());
    Limits.granted(next, Limits.ask(1_000, 0));
    next.close();
  }

  @Test
  void spendingGoesOnWhereItWasUntilTheCapAndNoFurther() {
    long spent = 0;
    boolean refused = false;
    for (int start = 0; start < 10 && !refused; start++) {
      Quotas quotas = start();
      for (int i = 0; i < 20 && !refused; i++) {
        Quotas.Decision decision = Limits.reserve(quotas, Limits.ask(1_000, 4_000));
        refused = decision instanceof Quotas.Decision.Refused;
        if (decision instanceof Quotas.Decision.Granted(Reservation reservation)) {
          reservation.settle(Limits.exactly(1_000, 4_000));
          spent += reservation.charged().getAsLong();
        }
      }
      quotas.close();
      assertEquals(spent, leased());
    }
    assertTrue(refused);
    assertEquals(CAP / 9_000_000 * 9_000_000, spent, "as many whole calls as the cap pays");
  }

  @Test
  void severalGatewaysShareOneBudget() {
    Quotas one = start();
    Quotas other = start();
    long spent = 0;
    for (int i = 0; i < 400; i++) {
      Quotas.Decision decision = Limits.reserve(i % 2 == 0 ? one : other, Limits.ask(1_000, 4_000));
      if (decision instanceof Quotas.Decision.Granted(Reservation reservation)) {
        reservation.settle(Limits.exactly(1_000, 4_000));
        spent += reservation.charged().getAsLong();
      }
    }
    assertTrue(spent <= CAP && spent > CAP * 9 / 10, "spent " + spent);
    one.close();
    other.close();
    assertEquals(spent, leased());
  }
}
