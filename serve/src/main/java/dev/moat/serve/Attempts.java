package dev.moat.serve;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When questions of each principal were blocked as attacks of late. Pure arithmetic: the time comes
 * with each call. Safe for several threads.
 */
final class Attempts {
  /** How many principals are remembered. */
  static final int PRINCIPALS_MAX = 20_000;

  /** How long an attempt counts. */
  static final Duration WINDOW = Duration.ofHours(1);

  private final Recent<Deque<Long>> principals = new Recent<>(PRINCIPALS_MAX);

  /** Adds an attempt that was blocked; only the last {@code most} matter. */
  void blocked(String principal, int most, long nowMillis) {
    principals.with(
        principal,
        ArrayDeque::new,
        times -> {
          times.addLast(nowMillis);
          while (times.size() > most) {
            times.removeFirst();
          }
          return times;
        });
  }

  /** How long until fewer than {@code most} attempts of the principal count; zero if so now. */
  Duration pause(String principal, int most, long nowMillis) {
    return principals.ifKnown(principal, times -> pause(times, most, nowMillis), Duration.ZERO);
  }

  private static Duration pause(Deque<Long> times, int most, long nowMillis) {
    while (!times.isEmpty() && nowMillis - times.getFirst() >= WINDOW.toMillis()) {
      times.removeFirst();
    }
    int over = times.size() - most;
    if (over < 0) {
      return Duration.ZERO;
    }
    long first = times.stream().skip(over).findFirst().orElse(nowMillis);
    return Duration.ofMillis(
        Math.clamp(first + WINDOW.toMillis() - nowMillis, 1, WINDOW.toMillis()));
  }
}
