package dev.moat.serve;

import dev.moat.core.Settings;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Keeps calls away from a backend that fails, and finds out when it is well again.
 *
 * <p>Closed, it counts. When of at least {@code callsMin} calls in the window the share of failures
 * reaches {@code failuresPercent}, it opens: no call passes. After the open time it is half open:
 * one call at a time passes as a probe. A good one closes it, a bad one opens it again for twice as
 * long, up to a bound. What was begun before a change of state says nothing about the new one.
 */
final class CircuitBreaker {
  /** The longest time for which it stays open before the next probe. */
  static final Duration OPEN_MAX = Duration.ofMinutes(1);

  /**
   * When it opens.
   *
   * @param window the time over which calls are counted
   * @param callsMin fewer calls in the window say nothing
   * @param failuresPercent the share of failures at which it opens
   * @param openFirst for how long it opens the first time
   */
  record Limits(Duration window, int callsMin, int failuresPercent, Duration openFirst) {
    static Limits read(Settings.Section section) {
      return new Limits(
          Duration.ofSeconds(
              section.integer(
                  "breaker-window-seconds", 10, 1, 3_600, "Time over which failures are counted.")),
          (int)
              section.integer("breaker-calls-min", 5, 1, 100_000, "Fewer calls in it say nothing."),
          (int)
              section.integer(
                  "breaker-failures-percent", 50, 1, 100, "Share of failures that shuts it out."),
          Duration.ofMillis(
              section.integer(
                  "breaker-open-ms", 1_000, 1, 60_000, "How long at first; doubles to a minute.")));
    }
  }

  /** What it does with calls. */
  enum State {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  /** The right to make one call; it must be given back by one of the three methods. */
  record Permit(long epoch, boolean probe) {}

  private final Limits limits;
  private final LongSupplier nanos;
  private final SlidingCount good;
  private final SlidingCount bad;
  private long epoch;
  private boolean open;
  private boolean probing;
  private Duration openTime = Duration.ZERO;
  private long until;

  CircuitBreaker(Limits limits, LongSupplier nanos) {
    this.limits = limits;
    this.nanos = nanos;
    this.good = new SlidingCount(limits.window(), nanos);
    this.bad = new SlidingCount(limits.window(), nanos);
  }

  synchronized State state() {
    if (!open) {
      return State.CLOSED;
    }
    return nanos.getAsLong() - until >= 0 ? State.HALF_OPEN : State.OPEN;
  }

  /** Whether {@link #admit} would give a permit now. */
  synchronized boolean admits() {
    return !open || (state() == State.HALF_OPEN && !probing);
  }

  /** How long no call will pass; zero if one may. */
  synchronized Duration untilNext(Duration probePatience) {
    return switch (state()) {
      case CLOSED -> Duration.ZERO;
      case OPEN -> Duration.ofNanos(until - nanos.getAsLong());
      case HALF_OPEN -> probing ? probePatience : Duration.ZERO;
    };
  }

  /** A permit for one call, if one may be made. */
  synchronized Optional<Permit> admit() {
    if (!admits()) {
      return Optional.empty();
    }
    probing = open;
    return Optional.of(new Permit(epoch, open));
  }

  /** The call was answered. */
  synchronized void succeeded(Permit permit) {
    if (permit.epoch() != epoch) {
      return;
    }
    if (permit.probe()) {
      epoch++;
      open = false;
      probing = false;
      openTime = Duration.ZERO;
    } else {
      good.add();
    }
  }

  /** The call was not answered, through the fault of the backend. */
  synchronized void failed(Permit permit) {
    if (permit.epoch() != epoch) {
      return;
    }
    bad.add();
    long failures = bad.sum();
    long calls = failures + good.sum();
    if (permit.probe()
        || (calls >= limits.callsMin() && failures * 100 >= calls * limits.failuresPercent())) {
      trip();
    }
  }

  /** The call says nothing about the backend. */
  synchronized void abandoned(Permit permit) {
    if (permit.epoch() == epoch && permit.probe()) {
      probing = false;
    }
  }

  private void trip() {
    epoch++;
    open = true;
    probing = false;
    Duration next = openTime.isZero() ? limits.openFirst() : openTime.multipliedBy(2);
    openTime = next.compareTo(OPEN_MAX) > 0 ? OPEN_MAX : next;
    until = nanos.getAsLong() + openTime.toNanos();
    good.clear();
    bad.clear();
  }
}
