package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How calls spread over backends. */
class BalanceTest {
  private final FakeTime time = new FakeTime();
  private final SplittableRandom random = new SplittableRandom(9);

  private List<RouteTarget> targets(int... weights) {
    List<RouteTarget> targets = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      BackendState state = RouteFixture.state("backend-" + i, weights[i], time);
      targets.add(new RouteTarget(state, new FakeBackend()));
    }
    return targets;
  }

  private static Affinity affinity(String tenant, String text) {
    return Affinity.of(RouteFixture.call(text).of(tenant), 1024);
  }

  private Map<String, Integer> spread(Balance balance, List<RouteTarget> targets, int calls) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < calls; i++) {
      RouteTarget chosen = balance.choose(targets, affinity("t", "text " + i), random);
      counts.merge(chosen.state().name(), 1, Integer::sum);
    }
    return counts;
  }

  private static void assertNear(double expected, double found) {
    assertTrue(Math.abs(expected - found) < 0.1 * expected, expected + " but " + found);
  }

  @Test
  void weightsAreShares() {
    for (Balance balance : List.of(Balance.WEIGHTED, Balance.STICKY)) {
      List<RouteTarget> targets = targets(1, 3);
      if (balance == Balance.STICKY) {
        targets.forEach(target -> open(target, 4 * target.state().weight()));
      }
      Map<String, Integer> counts = spread(balance, targets, 8_000);
      assertNear(2_000, counts.getOrDefault("backend-0", 0));
      assertNear(6_000, counts.getOrDefault("backend-1", 0));
    }
  }

  private static void open(RouteTarget target, int calls) {
    for (int i = 0; i < calls; i++) {
      CircuitBreaker.Permit _ = target.state().admit().orElseThrow();
    }
  }

  @Test
  void theLessLoadedOfTwoIsTaken() {
    List<RouteTarget> targets = targets(1, 1);
    open(targets.get(0), 3);
    for (int i = 0; i < 100; i++) {
      assertEquals(targets.get(1), Balance.LEAST_LOADED.choose(targets, Affinity.NONE, random));
    }
    List<RouteTarget> weighted = targets(4, 1);
    open(weighted.get(0), 3);
    open(weighted.get(1), 1);
    assertEquals(weighted.get(0), Balance.LEAST_LOADED.choose(weighted, Affinity.NONE, random));
  }

  @Test
  void powerOfTwoChoicesKeepsLoadsEven() {
    List<RouteTarget> targets = targets(1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    for (int i = 0; i < 1_000; i++) {
      open(Balance.LEAST_LOADED.choose(targets, Affinity.NONE, random), 1);
    }
    assertTrue(
        targets.stream().allMatch(t -> Math.abs(t.state().open() - 100) <= 5),
        targets.stream().map(t -> t.state().open()).toList().toString());
  }

  @Test
  void whatBeginsAlikeGoesToTheSame() {
    List<RouteTarget> targets = targets(1, 1, 1, 1);
    String system = "You are a helpful assistant. ".repeat(60);
    List<RouteTarget> chosen =
        IntStream.range(0, 50)
            .mapToObj(
                i ->
                    Balance.STICKY.choose(targets, affinity("t", system + "question " + i), random))
            .distinct()
            .toList();
    assertEquals(1, chosen.size());
  }

  @Test
  void tenantsShareNoAffinity() {
    List<RouteTarget> targets = targets(1, 1, 1, 1);
    long different =
        IntStream.range(0, 100)
            .filter(
                i ->
                    !Balance.STICKY
                        .choose(targets, affinity("t" + i, "same"), random)
                        .equals(Balance.STICKY.choose(targets, affinity("u" + i, "same"), random)))
            .count();
    assertTrue(different > 50, "different: " + different);
  }

  @Test
  void onlyTheShareOfALostBackendMoves() {
    List<RouteTarget> all = targets(1, 1, 1, 1);
    List<RouteTarget> less = all.subList(0, 3);
    int moved = 0;
    for (int i = 0; i < 2_000; i++) {
      Affinity affinity = affinity("t", "text " + i);
      RouteTarget before = Balance.STICKY.choose(all, affinity, random);
      RouteTarget after = Balance.STICKY.choose(less, affinity, random);
      if (before.equals(after)) {
        continue;
      }
      moved++;
      assertEquals(all.get(3), before, "what was elsewhere stays there");
    }
    assertNear(500, moved);
  }

  @Test
  void noBackendGetsMoreThanItsBound() {
    List<RouteTarget> targets = targets(1, 1, 1, 1);
    Affinity one = affinity("t", "the same for all");
    for (int i = 0; i < 400; i++) {
      open(Balance.STICKY.choose(targets, one, random), 1);
    }
    targets.forEach(t -> assertTrue(t.state().open() <= 126, "open: " + t.state().open()));
  }

  @Test
  void theBeginningIsWhoSpeaksAndWhatUpToItsLength() {
    ModelCall call = RouteFixture.call("abcdef");
    assertEquals("user\nabcdef\n", call.beginning(1_000));
    assertEquals("user\nab", call.beginning(7));
    assertEquals("user\na", call.beginning(6));
    assertEquals("", call.beginning(0));
  }

  @Test
  void affinityIsTheSameOnEveryMachine() {
    BackendState state = RouteFixture.state("backend-0", 1, time);
    assertEquals(affinity("t", "x").score(state), affinity("t", "x").score(state));
    assertNotEquals(affinity("t", "x").score(state), affinity("t", "y").score(state));
    assertTrue(affinity("t", "x").score(state) > 0);
  }

  @Test
  void wordsAreThoseOfTheSettings() {
    assertEquals(Balance.WEIGHTED, Balance.parse("weighted").orElseThrow());
    assertEquals(Balance.LEAST_LOADED, Balance.parse("least-loaded").orElseThrow());
    assertEquals(Balance.STICKY, Balance.parse("sticky").orElseThrow());
    assertTrue(Balance.parse("").isEmpty());
  }

  @Test
  void aBackendTellsWhenItMayBeCalled() {
    BackendState state = RouteFixture.state("x", 1, time);
    assertEquals(Duration.ZERO, state.untilNext());
    state.settle(state.admit().orElseThrow(), CallOutcome.BUSY, Duration.ZERO);
    assertEquals(Duration.ofSeconds(1), state.untilNext(), "it did not say for how long");
    assertTrue(state.admit().isEmpty());
    state.checked(false);
    state.checked(false);
    assertEquals("down", state.condition().word());
    assertEquals(Duration.ofSeconds(5), state.untilNext());
  }
}
