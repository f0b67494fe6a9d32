package dev.moat.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/** A clock that stands still until a test moves it, with the timers and the loop that obey it. */
final class FakeTime implements LongSupplier, Timers, Executor {
  private record Pending(long at, Runnable work) {}

  private final List<Pending> pending = new ArrayList<>();
  private final List<Runnable> queued = new ArrayList<>();
  private long now = 1_000_000_000_000L;

  @Override
  public long getAsLong() {
    return now;
  }

  @Override
  public Timer after(Duration delay, Runnable work) {
    Pending added = new Pending(now + delay.toNanos(), work);
    pending.add(added);
    return () -> pending.remove(added);
  }

  @Override
  public void execute(Runnable work) {
    queued.add(work);
  }

  /** Runs what is queued, and what that queues. */
  void run() {
    while (!queued.isEmpty()) {
      queued.removeFirst().run();
    }
  }

  /** Lets time pass; what falls due runs in its order. */
  void pass(Duration time) {
    run();
    long end = now + time.toNanos();
    while (pending.stream().anyMatch(p -> p.at() <= end)) {
      Pending next = pending.stream().min(Comparator.comparingLong(Pending::at)).orElseThrow();
      pending.remove(next);
      now = Math.max(now, next.at());
      next.work().run();
      run();
    }
    now = end;
  }

  void passMillis(long millis) {
    pass(Duration.ofMillis(millis));
  }

  /** How many timers wait. */
  int waiting() {
    return pending.size();
  }
}
