package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What holds of a routed answer whatever its backends and its caller do, shown by many random runs:
 * the caller hears one backend only and one ending only, no more is tried than the settings allow,
 * and nothing is left open.
 */
class RoutedInvariantsTest {
  private static final List<Refusal> REFUSALS =
      List.of(
          RouteFixture.DOWN,
          RouteFixture.SLOW,
          RouteFixture.WRONG,
          Refusal.backend(502, "bug"),
          Refusal.busy("busy", Duration.ofMillis(700)));

  private final SplittableRandom random = new SplittableRandom(2026);
  private final List<FakeBackend.Run> running = new ArrayList<>();
  private int asked;

  /** Lets one of the backends asked do something. */
  private void act(RouteFixture route) {
    if (running.isEmpty()) {
      return;
    }
    int which = random.nextInt(running.size());
    FakeBackend.Run run = running.get(which);
    switch (random.nextInt(4)) {
      case 0, 1 -> run.say(Integer.toString(run.hashCode()));
      case 2 -> {
        run.finish();
        running.remove(which);
      }
      default -> {
        run.fail(REFUSALS.get(random.nextInt(REFUSALS.size())));
        running.remove(which);
      }
    }
    route.time.run();
  }

  private void look(RouteFixture route) {
    for (FakeBackend backend : route.backends.values()) {
      while (!backend.unasked()) {
        running.add(backend.nextRun());
        asked++;
      }
    }
  }

  private void assertOneVoice(RouteFixture.Heard heard) {
    List<String> pieces =
        heard.words.stream().filter(w -> !w.startsWith(".") && !w.startsWith("!")).toList();
    assertTrue(pieces.stream().distinct().count() <= 1, "two backends spoke: " + heard);
    int endings = heard.words.size() - pieces.size();
    assertTrue(endings <= 1, "two endings: " + heard);
    if (endings == 1) {
      String last = heard.words.getLast();
      assertTrue(last.startsWith(".") || last.startsWith("!"), "said after the end: " + heard);
    }
  }

  private void run(String settings, int askedMax) {
    RouteFixture route = new RouteFixture(settings);
    for (int call = 0; call < 8; call++) {
      asked = 0;
      running.clear();
      RouteFixture.Begun begun = route.begin();
      boolean cancelled = false;
      for (int step = 0; step < 40; step++) {
        look(route);
        switch (random.nextInt(6)) {
          case 0 -> route.time.passMillis(random.nextInt(300));
          case 1 -> begun.answering().pause();
          case 2 -> begun.answering().resume();
          case 3 -> {
            if (random.nextInt(12) == 0) {
              begun.answering().cancel();
              cancelled = true;
            }
          }
          default -> act(route);
        }
      }
      int words = begun.heard().words.size();
      if (cancelled) {
        act(route);
        assertEquals(words, begun.heard().words.size(), "heard after it had gone");
      }
      begun.answering().cancel();
      look(route);
      assertOneVoice(begun.heard());
      assertTrue(asked <= askedMax, asked + " asked under " + settings);
      assertEquals(0, route.open(), "calls open under " + settings);
      assertEquals(0, route.time.waiting(), "timers left under " + settings);
      route.time.passMillis(random.nextInt(3_000));
    }
  }

  @Test
  void holdForRetries() {
    for (int i = 0; i < 300; i++) {
      run("{backends: [a, b, c], retries: 2, retry-budget-percent: 100}", 3);
    }
  }

  @Test
  void holdForOneBackend() {
    for (int i = 0; i < 300; i++) {
      run("{backends: [a], retries: 1}", 2);
    }
  }

  @Test
  void holdForHedges() {
    for (int i = 0; i < 300; i++) {
      run("{backends: [a, b, c], retries: 1, hedge-ms: 100, retry-budget-percent: 100}", 3);
    }
  }

  @Test
  void holdForFallbacks() {
    for (int i = 0; i < 300; i++) {
      run("{backends: [a], fallback: [b, c], retries: 3, balance: sticky, hedge-ms: 50}", 5);
    }
  }

  @Test
  void everyAttemptLeavesOneOutcome() {
    RouteFixture route = new RouteFixture("{backends: [a, b], retries: 2}");
    int all = 0;
    for (int call = 0; call < 200; call++) {
      running.clear();
      asked = 0;
      RouteFixture.Begun begun = route.begin();
      for (int step = 0; step < 12; step++) {
        look(route);
        act(route);
        route.time.passMillis(50);
      }
      look(route);
      begun.answering().cancel();
      all += asked;
      route.time.passMillis(2_000);
    }
    assertEquals(all, (int) route.count("moat.backend.calls"));
  }
}
