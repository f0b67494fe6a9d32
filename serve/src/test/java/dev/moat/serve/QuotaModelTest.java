package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Random exchanges against a model that only adds up: no limit is ever passed, and when all have
 * ended nothing is left reserved anywhere.
 */
class QuotaModelTest {
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");
  private static final String DAY = "2026-11-30";
  private static final int KEYS = 4;

  private static final String LIMITS =
      Limits.PRICE
          + """
          gateway:
            answer-tokens-max: 400
          limit:
            house:
              for: everyone
              usd-per-day: 0.05
              concurrent: 20
            keys:
              for: each-key
              usd-per-day: 0.02
              concurrent: 8
            model:
              for: each-model
              usd-per-month: 0.03
          """;

  private final FakeClock clock = new FakeClock(NOON);
  private final FakeSpendStore store = new FakeSpendStore();

  private static Ask random(Random random) {
    List<Subject> subjects = Limits.subjects("k" + random.nextInt(KEYS), "m" + random.nextInt(2));
    int length = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(400);
    return new Ask(subjects, 10, 10, random.nextInt(300), length);
  }

  /** What an honest server counts: no more than was set aside. */
  private static Usage usage(Reservation reservation, Random random) {
    Reservation.Terms terms = reservation.terms();
    return switch (random.nextInt(4)) {
      case 0 -> Usage.none();
      case 1 -> Limits.exactly((int) terms.promptTokens(), (int) terms.answerTokens());
      default ->
          Limits.exactly(
              random.nextInt((int) terms.promptTokens() + 1),
              random.nextInt((int) terms.answerTokens() + 1));
    };
  }

  private static void assertNothingIsHeld(Quotas quotas, Map<String, Long> spent) {
    for (JsonNode row : quotas.report().path("limits")) {
      String subject = row.path("subject").asString();
      if (row.path("kind").asString().equals("concurrent") && row.has("used")) {
        assertEquals("0", row.path("used").asString(), subject);
      } else if (row.has("used")) {
        long used = spent.getOrDefault(subject, 0L);
        assertEquals(Money.text(used), row.path("used").asString(), subject);
      }
    }
  }

  private void assertLeased(Map<String, Long> spent) {
    spent.forEach(
        (subject, amount) -> {
          String period = subject.startsWith("model:") ? "2026-11" : DAY;
          assertEquals(amount, store.leased(subject, period), subject);
        });
  }

  private static List<String> bounded(Ask ask) {
    List<Subject> subjects = ask.subjects();
    return List.of("everyone", subjects.get(4).text(), subjects.get(5).text());
  }

  @Test
  void oneAfterTheOtherTheyAgreeWithTheModelAtEveryStep() {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      Quotas quotas = new Quotas(Limits.of(LIMITS), store, clock);
      Map<String, Long> spent = new HashMap<>();
      Map<String, Long> held = new HashMap<>();
      List<Ask> asks = new ArrayList<>();
      List<Reservation> open = new ArrayList<>();
      clock.pass(Duration.ofDays(31));
      for (int i = 0; i < 300; i++) {
        if (random.nextInt(5) < 3) {
          Ask ask = random(random);
          Quotas.Decision decision = Limits.reserve(quotas, ask);
          if (decision instanceof Quotas.Decision.Granted(Reservation reservation)) {
            asks.add(ask);
            open.add(reservation);
            bounded(ask).forEach(s -> held.merge(s, reservation.terms().cost(), Long::sum));
          }
        } else if (!open.isEmpty()) {
          int which = random.nextInt(open.size());
          Reservation reservation = open.remove(which);
          Ask ask = asks.remove(which);
          reservation.settle(usage(reservation, random));
          long cost = reservation.charged().getAsLong();
          bounded(ask).forEach(s -> held.merge(s, -reservation.terms().cost(), Long::sum));
          bounded(ask).forEach(s -> spent.merge(s, cost, Long::sum));
        }
        assertWithin(spent, held);
        assertTrue(open.size() <= 20);
      }
      open.forEach(reservation -> reservation.settle(Usage.none()));
      assertNothingIsHeld(quotas, spent);
      quotas.close();
    }
  }

  private static void assertWithin(Map<String, Long> spent, Map<String, Long> held) {
    held.forEach(
        (subject, reserved) -> {
          long cap = cap(subject);
          long sum = spent.getOrDefault(subject, 0L) + reserved;
          assertTrue(sum <= cap, subject + " has " + sum + " of " + cap);
        });
  }

  private static long cap(String subject) {
    if (subject.equals("everyone")) {
      return 50_000_000;
    }
    return subject.startsWith("key:") ? 20_000_000 : 30_000_000;
  }

  @Test
  void allAtOnceTheyPassNoCapAndLeakNothing() throws Exception {
    Quotas quotas = new Quotas(Limits.of(LIMITS), store, clock);
    Map<String, AtomicLong> spent = new HashMap<>();
    for (String kind : List.of("key:key-k0", "key:key-k1", "key:key-k2", "key:key-k3")) {
      spent.put(kind, new AtomicLong());
    }
    for (String other : List.of("everyone", "model:m0", "model:m1")) {
      spent.put(other, new AtomicLong());
    }
    AtomicLong open = new AtomicLong();
    AtomicLong granted = new AtomicLong();
    List<Future<?>> callers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(12)) {
      for (int t = 0; t < 12; t++) {
        Random random = new Random(t);
        callers.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 2_000; i++) {
                    exchange(quotas, random, spent, open, granted);
                  }
                }));
      }
      for (Future<?> caller : callers) {
        caller.get(60, TimeUnit.SECONDS);
      }
    }
    Map<String, Long> sums = new HashMap<>();
    spent.forEach((subject, sum) -> sums.put(subject, sum.get()));
    sums.forEach((subject, sum) -> assertTrue(sum <= cap(subject), subject + " " + sum));
    assertTrue(granted.get() > 60, "enough got through to mean something: " + granted);
    assertEquals(0, open.get());
    assertNothingIsHeld(quotas, sums);
    quotas.close();
    assertLeased(sums);
  }

  private void exchange(
      Quotas quotas,
      Random random,
      Map<String, AtomicLong> spent,
      AtomicLong open,
      AtomicLong granted) {
    Ask ask = random(random);
    if (!(Limits.reserve(quotas, ask) instanceof Quotas.Decision.Granted(Reservation made))) {
      if (random.nextInt(50) == 0) {
        clock.pass(Duration.ofMillis(7));
      }
      return;
    }
    granted.incrementAndGet();
    assertTrue(open.incrementAndGet() <= 20);
    Usage usage = usage(made, random);
    open.decrementAndGet();
    made.settle(usage);
    long cost = made.charged().getAsLong();
    bounded(ask).forEach(s -> spent.getOrDefault(s, new AtomicLong()).addAndGet(cost));
  }

  @Test
  void reconfiguringMeanwhileChangesNothingOfThat() throws Exception {
    Quotas quotas = new Quotas(Limits.of(LIMITS), store, clock);
    AtomicLong spent = new AtomicLong();
    List<Future<?>> callers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(5)) {
      for (int t = 0; t < 4; t++) {
        Random random = new Random(t);
        callers.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 1_000; i++) {
                    Ask ask = random(random);
                    if (Limits.reserve(quotas, ask)
                        instanceof Quotas.Decision.Granted(Reservation made)) {
                      made.settle(usage(made, random));
                      spent.addAndGet(made.charged().getAsLong());
                    }
                  }
                }));
      }
      callers.add(
          threads.submit(
              () -> {
                LimitSettings fewer =
                    Limits.of(LIMITS.replace("concurrent: 8", "requests-per-minute: 9"));
                for (int i = 0; i < 200; i++) {
                  quotas.configure(i % 2 == 0 ? fewer : Limits.of(LIMITS));
                }
              }));
      for (Future<?> caller : callers) {
        caller.get(60, TimeUnit.SECONDS);
      }
    }
    assertTrue(spent.get() <= 50_000_000, "spent " + spent);
    quotas.close();
    assertEquals(spent.get(), store.leased("everyone", DAY));
  }
}
