package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.serve.Budget.Errand;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** One budget, errand by errand. A block is 100 of the cap of 10,000. */
class BudgetTest {
  private static final long CAP = 10_000;
  private static final long BLOCK = 100;
  private static final long NOW = 1_000_000;

  private final Budget budget = new Budget(new Budget.Name("key:k", "2026-11-30"));

  /** What the row holds, by the errands that were run. */
  private long row;

  private Errand next() {
    return budget.next(CAP, NOW);
  }

  private Errand.Lease nextLease() {
    return assertInstanceOf(Errand.Lease.class, next());
  }

  private long nextChange() {
    return assertInstanceOf(Errand.Change.class, next()).amount();
  }

  private void lease(Errand.Lease errand) {
    lease(errand, CAP, NOW);
  }

  private void lease(Errand.Lease errand, long cap, long now) {
    long granted = Math.clamp(cap - row, 0, errand.amount());
    row += granted;
    budget.leased(errand, new SpendStore.Lease(granted, row), now);
  }

  /** Runs all errands there are. */
  private void runAll() {
    if (!budget.begin(CAP, NOW)) {
      return;
    }
    while (true) {
      switch (next()) {
        case Errand.None _ -> {
          return;
        }
        case Errand.Change(long amount) -> row += amount;
        case Errand.Lease lease -> lease(lease);
      }
    }
  }

  private void roomFor(long amount) {
    var _ = budget.want(amount);
    runAll();
  }

  @Test
  void hasNoRoomBeforeTheFirstLease() {
    assertEquals(0, budget.room(CAP));
    assertTrue(budget.mayGrow(NOW));
    assertFalse(budget.begin(CAP, NOW), "nothing is to be done before somebody wants some");
    assertEquals(OptionalLong.empty(), budget.spent(), "only the row knows");
  }

  @Test
  void leasesWhatIsWantedOrHalfABlock() {
    var _ = budget.want(10);
    assertTrue(budget.begin(CAP, NOW));
    Errand.Lease small = nextLease();
    assertEquals(BLOCK / 2, small.amount());
    lease(small);
    var _ = budget.want(500);
    Errand.Lease large = nextLease();
    assertEquals(450, large.amount(), "what is missing beside the room there is");
    lease(large);
    assertEquals(500, budget.room(CAP));
    assertInstanceOf(Errand.None.class, next());
  }

  @Test
  void oneErrandIsUnderWayAtATime() {
    var _ = budget.want(10);
    assertTrue(budget.begin(CAP, NOW));
    var _ = budget.want(10);
    assertFalse(budget.begin(CAP, NOW), "who runs errands looks for the next one itself");
    lease(nextLease());
    assertInstanceOf(Errand.None.class, next());
    var _ = budget.want(1_000);
    assertTrue(budget.begin(CAP, NOW));
  }

  @Test
  void whoCameWhileALeaseWasMadeWaitsForTheNextOne() {
    CompletableFuture<Void> first = budget.want(300);
    budget.begin(CAP, NOW);
    Errand.Lease one = nextLease();
    CompletableFuture<Void> second = budget.want(400);
    CompletableFuture<Void> third = budget.want(500);
    assertEquals(300, one.amount());
    lease(one);
    one.answer().complete(null);
    assertTrue(first.isDone());
    assertFalse(second.isDone());
    budget.reserve(300);
    Errand.Lease two = nextLease();
    assertEquals(900, two.amount(), "both wishes in one lease");
    lease(two);
    two.answer().complete(null);
    assertTrue(second.isDone() && third.isDone());
  }

  @Test
  void whatWasLeasedForSomebodyIsNotGivenBackBeforeHeComes() {
    roomFor(5_000);
    assertEquals(5_000, budget.room(CAP));
    budget.reserve(1_000);
    budget.settle(1_000, 0);
    runAll();
    assertEquals(4_050, budget.room(CAP), "4,000 are promised still");
    budget.reserve(4_000);
    budget.settle(4_000, 0);
    runAll();
    assertEquals(BLOCK / 2, budget.room(CAP));
    assertEquals(BLOCK / 2, row);
  }

  @Test
  void aPromiseThatNobodyTakesUpEnds() {
    roomFor(5_000);
    assertFalse(budget.begin(CAP, NOW + 999));
    assertTrue(budget.begin(CAP, NOW + 1_000));
    assertEquals(
        BLOCK / 2 - 5_000,
        assertInstanceOf(Errand.Change.class, budget.next(CAP, NOW + 1_000)).amount());
  }

  @Test
  void moreThanABlockIsGivenBackAndABlockIsKept() {
    roomFor(BLOCK);
    budget.reserve(BLOCK);
    budget.settle(BLOCK, 0);
    assertFalse(budget.begin(CAP, NOW), "a block of room is kept");
    var _ = budget.want(BLOCK + 1);
    runAll();
    budget.reserve(BLOCK + 1);
    budget.settle(BLOCK + 1, 0);
    runAll();
    assertEquals(BLOCK / 2, budget.room(CAP), "more is not");
  }

  @Test
  void theNextLeaseIsMadeBeforeItIsMissed() {
    roomFor(BLOCK);
    budget.reserve(BLOCK / 2);
    assertFalse(budget.begin(CAP, NOW));
    budget.reserve(BLOCK / 2 - 24);
    assertTrue(budget.begin(CAP, NOW), "24 are less than a quarter of a block");
    assertEquals(BLOCK / 2, nextLease().amount());
  }

  @Test
  void aRowThatHasNotEnoughIsNotAskedAgainAtOnce() {
    row = CAP - 30;
    var _ = budget.want(50);
    budget.begin(CAP, NOW);
    lease(nextLease());
    assertEquals(30, budget.room(CAP));
    assertEquals(30, budget.unspent(CAP));
    assertFalse(budget.mayGrow(NOW + 999));
    assertTrue(budget.mayGrow(NOW + 1_000));
    assertEquals(OptionalLong.of(CAP - 30), budget.spent());
  }

  @Test
  void whatIsGivenBackMayBeAskedForAtOnce() {
    row = CAP - 2_000;
    roomFor(3_000);
    assertFalse(budget.mayGrow(NOW));
    budget.reserve(2_000);
    budget.settle(2_000, 0);
    budget.begin(CAP, NOW + 2_000);
    assertTrue(
        assertInstanceOf(Errand.Change.class, budget.next(CAP, NOW + 500)).amount() < 0
            || budget.mayGrow(NOW + 2_000));
  }

  @Test
  void moreThanWasReservedIsBookedWhateverTheCapIs() {
    roomFor(CAP);
    budget.reserve(CAP);
    budget.settle(CAP, CAP + 700);
    assertEquals(-700, budget.room(CAP));
    assertTrue(budget.begin(CAP, NOW));
    assertEquals(700, nextChange());
    row += 700;
    assertInstanceOf(Errand.None.class, next());
    assertEquals(CAP + 700, row);
    assertEquals(-700, budget.unspent(CAP));
  }

  @Test
  void aLowerCapBindsAtOnce() {
    roomFor(2_000);
    assertEquals(2_000, budget.room(CAP));
    assertEquals(1_500, budget.room(1_500));
    budget.reserve(1_500);
    assertEquals(0, budget.room(1_500));
  }

  @Test
  void whatOthersHaveLeasedIsNotOurs() {
    row = 4_000;
    roomFor(1_000);
    row += 2_000; // another gateway
    budget.reserve(1_000);
    roomFor(1_000);
    assertEquals(OptionalLong.of(6_000), budget.spent());
    assertEquals(1_000, budget.room(CAP));
    assertEquals(8_000, row);
  }

  @Test
  void aLeaseThatFailedIsNotOursAndWhoWaitsIsTold() {
    CompletableFuture<Void> first = budget.want(10);
    budget.begin(CAP, NOW);
    Errand.Lease errand = nextLease();
    CompletableFuture<Void> second = budget.want(10);
    CompletableFuture<Void> others = budget.failed(errand);
    others.completeExceptionally(new IllegalStateException());
    assertTrue(second.isCompletedExceptionally());
    assertFalse(first.isDone(), "the first is told by its errand");
    assertEquals(0, budget.room(CAP));
    var _ = budget.want(10);
    assertTrue(budget.begin(CAP, NOW), "the next one tries again");
  }

  @Test
  void whatCouldNotBeBookedIsBookedLater() {
    roomFor(100);
    budget.reserve(100);
    budget.settle(100, 300);
    budget.begin(CAP, NOW);
    var _ = budget.failed(next());
    assertEquals(-200, budget.room(CAP), "it is still owed");
    assertTrue(budget.begin(CAP, NOW));
    assertEquals(200, nextChange());
  }

  @Test
  void whatCouldNotBeGivenBackIsLost() {
    roomFor(1_000);
    budget.reserve(1_000);
    budget.settle(1_000, 0);
    budget.begin(CAP, NOW);
    var _ = budget.failed(next());
    assertEquals(BLOCK / 2, budget.room(CAP), "nobody knows whether the row has it again");
  }

  @Test
  void aClosedBudgetGivesAllBackAndKeepsWhatIsUnderWay() {
    roomFor(1_000);
    budget.reserve(400);
    budget.close();
    runAll();
    assertEquals(400, row);
    budget.settle(400, 150);
    runAll();
    assertEquals(150, row);
    assertFalse(budget.begin(CAP, NOW));
  }

  @Test
  void whoWaitsForABudgetThatClosesIsSentOn() {
    CompletableFuture<Void> waiting = budget.want(10);
    budget.close();
    assertTrue(waiting.isDone() && !waiting.isCompletedExceptionally());
  }

  @Test
  void aCapOfNothingLeasesNothing() {
    var _ = budget.want(10);
    assertTrue(budget.begin(0, NOW));
    Errand.Lease errand = assertInstanceOf(Errand.Lease.class, budget.next(0, NOW));
    lease(errand, 0, NOW);
    assertEquals(0, budget.room(0));
    assertFalse(budget.mayGrow(NOW));
    assertInstanceOf(Errand.None.class, budget.next(0, NOW));
  }

  /** Whatever happens in whatever order: the row is never below what is spent and reserved. */
  @Test
  void theRowIsNeverBelowWhatIsSpent() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Budget tried = new Budget(budget.name());
      long leasedRow = 0;
      long spent = 0;
      long now = NOW;
      java.util.ArrayDeque<Long> open = new java.util.ArrayDeque<>();
      for (int i = 0; i < 500; i++) {
        now += random.nextInt(300);
        if (random.nextBoolean()) {
          long amount = random.nextInt(400);
          if (tried.room(CAP) >= amount) {
            tried.reserve(amount);
            open.add(amount);
          } else if (tried.mayGrow(now)) {
            var _ = tried.want(amount);
          }
        } else if (!open.isEmpty()) {
          long amount = open.remove();
          long cost = amount == 0 ? 0 : random.nextLong(amount + 1);
          tried.settle(amount, cost);
          spent += cost;
        }
        if (random.nextInt(3) == 0 && tried.begin(CAP, now)) {
          leasedRow = errands(tried, leasedRow, now);
        }
        long held = open.stream().mapToLong(Long::longValue).sum();
        assertTrue(leasedRow >= spent + held, "seed " + seed + " step " + i);
        assertTrue(leasedRow <= CAP, "seed " + seed + " step " + i);
      }
    }
  }

  private static long errands(Budget tried, long row, long now) {
    long leased = row;
    while (true) {
      switch (tried.next(CAP, now)) {
        case Errand.None _ -> {
          return leased;
        }
        case Errand.Change(long amount) -> leased += amount;
        case Errand.Lease lease -> {
          long granted = Math.clamp(CAP - leased, 0, lease.amount());
          leased += granted;
          tried.leased(lease, new SpendStore.Lease(granted, leased), now);
        }
      }
    }
  }
}
