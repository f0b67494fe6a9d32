package dev.moat.store;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes. It takes all work that has queued up, runs each piece inside a
 * savepoint of one transaction, and commits them with one fsync: a piece that throws is undone
 * alone, and nobody is told of success before the commit.
 */
final class SqliteWriter implements AutoCloseable {
  private static final int QUEUE_MAX = 4096;
  private static final int BATCH_MAX = 1024;
  private static final int QUEUE_SECONDS_MAX = 10;

  private final SqlSession session;
  private final SqlFailures failures;
  private final BlockingQueue<Work<?>> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final Thread thread;
  private volatile boolean closing;

  SqliteWriter(SqlSession session, SqlFailures failures) {
    this.session = session;
    this.failures = failures;
    thread = Thread.ofPlatform().daemon().name("sqlite-writer").start(this::serve);
  }

  <T> T run(Function<Transaction, T> function) {
    if (Thread.currentThread().equals(thread)) {
      throw new IllegalStateException("inside a transaction: use the one you were given");
    }
    Work<T> work = new Work<>(function);
    enqueue(work);
    if (closing && queue.remove(work)) {
      throw SqliteDatabase.closed();
    }
    try {
      return work.done.join();
    } catch (CompletionException e) {
      throw unwrapped(e);
    }
  }

  static RuntimeException unwrapped(CompletionException e) {
    return switch (e.getCause()) {
      case RuntimeException cause -> cause;
      case Error error -> throw error;
      case null, default -> e;
    };
  }

  private void enqueue(Work<?> work) {
    try {
      if (closing) {
        throw SqliteDatabase.closed();
      }
      if (!queue.offer(work, QUEUE_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw busy("its queue has been full for " + QUEUE_SECONDS_MAX + " seconds");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw busy("the caller was interrupted while it waited");
    }
  }

  private static Failure busy(String why) {
    return new Failure(
        new Problem.Busy("database: " + why + "; try again later", Duration.ofSeconds(1)));
  }

  private void serve() {
    List<Work<?>> batch = new ArrayList<>();
    try {
      while (!closing || !queue.isEmpty()) {
        batch.add(queue.take());
        queue.drainTo(batch, BATCH_MAX - 1);
        commit(batch);
        batch.clear();
      }
    } catch (InterruptedException _) {
      closing = true;
    } finally {
      queue.drainTo(batch);
      batch.forEach(work -> work.done.completeExceptionally(SqliteDatabase.closed()));
    }
  }

  private void commit(List<Work<?>> batch) {
    try {
      session.script("begin immediate");
      for (Work<?> work : batch) {
        run(work);
      }
      session.script("commit");
      batch.forEach(Work::succeed);
    } catch (SQLException e) {
      Failure failure = e.getCause() instanceof Failure cause ? cause : failures.of(e);
      rollback();
      batch.forEach(work -> work.done.completeExceptionally(failure));
    }
  }

  /** Throws only if the whole transaction is lost, as SQLite may decide when the disk is full. */
  private void run(Work<?> work) throws SQLException {
    session.script("savepoint work");
    try {
      work.run(session);
      session.script("release work");
    } catch (RuntimeException | Error e) {
      undo(e);
      work.done.completeExceptionally(e);
    }
  }

  private void undo(Throwable cause) throws SQLException {
    try {
      session.script("rollback to work");
      session.script("release work");
    } catch (SQLException e) {
      throw new SQLException("the transaction is lost", cause);
    }
  }

  private void rollback() {
    try {
      session.script("rollback");
    } catch (SQLException _) {
      // SQLite has rolled back by itself.
    }
  }

  @Override
  public void close() {
    closing = true;
    queue.offer(new Work<>(_ -> 0)); // wakes the thread; a full queue needs no waking
    try {
      thread.join();
      session.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      throw failures.of(e);
    }
  }

  /** One piece of work and the place of its result. */
  private static final class Work<T> {
    private final Function<Transaction, T> function;
    private final CompletableFuture<T> done = new CompletableFuture<>();
    private @Nullable T result;

    Work(Function<Transaction, T> function) {
      this.function = function;
    }

    void run(Transaction transaction) {
      result = function.apply(transaction);
    }

    void succeed() {
      done.complete(result);
    }
  }
}
