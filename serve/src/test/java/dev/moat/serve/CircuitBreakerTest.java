package dev.moat.serve;

import static dev.moat.serve.CircuitBreaker.State.CLOSED;
import static dev.moat.serve.CircuitBreaker.State.HALF_OPEN;
import static dev.moat.serve.CircuitBreaker.State.OPEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Every transition of the breaker, at its exact moment. */
class CircuitBreakerTest {
  private static final Duration FIRST = Duration.ofSeconds(1);

  private final FakeTime time = new FakeTime();
  private final CircuitBreaker breaker =
      new CircuitBreaker(new CircuitBreaker.Limits(Duration.ofSeconds(10), 4, 50, FIRST), time);

  private CircuitBreaker.Permit admitted() {
    return breaker.admit().orElseThrow();
  }

  private void good(int calls) {
    for (int i = 0; i < calls; i++) {
      breaker.succeeded(admitted());
    }
  }

  private void bad(int calls) {
    for (int i = 0; i < calls; i++) {
      breaker.failed(admitted());
    }
  }

  private void assertRefuses() {
    assertFalse(breaker.admits());
    assertTrue(breaker.admit().isEmpty());
  }

  @Test
  void staysClosedWhileCallsAreFew() {
    bad(3);
    assertEquals(CLOSED, breaker.state());
    bad(1);
    assertEquals(OPEN, breaker.state());
    assertRefuses();
  }

  @Test
  void opensAtTheShareOfFailuresAndNotBelow() {
    good(4);
    bad(3);
    assertEquals(CLOSED, breaker.state());
    bad(1);
    assertEquals(OPEN, breaker.state());
  }

  @Test
  void forgetsOldFailures() {
    bad(3);
    time.passMillis(11_000);
    bad(3);
    assertEquals(CLOSED, breaker.state());
  }

  @Test
  void isHalfOpenAfterItsTime() {
    bad(4);
    time.pass(FIRST.minusNanos(1));
    assertEquals(OPEN, breaker.state());
    assertEquals(Duration.ofNanos(1), breaker.untilNext(Duration.ZERO));
    assertRefuses();
    time.pass(Duration.ofNanos(1));
    assertEquals(HALF_OPEN, breaker.state());
    assertEquals(Duration.ZERO, breaker.untilNext(Duration.ofSeconds(9)));
  }

  @Test
  void letsOneProbePassAtATime() {
    bad(4);
    time.pass(FIRST);
    CircuitBreaker.Permit probe = admitted();
    assertTrue(probe.probe());
    assertRefuses();
    assertEquals(Duration.ofSeconds(9), breaker.untilNext(Duration.ofSeconds(9)));
    breaker.abandoned(probe);
    assertEquals(HALF_OPEN, breaker.state());
    assertTrue(admitted().probe());
    assertRefuses();
  }

  @Test
  void aGoodProbeCloses() {
    bad(4);
    time.pass(FIRST);
    breaker.succeeded(admitted());
    assertEquals(CLOSED, breaker.state());
    assertFalse(admitted().probe());
    bad(3);
    assertEquals(CLOSED, breaker.state(), "it counts from the beginning again");
  }

  @Test
  void aBadProbeOpensForTwiceAsLongUpToABound() {
    bad(4);
    Duration expected = FIRST;
    for (int i = 0; i < 10; i++) {
      assertEquals(expected, breaker.untilNext(Duration.ZERO));
      time.pass(expected);
      breaker.failed(admitted());
      assertEquals(OPEN, breaker.state());
      Duration twice = expected.multipliedBy(2);
      expected = twice.compareTo(CircuitBreaker.OPEN_MAX) > 0 ? CircuitBreaker.OPEN_MAX : twice;
    }
    assertEquals(CircuitBreaker.OPEN_MAX, expected);
    time.pass(expected);
    breaker.succeeded(admitted());
    bad(4);
    assertEquals(FIRST, breaker.untilNext(Duration.ZERO), "once well, it begins anew");
  }

  @Test
  void whatWasBegunBeforeSaysNothing() {
    CircuitBreaker.Permit old = admitted();
    bad(4);
    breaker.succeeded(old);
    assertEquals(OPEN, breaker.state());
    time.pass(FIRST);
    breaker.succeeded(old);
    breaker.failed(old);
    assertEquals(HALF_OPEN, breaker.state());
    CircuitBreaker.Permit probe = admitted();
    breaker.abandoned(old);
    assertRefuses();
    breaker.succeeded(probe);
    breaker.failed(probe);
    assertEquals(CLOSED, breaker.state());
  }

  @Test
  void abandonedCallsDoNotCount() {
    for (int i = 0; i < 20; i++) {
      breaker.abandoned(admitted());
    }
    bad(3);
    assertEquals(CLOSED, breaker.state());
  }

  @Test
  void neverLetsMoreThanOneProbePassWhateverHappens() {
    SplittableRandom random = new SplittableRandom(11);
    List<CircuitBreaker.Permit> out = new ArrayList<>();
    int probes = 0;
    for (int i = 0; i < 50_000; i++) {
      if (random.nextInt(3) == 0) {
        time.passMillis(random.nextInt(400));
      }
      breaker.admit().ifPresent(out::add);
      long current = out.stream().filter(CircuitBreaker.Permit::probe).count();
      assertTrue(current <= 1, "probes under way: " + current);
      if (!out.isEmpty() && random.nextBoolean()) {
        CircuitBreaker.Permit permit = out.remove(random.nextInt(out.size()));
        probes += permit.probe() ? 1 : 0;
        switch (random.nextInt(4)) {
          case 0 -> breaker.succeeded(permit);
          case 1 -> breaker.abandoned(permit);
          default -> breaker.failed(permit);
        }
      }
    }
    assertTrue(probes > 100, "probes: " + probes);
  }
}
