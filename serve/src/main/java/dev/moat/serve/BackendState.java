package dev.moat.serve;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** How one backend does, from all that calls and health checks saw of it. For any thread. */
final class BackendState {
  private static final Logger LOG = System.getLogger(BackendState.class.getName());

  /** One check may go wrong by chance. */
  private static final int CHECKS_BAD_MAX = 2;

  /** How long a backend is left alone that says it is busy, but not until when. */
  private static final Duration BUSY = Duration.ofSeconds(1);

  /** When a backend is asked again of which nothing says when it will be back. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What to expect of it, from best to worst; the number is that of the gauge. */
  enum Condition {
    UP(0),
    PROBING(1),
    BUSY(2),
    OPEN(3),
    DOWN(4);

    private final int grade;

    Condition(int grade) {
      this.grade = grade;
    }

    int grade() {
      return grade;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final String name;
  private final int weight;
  private final CircuitBreaker breaker;
  private final LongSupplier nanos;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger checksBad = new AtomicInteger();
  private volatile long busyUntil;

  BackendState(BackendSettings settings, LongSupplier nanos) {
    this.name = settings.name();
    this.weight = settings.weight();
    this.breaker = new CircuitBreaker(settings.breaker(), nanos);
    this.nanos = nanos;
    this.busyUntil = nanos.getAsLong();
  }

  String name() {
    return name;
  }

  int weight() {
    return weight;
  }

  /** How many calls are under way. */
  int open() {
    return open.get();
  }

  Condition condition() {
    if (checksBad.get() >= CHECKS_BAD_MAX) {
      return Condition.DOWN;
    }
    CircuitBreaker.State state = breaker.state();
    if (state == CircuitBreaker.State.OPEN) {
      return Condition.OPEN;
    }
    if (busy().isPositive()) {
      return Condition.BUSY;
    }
    return state == CircuitBreaker.State.CLOSED ? Condition.UP : Condition.PROBING;
  }

  /** Whether it can be expected to answer now, or soon. */
  boolean up() {
    return condition().grade() < Condition.OPEN.grade();
  }

  /** Whether a call may be made now. */
  boolean available() {
    return condition().grade() < Condition.BUSY.grade() && breaker.admits();
  }

  /** In what time a call may be made, as far as it is known. */
  Duration untilNext() {
    if (condition() == Condition.DOWN) {
      return PATIENCE;
    }
    Duration breaks = breaker.untilNext(PATIENCE);
    return breaks.compareTo(busy()) > 0 ? breaks : busy();
  }

  /** A permit for a call, which is then counted as open until it is {@link #settle settled}. */
  Optional<CircuitBreaker.Permit> admit() {
    if (!available()) {
      return Optional.empty();
    }
    Optional<CircuitBreaker.Permit> permit = breaker.admit();
    permit.ifPresent(_ -> open.incrementAndGet());
    return permit;
  }

  /** An answer has begun: a probe need not wait for its end. */
  CircuitBreaker.Permit begun(CircuitBreaker.Permit permit) {
    if (!permit.probe()) {
      return permit;
    }
    breaker.succeeded(permit);
    return breaker.admit().orElse(permit);
  }

  /** A call is over; {@code busyFor} says for how long the backend wants to be left alone. */
  void settle(CircuitBreaker.Permit permit, CallOutcome outcome, Duration busyFor) {
    open.decrementAndGet();
    switch (outcome) {
      case OK, REFUSED -> breaker.succeeded(permit);
      case UNAVAILABLE, TIMEOUT, FAILED -> breaker.failed(permit);
      case CANCELLED -> breaker.abandoned(permit);
      case BUSY -> {
        breaker.abandoned(permit);
        busyUntil = nanos.getAsLong() + (busyFor.isZero() ? BUSY : busyFor).toNanos();
      }
    }
  }

  /** A health check is over. */
  void checked(boolean good) {
    if (good) {
      if (checksBad.getAndSet(0) >= CHECKS_BAD_MAX) {
        LOG.log(Level.INFO, "backend " + name + ": its health check is good again");
      }
    } else if (checksBad.incrementAndGet() == CHECKS_BAD_MAX) {
      LOG.log(Level.WARNING, "backend " + name + ": its health checks fail; it is left out");
    }
  }

  private Duration busy() {
    return Duration.ofNanos(Math.max(0, busyUntil - nanos.getAsLong()));
  }
}
