package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.wire.ServerExchange;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Threads for work that would hold an event loop up; small work stays on the loop. */
final class WorkPool implements AutoCloseable {
  /** Work on so many characters or bytes takes well under a millisecond. */
  static final int INLINE_MAX = 4096;

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final ThreadPoolExecutor executor;

  WorkPool(int threads, int waitingMax) {
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(waitingMax),
            Thread.ofPlatform().daemon().name("gateway-guard-", 0).factory());
    executor.allowCoreThreadTimeOut(true);
  }

  /** Computes something of that size and gives it to {@code then} on the exchange's loop. */
  <T> void compute(int size, ServerExchange http, Supplier<T> work, Consumer<T> then) {
    if (size <= INLINE_MAX) {
      then.accept(work.get());
      return;
    }
    try {
      executor.execute(() -> computed(http, work, then));
    } catch (RejectedExecutionException _) {
      throw new Failure(
          new Problem.Busy("gateway: as many long texts wait as it takes; try again", RETRY));
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  private static <T> void computed(ServerExchange http, Supplier<T> work, Consumer<T> then) {
    try {
      T result = work.get();
      http.execute(() -> then.accept(result));
    } catch (RuntimeException | Error e) {
      http.execute(() -> http.fail(e));
    }
  }
}
