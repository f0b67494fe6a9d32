package dev.moat.store;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A small pool of platform threads that read, each with a connection of its own. */
final class SqliteReaders implements AutoCloseable {
  private static final int READERS = 4;
  private static final int WAITING_MAX = 10_000;
  private static final int CLOSE_SECONDS_MAX = 30;

  private final SqlFailures failures;
  private final BlockingQueue<SqlSession> sessions = new ArrayBlockingQueue<>(READERS);
  private final ThreadPoolExecutor threads;

  SqliteReaders(SqlFailures failures, Connector connector) throws SQLException {
    this.failures = failures;
    for (int i = 0; i < READERS; i++) {
      sessions.add(new SqlSession(connector.connect(), failures));
    }
    threads =
        new ThreadPoolExecutor(
            READERS,
            READERS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().daemon().name("sqlite-reader-", 0).factory());
  }

  /** Opens one connection. */
  interface Connector {
    Connection connect() throws SQLException;
  }

  <T> T run(Function<SqlSession, T> work) {
    try {
      return CompletableFuture.supplyAsync(() -> lend(work), threads).join();
    } catch (RejectedExecutionException _) {
      throw threads.isShutdown() ? SqliteDatabase.closed() : tooMany();
    } catch (CompletionException e) {
      throw SqliteWriter.unwrapped(e);
    }
  }

  /** There are as many sessions as threads, so one is free whenever a thread asks. */
  private <T> T lend(Function<SqlSession, T> work) {
    SqlSession session = sessions.remove();
    try {
      return work.apply(session);
    } finally {
      sessions.add(session);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
        return;
      }
      List<SqlSession> open = new ArrayList<>();
      sessions.drainTo(open);
      for (SqlSession session : open) {
        session.close();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      throw failures.of(e);
    }
  }

  private static Failure tooMany() {
    return new Failure(
        new Problem.Busy(
            "database: " + WAITING_MAX + " queries wait already; try again later",
            Duration.ofSeconds(1)));
  }
}
