package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Counts of what happened lately, and the budget of retries that rests on them. */
class SlidingCountTest {
  private final FakeTime time = new FakeTime();

  @Test
  void forgetsWhatIsOlderThanTheWindow() {
    SlidingCount count = new SlidingCount(Duration.ofSeconds(10), time);
    count.add();
    time.passMillis(8_900);
    count.add();
    assertEquals(2, count.sum());
    time.passMillis(1_100);
    assertEquals(1, count.sum());
    time.passMillis(60_000);
    assertEquals(0, count.sum());
  }

  @Test
  void isNeverMoreThanASliceFromTheTruth() {
    SlidingCount count = new SlidingCount(Duration.ofSeconds(10), time);
    SplittableRandom random = new SplittableRandom(5);
    Deque<Long> truth = new ArrayDeque<>();
    for (int i = 0; i < 5_000; i++) {
      time.passMillis(random.nextInt(300));
      if (random.nextInt(50) == 0) {
        time.passMillis(random.nextInt(20_000));
      }
      count.add();
      truth.add(time.getAsLong());
      long now = time.getAsLong();
      truth.removeIf(at -> now - at > 10_000_000_000L);
      long young = truth.stream().filter(at -> now - at < 9_000_000_000L).count();
      long sum = count.sum();
      assertTrue(young <= sum && sum <= truth.size(), young + " " + sum + " " + truth.size());
    }
  }

  @Test
  void aBudgetIsAShareOfRecentCalls() {
    RetryBudget budget = new RetryBudget(20, time);
    for (int i = 0; i < 1_000; i++) {
      budget.called();
    }
    assertEquals(200, taken(budget));
    time.pass(RetryBudget.WINDOW.plusSeconds(1));
    for (int i = 0; i < 500; i++) {
      budget.called();
    }
    assertEquals(100, taken(budget));
  }

  @Test
  void fewCallsHaveAFewRetriesAll() {
    assertEquals(RetryBudget.FREE, taken(new RetryBudget(20, time)));
    assertEquals(RetryBudget.FREE, taken(new RetryBudget(1, time)));
  }

  @Test
  void aBudgetOfNothingGivesNothing() {
    RetryBudget budget = new RetryBudget(0, time);
    budget.called();
    assertFalse(budget.take());
  }

  private static int taken(RetryBudget budget) {
    int taken = 0;
    while (budget.take()) {
      taken++;
    }
    return taken;
  }
}
