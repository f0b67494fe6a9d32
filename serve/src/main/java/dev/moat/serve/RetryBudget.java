package dev.moat.serve;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many second tries a route may make: a share of its recent calls, so that in an outage the
 * tries do not multiply the load on what is left.
 */
final class RetryBudget {
  /** So many are always good, three a second: a share of few calls would be none. */
  static final int FREE = 30;

  static final Duration WINDOW = Duration.ofSeconds(10);

  private final int percent;
  private final SlidingCount calls;
  private final SlidingCount tries;

  RetryBudget(int percent, LongSupplier nanos) {
    this.percent = percent;
    this.calls = new SlidingCount(WINDOW, nanos);
    this.tries = new SlidingCount(WINDOW, nanos);
  }

  /** Notes a call that was begun. */
  synchronized void called() {
    calls.add();
  }

  /** Whether another try may be made; it is then counted. */
  synchronized boolean take() {
    boolean left = percent > 0 && tries.sum() < Math.max(FREE, calls.sum() * percent / 100);
    if (left) {
      tries.add();
    }
    return left;
  }
}
