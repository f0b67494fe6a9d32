package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How one backend does, from calls and checks together. */
class BackendStateTest {
  private final FakeTime time = new FakeTime();
  private final BackendState state = RouteFixture.state("x", 1, time);

  private void call(CallOutcome outcome, int times) {
    for (int i = 0; i < times; i++) {
      state.settle(state.admit().orElseThrow(), outcome, Duration.ZERO);
    }
  }

  private void assertCondition(BackendState.Condition expected) {
    assertEquals(expected, state.condition());
  }

  @Test
  void countsTheCallsUnderWay() {
    CircuitBreaker.Permit one = state.admit().orElseThrow();
    CircuitBreaker.Permit two = state.admit().orElseThrow();
    assertEquals(2, state.open());
    state.settle(one, CallOutcome.OK, Duration.ZERO);
    state.settle(two, CallOutcome.CANCELLED, Duration.ZERO);
    assertEquals(0, state.open());
  }

  @Test
  void onlyItsOwnFaultsShutItOut() {
    call(CallOutcome.REFUSED, 20);
    call(CallOutcome.CANCELLED, 20);
    assertCondition(BackendState.Condition.UP);
    for (CallOutcome fault :
        new CallOutcome[] {CallOutcome.UNAVAILABLE, CallOutcome.TIMEOUT, CallOutcome.FAILED}) {
      BackendState other = RouteFixture.state("y", 1, time);
      for (int i = 0; i < 4; i++) {
        other.settle(other.admit().orElseThrow(), fault, Duration.ZERO);
      }
      assertEquals(BackendState.Condition.OPEN, other.condition(), fault.word());
      assertFalse(other.up());
    }
  }

  @Test
  void isBusyExactlyAsLongAsItSaid() {
    state.settle(state.admit().orElseThrow(), CallOutcome.BUSY, Duration.ofSeconds(3));
    assertCondition(BackendState.Condition.BUSY);
    assertTrue(state.up(), "it lives");
    assertFalse(state.available());
    assertEquals(Duration.ofSeconds(3), state.untilNext());
    time.pass(Duration.ofSeconds(3).minusNanos(1));
    assertTrue(state.admit().isEmpty());
    time.pass(Duration.ofNanos(1));
    assertCondition(BackendState.Condition.UP);
  }

  @Test
  void twoBadChecksTakeItOutAndOneGoodBringsItBack() {
    state.checked(false);
    state.checked(true);
    state.checked(false);
    assertCondition(BackendState.Condition.UP);
    state.checked(false);
    assertCondition(BackendState.Condition.DOWN);
    assertTrue(state.admit().isEmpty());
    state.checked(false);
    state.checked(true);
    assertCondition(BackendState.Condition.UP);
  }

  @Test
  void aGoodCheckDoesNotCloseTheBreaker() {
    call(CallOutcome.UNAVAILABLE, 4);
    state.checked(true);
    assertCondition(BackendState.Condition.OPEN);
    assertEquals(Duration.ofSeconds(1), state.untilNext());
    time.passMillis(1_000);
    assertCondition(BackendState.Condition.PROBING);
    assertTrue(state.up(), "traffic must reach it, or it would never be probed");
    CircuitBreaker.Permit probe = state.admit().orElseThrow();
    assertTrue(state.admit().isEmpty());
    CircuitBreaker.Permit after = state.begun(probe);
    assertFalse(after.probe());
    assertCondition(BackendState.Condition.UP);
    state.settle(after, CallOutcome.OK, Duration.ZERO);
    assertEquals(0, state.open());
  }

  @Test
  void aBusyProbeIsNoProof() {
    call(CallOutcome.UNAVAILABLE, 4);
    time.passMillis(1_000);
    call(CallOutcome.BUSY, 1);
    time.passMillis(1_000);
    assertCondition(BackendState.Condition.PROBING);
    call(CallOutcome.OK, 1);
    assertCondition(BackendState.Condition.UP);
  }
}
