package dev.moat.serve;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Timers on one thread of their own, which only hands work on. */
final class ThreadTimers implements Timers, AutoCloseable {
  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("backend-timer-", 0).factory());

  ThreadTimers() {
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Timer after(Duration delay, Runnable work) {
    try {
      Future<?> pending = executor.schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> pending.cancel(false);
    } catch (RejectedExecutionException _) {
      return Timer.NONE; // closed: nothing runs any more
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
