package dev.moat.serve;

import dev.moat.engine.MiniLm;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Embeds texts with the model that ships with this program. It is loaded when the first question
 * comes, so that a start does not wait for it.
 *
 * <p>The model is native code, so it has platform threads of its own. They take one text at a time
 * and in turn from all open questions: a long one does not hold the short ones up.
 */
public final class MiniLmBackend implements ModelBackend {
  /** How many questions may be open. */
  static final int OPEN_MAX = 64;

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final ThreadPoolExecutor executor;
  private final ReentrantLock loading = new ReentrantLock();
  private @Nullable MiniLm model;

  /** Embeds on so many threads. */
  public MiniLmBackend(int threads) {
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(OPEN_MAX * threads),
            Thread.ofPlatform().daemon().name("embedding-", 0).factory());
    executor.allowCoreThreadTimeOut(true);
  }

  @Override
  public boolean answers(Endpoint endpoint) {
    return endpoint == Endpoint.EMBEDDING;
  }

  @Override
  public Answering begin(ModelCall call, AnswerSink sink, Executor loop) {
    MiniLmAnswer answer = new MiniLmAnswer(call, sink, loop, this);
    if (call.form().dimensions().orElse(MiniLm.DIMENSIONS) != MiniLm.DIMENSIONS) {
      answer.refuse(
          new Refusal(
              400,
              "invalid_request_error",
              "dimensions: this model has " + MiniLm.DIMENSIONS + " and no other; leave it out",
              "dimensions",
              ""));
    } else if (!submit(answer::begin)) {
      answer.refuse(
          new Refusal(
              429,
              "rate_limit_error",
              "engine: as many texts wait to be embedded as it takes; try again",
              "",
              "rate_limit_exceeded",
              RETRY));
    }
    return answer;
  }

  /** Runs the work when its turn comes; false if too much waits. */
  boolean submit(Runnable work) {
    try {
      executor.execute(work);
      return true;
    } catch (RejectedExecutionException _) {
      return false;
    }
  }

  /** How many texts are computed at a time. */
  int threads() {
    return executor.getCorePoolSize();
  }

  /** The model, which is loaded now if it was not yet; not for event loops. */
  MiniLm model() {
    loading.lock();
    try {
      MiniLm loaded = model;
      if (loaded == null) {
        loaded = MiniLm.load();
        model = loaded;
      }
      return loaded;
    } finally {
      loading.unlock();
    }
  }

  /** Ends the threads. The model goes with the process: a thread may still be inside of it. */
  @Override
  public void close() {
    executor.shutdownNow();
  }
}
