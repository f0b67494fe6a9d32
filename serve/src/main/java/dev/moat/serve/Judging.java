package dev.moat.serve;

import dev.moat.wire.ServerExchange;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Runs the judgements of one gateway, each within the time that its route gives it.
 *
 * <p>A long text is judged in the pool. When the time is up the exchange goes on without the
 * judgement; the thread is not stopped, for nothing can stop a computation from outside, and is
 * free again when the guard is done. The time counts from when a thread takes the text up: as many
 * texts as the pool lets wait are told to come again, and are never let through.
 *
 * <p>A short text is judged on the event loop, where nothing can end it either: its time is taken,
 * and if it was late, the judgement counts as failed where the route fails closed. Where it fails
 * open a late judgement is still better than none, and stands.
 */
final class Judging implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Judging.class.getName());

  /** What became of one judgement. */
  sealed interface Outcome<T> {
    record Judged<T>(T value) implements Outcome<T> {}

    record Failed<T>() implements Outcome<T> {}
  }

  private final WorkPool pool;
  private final GatewayMetrics metrics;
  private final LongSupplier nanos;
  private final ScheduledThreadPoolExecutor alarms =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("gateway-guard-alarm").factory());

  Judging(WorkPool pool, GatewayMetrics metrics, LongSupplier nanos) {
    this.pool = pool;
    this.metrics = metrics;
    this.nanos = nanos;
    alarms.setRemoveOnCancelPolicy(true);
  }

  /** Judges something of that size; {@code then} is told once, on the exchange's loop. */
  <T> void run(
      int size,
      RoutePolicy.Guarding guarding,
      ServerExchange http,
      Supplier<T> judgement,
      Consumer<Outcome<T>> then) {
    if (size <= WorkPool.INLINE_MAX) {
      then.accept(timed(guarding, judgement));
    } else {
      Race<T> race = new Race<>(then);
      pool.compute(
          size, http, () -> raced(guarding, http, judgement, race), outcome -> race.end(outcome));
    }
  }

  @Override
  public void close() {
    alarms.shutdownNow();
  }

  private <T> Outcome<T> timed(RoutePolicy.Guarding guarding, Supplier<T> judgement) {
    long start = nanos.getAsLong();
    Outcome<T> outcome = attempted(judgement);
    boolean late = nanos.getAsLong() - start > guarding.patience().toNanos();
    if (late && outcome instanceof Outcome.Judged<T>) {
      late(guarding.patience());
      return guarding.onFailure() == RoutePolicy.OnFailure.CLOSED
          ? new Outcome.Failed<>()
          : outcome;
    }
    return outcome;
  }

  private <T> Outcome<T> raced(
      RoutePolicy.Guarding guarding, ServerExchange http, Supplier<T> judgement, Race<T> race) {
    Runnable ring =
        () -> {
          if (race.end(new Outcome.Failed<>())) {
            late(guarding.patience());
          }
        };
    Future<?> alarm =
        alarms.schedule(
            () -> http.execute(ring), guarding.patience().toMillis(), TimeUnit.MILLISECONDS);
    try {
      return attempted(judgement);
    } finally {
      alarm.cancel(false);
    }
  }

  private <T> Outcome<T> attempted(Supplier<T> judgement) {
    try {
      return new Outcome.Judged<>(judgement.get());
    } catch (RuntimeException | StackOverflowError e) {
      LOG.log(Level.ERROR, "the guard failed: " + e.getClass().getName(), e);
      metrics.guardFailed("error");
      return new Outcome.Failed<>();
    }
  }

  private void late(Duration patience) {
    LOG.log(Level.WARNING, "the guard took longer than " + patience.toMillis() + " ms");
    metrics.guardFailed("late");
  }

  /** The first end of two; for one event loop. */
  private static final class Race<T> {
    private final Consumer<Outcome<T>> then;
    private boolean over;

    Race(Consumer<Outcome<T>> then) {
      this.then = then;
    }

    boolean end(Outcome<T> outcome) {
      if (over) {
        return false;
      }
      over = true;
      then.accept(outcome);
      return true;
    }
  }
}
