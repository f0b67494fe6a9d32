package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts failed attempts by name: after five in a row, a wait that doubles from one second to
 * fifteen minutes. Bounded: the name longest unused is forgotten first.
 */
final class Throttle {
  static final int FREE_FAILURES = 5;
  static final int NAMES_MAX = 10_000;
  static final Duration WAIT_MAX = Duration.ofMinutes(15);

  private static final int DOUBLINGS_MAX = 20;

  private final InstantSource clock;
  private final Map<String, Attempts> names =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Attempts> eldest) {
          return size() > NAMES_MAX;
        }
      };

  Throttle(InstantSource clock) {
    this.clock = clock;
  }

  private record Attempts(int failures, Instant last) {
    Duration pause() {
      if (failures < FREE_FAILURES) {
        return Duration.ZERO;
      }
      Duration wait = Duration.ofSeconds(1L << Math.min(failures - FREE_FAILURES, DOUBLINGS_MAX));
      return wait.compareTo(WAIT_MAX) > 0 ? WAIT_MAX : wait;
    }
  }

  /**
   * Fails with Busy while the name must wait; else counts the attempt as failed until {@link
   * #succeeded} says otherwise, so that attempts at the same time cannot slip through.
   */
  synchronized void attempt(String name) {
    Instant now = clock.instant();
    Attempts before = names.getOrDefault(name, new Attempts(0, now));
    if (now.isBefore(before.last())) {
      // The clock has jumped back: the pause begins again, but does not last until it has caught
      // up.
      before = new Attempts(before.failures(), now);
      names.put(name, before);
    }
    Duration left = before.pause().minus(Duration.between(before.last(), now));
    if (left.isPositive()) {
      throw new Failure(
          new Problem.Busy(
              "log-in: too many failed attempts; try again in "
                  + Math.max(1, left.toSeconds())
                  + " s",
              left));
    }
    names.put(name, new Attempts(before.failures() + 1, now));
  }

  synchronized void succeeded(String name) {
    names.remove(name);
  }
}
