package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One answer over several backends, step by step on a clock that stands still. */
class RoutedBackendTest {
  private RouteFixture two = new RouteFixture("{backends: [a, b]}");

  @AfterEach
  void nothingIsLeftBehind() {
    two.time.passMillis(10_000);
    assertEquals(0, two.open(), "every call is given back");
    assertEquals(0, two.time.waiting(), "no timer is left");
  }

  private void fail(FakeBackend.Run run, Refusal refusal) {
    run.fail(refusal);
    two.time.run();
  }

  /** Lets the time of a backoff pass. */
  private FakeBackend.Run askedAgain() {
    two.time.passMillis(2_000);
    return two.asked();
  }

  @Test
  void passesAnAnswerOn() {
    RouteFixture.Begun begun = two.begin();
    assertEquals(1, two.open());
    two.asked().say("Hel", "lo").finish();
    two.time.run();
    assertEquals("Hel lo .stop", begun.heard().toString());
    assertEquals(1, two.count("moat.backend.calls", "outcome", "ok"));
    assertEquals(0, two.count("moat.backend.retries"));
  }

  @Test
  void asksAnotherWhenOneFailsBeforeItsFirstPiece() {
    for (Refusal refusal : new Refusal[] {RouteFixture.DOWN, RouteFixture.SLOW}) {
      RouteFixture.Begun begun = two.begin();
      FakeBackend.Run first = two.asked();
      fail(first, refusal);
      assertEquals("", begun.heard().toString(), "the caller hears nothing of it");
      FakeBackend.Run second = askedAgain();
      second.say("ok").finish();
      two.time.run();
      assertEquals("ok .stop", begun.heard().toString());
    }
    assertEquals(2, two.count("moat.backend.retries"));
    assertEquals(1, two.count("moat.backend.calls", "outcome", "unavailable"));
    assertEquals(1, two.count("moat.backend.calls", "outcome", "timeout"));
  }

  @Test
  void asksNobodyElseOnceAPieceWasHandedOn() {
    RouteFixture.Begun begun = two.begin();
    FakeBackend.Run run = two.asked();
    run.say("Hel");
    fail(run, RouteFixture.DOWN);
    two.time.passMillis(5_000);
    assertEquals("Hel !502", begun.heard().toString());
    assertTrue(two.nobodyAsked());
  }

  @Test
  void asksNobodyElseWhatIsTheCallersFaultOrFailedOverTheQuestion() {
    for (Refusal refusal : new Refusal[] {RouteFixture.WRONG, Refusal.backend(502, "bug")}) {
      RouteFixture.Begun begun = two.begin();
      fail(two.asked(), refusal);
      two.time.passMillis(5_000);
      assertEquals(refusal, begun.heard().refusal.orElseThrow());
      assertTrue(two.nobodyAsked());
    }
    assertEquals(1, two.count("moat.backend.calls", "outcome", "refused"));
    assertEquals(1, two.count("moat.backend.calls", "outcome", "failed"));
  }

  @Test
  void givesUpAfterItsTries() {
    RouteFixture.Begun begun = two.begin();
    fail(two.asked(), RouteFixture.DOWN);
    fail(askedAgain(), RouteFixture.DOWN);
    fail(askedAgain(), RouteFixture.DOWN);
    two.time.passMillis(5_000);
    assertEquals("!502", begun.heard().toString());
    assertTrue(two.nobodyAsked());
  }

  @Test
  void doesNotAskTheSameAgainThatWasTooSlow() {
    two = new RouteFixture("{backends: [a]}");
    RouteFixture.Begun begun = two.begin();
    fail(two.asked(), RouteFixture.SLOW);
    assertEquals("!504", begun.heard().toString());
  }

  @Test
  void asksTheSameAgainIfItIsTheOnlyOne() {
    two = new RouteFixture("{backends: [a]}");
    RouteFixture.Begun begun = two.begin();
    fail(two.asked(), RouteFixture.DOWN);
    askedAgain().say("ok").finish();
    two.time.run();
    assertEquals("ok .stop", begun.heard().toString());
  }

  @Test
  void keepsToTheBudgetInAnOutage() {
    two = new RouteFixture("{backends: [a, b], retries: 10, retry-budget-percent: 10}");
    SplittableRandom random = new SplittableRandom(4);
    two.backends
        .values()
        .forEach(
            b ->
                b.script(
                    run -> {
                      if (random.nextInt(100) < 30) {
                        run.fail(RouteFixture.DOWN);
                      } else {
                        run.say("ok").finish();
                      }
                    }));
    for (int i = 0; i < 900; i++) {
      RouteFixture.Begun _ = two.begin();
      two.time.passMillis(10);
    }
    two.time.passMillis(500);
    double retries = two.count("moat.backend.retries");
    assertTrue(80 <= retries && retries <= 91, "a tenth, not a third: " + retries);
  }

  @Test
  void waitsBeforeItAsksAgain() {
    RouteFixture.Begun _ = two.begin();
    fail(two.asked(), RouteFixture.DOWN);
    assertEquals(1, two.time.waiting());
    two.time.passMillis(25);
    fail(two.asked(), RouteFixture.DOWN);
    two.time.passMillis(50);
    fail(two.asked(), RouteFixture.DOWN);
  }

  @Test
  void leavesABusyBackendAloneUntilItSaid() {
    Refusal busy = Refusal.busy("busy", Duration.ofSeconds(30));
    RouteFixture.Begun begun = two.begin();
    fail(two.asked(), busy);
    askedAgain().say("ok").finish();
    two.time.run();
    assertEquals("ok .stop", begun.heard().toString());
    BackendState left =
        two.states.values().stream()
            .filter(s -> s.condition() == BackendState.Condition.BUSY)
            .findFirst()
            .orElseThrow();
    for (int i = 0; i < 10; i++) {
      RouteFixture.Begun _ = two.begin();
      assertEquals(0, left.open());
      two.asked().say("ok").finish();
      two.time.run();
    }
    two.time.pass(Duration.ofSeconds(30));
    assertEquals(BackendState.Condition.UP, left.condition());
  }

  @Test
  void tellsWhenToComeBackIfAllAreBusy() {
    two.backends
        .values()
        .forEach(b -> b.script(r -> r.fail(Refusal.busy("busy", Duration.ofSeconds(30)))));
    RouteFixture.Begun begun = two.begin();
    two.time.passMillis(2_000);
    assertEquals("!429", begun.heard().toString());
    RouteFixture.Begun next = two.begin();
    Refusal refusal = next.heard().refusal.orElseThrow();
    assertEquals(429, refusal.status());
    assertTrue(refusal.retryAfter().compareTo(Duration.ofSeconds(20)) > 0, refusal.toString());
  }

  @Test
  void tellsThatNoneIsUp() {
    two.states.values().forEach(state -> checked(state, false));
    assertFalse(two.route.up());
    Refusal refusal = two.begin().heard().refusal.orElseThrow();
    assertEquals(503, refusal.status());
    assertEquals("backend_unavailable", refusal.code());
    assertTrue(refusal.response().headers().first("retry-after").isPresent());
    two.states.values().forEach(state -> checked(state, true));
    assertTrue(two.route.up());
    two.begin();
    two.asked().say("ok").finish();
  }

  private static void checked(BackendState state, boolean good) {
    state.checked(good);
    state.checked(good);
  }

  @Test
  void oneBadCheckIsNone() {
    two.states.values().forEach(state -> state.checked(false));
    assertTrue(two.route.up());
    RouteFixture.Begun _ = two.begin();
    two.asked().say("ok").finish();
  }

  @Test
  void asksTheFallbackInItsOrderOnlyWhenTheFirstAreDown() {
    two = new RouteFixture("{backends: [a, b], fallback: [c, d]}");
    for (int i = 0; i < 20; i++) {
      RouteFixture.Begun _ = two.begin();
      two.asked().say("ok").finish();
      two.time.run();
    }
    assertEquals(0, two.count("moat.backend.calls", "backend", "c"));
    checked(two.state("a"), false);
    checked(two.state("b"), false);
    RouteFixture.Begun _ = two.begin();
    two.backend("c").nextRun().say("ok").finish();
    two.time.run();
    checked(two.state("c"), false);
    RouteFixture.Begun _ = two.begin();
    two.backend("d").nextRun().say("ok").finish();
    two.time.run();
    assertEquals(1, two.count("moat.backend.calls", "backend", "c"));
    assertEquals(1, two.count("moat.backend.calls", "backend", "d"));
  }

  @Test
  void fallsBackOnceAllOfTheFirstFailedTheCall() {
    two = new RouteFixture("{backends: [a], fallback: [c]}");
    RouteFixture.Begun begun = two.begin();
    fail(two.backend("a").nextRun(), RouteFixture.DOWN);
    two.time.passMillis(100);
    two.backend("c").nextRun().say("ok").finish();
    two.time.run();
    assertEquals("ok .stop", begun.heard().toString());
  }

  @Test
  void opensTheBreakerOfABackendThatFailsAndProbesItLater() {
    two.backend("a").script(run -> run.fail(RouteFixture.DOWN));
    two.backend("b").script(run -> run.say("ok").finish());
    for (int i = 0; i < 40; i++) {
      RouteFixture.Begun begun = two.begin();
      two.time.passMillis(10);
      assertFalse(begun.heard().words.contains("!500"));
    }
    two.time.passMillis(30);
    assertEquals(BackendState.Condition.OPEN, two.state("a").condition());
    double before = two.count("moat.backend.calls", "backend", "a");
    assertTrue(before < 20, "calls to a: " + before);
    two.backend("a").script(run -> run.say("well").finish());
    two.time.passMillis(1_000);
    assertEquals(BackendState.Condition.PROBING, two.state("a").condition());
    for (int i = 0; i < 20; i++) {
      RouteFixture.Begun _ = two.begin();
      two.time.run();
    }
    assertEquals(BackendState.Condition.UP, two.state("a").condition());
  }

  @Test
  void aProbeIsGoodAtItsFirstPiece() {
    two = new RouteFixture("{backends: [a], retries: 0}");
    for (int i = 0; i < 4; i++) {
      RouteFixture.Begun _ = two.begin();
      fail(two.asked(), RouteFixture.DOWN);
    }
    two.time.passMillis(1_000);
    RouteFixture.Begun probe = two.begin();
    FakeBackend.Run run = two.asked();
    assertEquals("!503", two.begin().heard().toString(), "one probe at a time");
    run.say("Hel");
    two.time.run();
    RouteFixture.Begun next = two.begin();
    two.asked().say("ok").finish();
    run.finish();
    two.time.run();
    assertEquals("Hel .stop", probe.heard().toString());
    assertEquals("ok .stop", next.heard().toString());
  }

  @Test
  void theCallersGoingReachesTheBackendInUse() {
    RouteFixture.Begun begun = two.begin();
    FakeBackend.Run first = two.asked();
    fail(first, RouteFixture.DOWN);
    FakeBackend.Run second = askedAgain();
    begun.answering().pause();
    begun.answering().resume();
    begun.answering().cancel();
    assertEquals("pause", second.nextEvent());
    assertEquals("resume", second.nextEvent());
    assertEquals("cancel", second.nextEvent());
    second.say("late").finish();
    two.time.run();
    assertEquals("", begun.heard().toString());
    assertTrue(first.events.isEmpty());
    assertEquals(1, two.count("moat.backend.calls", "outcome", "cancelled"));
  }

  @Test
  void theCallersGoingEndsTheWaitForAnotherTry() {
    RouteFixture.Begun begun = two.begin();
    fail(two.asked(), RouteFixture.DOWN);
    begun.answering().cancel();
    two.time.passMillis(5_000);
    assertTrue(two.nobodyAsked());
    assertEquals("", begun.heard().toString());
  }

  @Test
  void aPausedAnswerStaysPausedOnTheNextBackend() {
    RouteFixture.Begun begun = two.begin();
    FakeBackend.Run first = two.asked();
    begun.answering().pause();
    fail(first, RouteFixture.DOWN);
    FakeBackend.Run second = askedAgain();
    assertEquals("pause", second.nextEvent());
    begun.answering().cancel();
  }

  @Test
  void aFailureThrownIsAFailureLikeOthers() {
    two.backends
        .values()
        .forEach(
            b ->
                b.script(
                    _ -> {
                      throw new Failure(new Problem.Invalid("tools: cannot", "tools"));
                    }));
    assertEquals("!400", two.begin().heard().toString());
    two.backends
        .values()
        .forEach(
            b ->
                b.script(
                    _ -> {
                      throw new IllegalStateException("bug");
                    }));
    assertThrows(IllegalStateException.class, two::begin);
  }
}
