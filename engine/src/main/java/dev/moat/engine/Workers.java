package dev.moat.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed crew of threads that share numbered tasks; the calling thread is one of them.
 *
 * <p>A task computes elements that no other task touches, and computes each in a fixed order, so it
 * makes no difference to the result which thread takes it. One thread at a time may call.
 */
final class Workers implements AutoCloseable {
  private static final int SPINS = 2_000;

  /** A piece of work, given its number and the number of the worker that does it. */
  interface Task {
    void run(int index, int worker);
  }

  private final Crewman[] crew;
  private volatile Job current = new Job((_, _) -> {}, 0, Thread.currentThread());
  private volatile boolean closed;

  Workers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1: " + threads);
    }
    crew = new Crewman[threads - 1];
    for (int i = 0; i < crew.length; i++) {
      crew[i] = new Crewman(i + 1);
      crew[i].thread.start();
    }
  }

  int count() {
    return crew.length + 1;
  }

  /** Runs the tasks 0 up to {@code count}, and returns when all have ended. */
  void forEach(int count, Task task) {
    if (crew.length == 0 || count == 1) {
      for (int i = 0; i < count; i++) {
        task.run(i, 0);
      }
      return;
    }
    Job job = new Job(task, count, Thread.currentThread());
    current = job;
    for (Crewman man : crew) {
      man.wake();
    }
    job.work(0);
    job.awaitEnd();
  }

  /** Runs one task for each stretch of up to {@code size} numbers below {@code count}. */
  void forEachRange(int count, int size, RangeTask task) {
    forEach(
        (count + size - 1) / size,
        (index, worker) ->
            task.run(new Range(index * size, Math.min(count, (index + 1) * size)), worker));
  }

  /** A piece of work on a stretch of elements. */
  interface RangeTask {
    void run(Range range, int worker);
  }

  @Override
  public void close() {
    closed = true;
    for (Crewman man : crew) {
      LockSupport.unpark(man.thread);
    }
  }

  private static final class Job {
    private final Task task;
    private final int count;
    private final Thread owner;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger open;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Job(Task task, int count, Thread owner) {
      this.task = task;
      this.count = count;
      this.owner = owner;
      this.open = new AtomicInteger(count);
    }

    void work(int worker) {
      for (int index = next.getAndIncrement(); index < count; index = next.getAndIncrement()) {
        try {
          task.run(index, worker);
        } catch (Throwable e) { // handed to the caller, who waits for it
          failure.compareAndSet(null, e);
        }
        if (open.decrementAndGet() == 0) {
          LockSupport.unpark(owner);
        }
      }
    }

    void awaitEnd() {
      for (int i = 0; open.get() > 0; i++) {
        if (i < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      Throwable e = failure.get();
      if (e instanceof Error error) {
        throw error;
      }
      if (e instanceof RuntimeException exception) {
        throw exception;
      }
    }
  }

  private final class Crewman {
    private final Thread thread;
    private volatile boolean asleep;

    Crewman(int number) {
      thread =
          Thread.ofPlatform().daemon().name("moat-engine-" + number).unstarted(() -> run(number));
    }

    void wake() {
      if (asleep) {
        LockSupport.unpark(thread);
      }
    }

    private void run(int number) {
      Job last = current;
      last.work(number);
      while (!closed) {
        Job job = next(last);
        job.work(number);
        last = job;
      }
    }

    private Job next(Job last) {
      for (int i = 0; i < SPINS; i++) {
        if (current != last) {
          return current;
        }
        Thread.onSpinWait();
      }
      asleep = true;
      while (current == last && !closed) {
        LockSupport.park(Workers.this);
      }
      asleep = false;
      return current;
    }
  }
}
