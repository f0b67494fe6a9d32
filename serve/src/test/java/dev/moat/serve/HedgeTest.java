package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two backends that race for one answer. */
class HedgeTest {
  private RouteFixture route = new RouteFixture("{backends: [a, b, c], hedge-ms: 200}");

  @AfterEach
  void nothingIsLeftBehind() {
    route.time.passMillis(10_000);
    assertEquals(0, route.open());
    assertEquals(0, route.time.waiting());
  }

  @Test
  void asksNoSecondBeforeItsTime() {
    RouteFixture.Begun begun = route.begin();
    FakeBackend.Run run = route.asked();
    route.time.passMillis(199);
    assertTrue(route.nobodyAsked());
    run.say("ok").finish();
    route.time.passMillis(1_000);
    assertTrue(route.nobodyAsked());
    assertEquals("ok .stop", begun.heard().toString());
  }

  @Test
  void theFasterOneSpeaksAndTheOtherIsCancelled() {
    RouteFixture.Begun begun = route.begin();
    FakeBackend.Run slow = route.asked();
    route.time.passMillis(200);
    FakeBackend.Run fast = route.asked();
    assertEquals(2, route.open());
    fast.say("fast");
    slow.say("slow");
    route.time.run();
    assertEquals("cancel", slow.nextEvent());
    assertEquals(1, route.open());
    slow.say("still").finish();
    fast.say("er").finish();
    route.time.run();
    assertEquals("fast er .stop", begun.heard().toString());
    assertTrue(fast.events.isEmpty(), "what has finished is not cancelled");
    assertEquals(1, route.count("moat.backend.hedges"));
    assertEquals(1, route.count("moat.backend.calls", "outcome", "cancelled"));
  }

  @Test
  void neverHandsOutPiecesOfBothWhateverTheOrder() {
    for (int order = 0; order < 16; order++) {
      RouteFixture.Begun begun = route.begin();
      FakeBackend.Run one = route.asked();
      route.time.passMillis(200);
      FakeBackend.Run two = route.asked();
      for (int bit = 0; bit < 4; bit++) {
        if ((order >> bit & 1) == 0) {
          one.say("1");
        } else {
          two.say("2");
        }
      }
      one.finish();
      two.finish();
      route.time.run();
      assertEquals(2, begun.heard().words.stream().distinct().count(), begun.heard().toString());
      route.time.passMillis(60_000);
    }
  }

  @Test
  void oneThatFailsLeavesItToTheOther() {
    RouteFixture.Begun begun = route.begin();
    FakeBackend.Run one = route.asked();
    route.time.passMillis(200);
    FakeBackend.Run two = route.asked();
    one.fail(RouteFixture.DOWN);
    route.time.run();
    assertEquals("", begun.heard().toString());
    two.say("ok").finish();
    route.time.run();
    assertEquals("ok .stop", begun.heard().toString());
  }

  @Test
  void bothFailingAreTriedElsewhere() {
    RouteFixture.Begun begun = route.begin();
    FakeBackend.Run one = route.asked();
    route.time.passMillis(200);
    FakeBackend.Run two = route.asked();
    two.fail(RouteFixture.DOWN);
    one.fail(RouteFixture.DOWN);
    route.time.passMillis(100);
    route.asked().say("third").finish();
    route.time.run();
    assertEquals("third .stop", begun.heard().toString());
  }

  @Test
  void aWrongQuestionEndsBoth() {
    RouteFixture.Begun begun = route.begin();
    FakeBackend.Run one = route.asked();
    route.time.passMillis(200);
    FakeBackend.Run two = route.asked();
    one.fail(RouteFixture.WRONG);
    route.time.run();
    assertEquals("!400", begun.heard().toString());
    assertEquals("cancel", two.nextEvent());
  }

  @Test
  void theCallersGoingCancelsBoth() {
    RouteFixture.Begun begun = route.begin();
    FakeBackend.Run one = route.asked();
    route.time.passMillis(200);
    FakeBackend.Run two = route.asked();
    begun.answering().cancel();
    assertEquals("cancel", one.nextEvent());
    assertEquals("cancel", two.nextEvent());
    assertEquals("", begun.heard().toString());
  }

  @Test
  void hedgesCountAgainstTheBudget() {
    route = new RouteFixture("{backends: [a, b], hedge-ms: 1, retry-budget-percent: 0}");
    RouteFixture.Begun _ = route.begin();
    FakeBackend.Run run = route.asked();
    route.time.passMillis(1_000);
    assertTrue(route.nobodyAsked());
    run.say("ok").finish();
  }
}
