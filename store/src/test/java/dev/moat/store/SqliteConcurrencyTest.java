package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Threads, queues and errors of the SQLite database. */
class SqliteConcurrencyTest {
  private static final Migration TABLE =
      new Migration("test", 1, "create table counter (name text primary key, value bigint)");

  @TempDir Path folder;
  private Database database;

  @BeforeEach
  void open() {
    database = SqliteDatabase.open(file(), List.of(TABLE));
    database.execute("insert into counter (name, value) values ('a', 0)");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Path file() {
    return folder.resolve("test.db");
  }

  private long value() {
    return database
        .first("select value from counter where name = 'a'", row -> row.number("value"))
        .orElseThrow();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void readThenWriteTransactionsNeverLoseAnUpdate() throws Exception {
    List<Future<?>> works = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        works.add(threads.submit(() -> database.transaction(SqliteConcurrencyTest::increment)));
      }
    }
    for (Future<?> work : works) {
      work.get();
    }
    assertEquals(200, value());
  }

  private static int increment(Transaction transaction) {
    long value =
        transaction
            .first("select value from counter where name = 'a'", row -> row.number("value"))
            .orElseThrow();
    return transaction.execute("update counter set value = ? where name = 'a'", value + 1);
  }

  @Test
  void readersDoNotWaitForAWriterAndSeeTheStateBefore() throws Exception {
    CountDownLatch written = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> writer =
          threads.submit(
              () ->
                  database.transaction(
                      transaction -> {
                        transaction.execute("update counter set value = 5");
                        written.countDown();
                        await(release);
                        return 1;
                      }));
      written.await();
      assertEquals(0, value());
      release.countDown();
      assertEquals(1, writer.get());
      assertEquals(5, value());
    }
  }

  @Test
  void allWorkRunsOnPlatformThreads() {
    Set<String> names = ConcurrentHashMap.newKeySet();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        threads.execute(
            () -> {
              database.query("select 1 as a", _ -> names.add(threadName()));
              database.transaction(_ -> names.add(threadName()));
            });
      }
    }
    assertTrue(names.contains("platform sqlite-writer"), names.toString());
    assertTrue(
        names.stream().allMatch(name -> name.startsWith("platform sqlite-")), names.toString());
  }

  private static String threadName() {
    Thread thread = Thread.currentThread();
    return (thread.isVirtual() ? "virtual " : "platform ") + thread.getName();
  }

  @Test
  void waitingWorkIsCommittedInFewGroups() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    int count = 500;
    AtomicInteger done = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.execute(
          () ->
              database.transaction(
                  _ -> {
                    started.countDown();
                    await(release);
                    return 0;
                  }));
      started.await();
      for (int i = 0; i < count; i++) {
        threads.execute(
            () -> {
              database.transaction(SqliteConcurrencyTest::increment);
              done.incrementAndGet();
            });
      }
      // None is told of success while the first group is not committed.
      assertEquals(0, done.get());
      release.countDown();
    }
    assertEquals(count, done.get());
    assertEquals(count, value());
  }

  @Test
  void anInterruptedCallerStillGetsItsResult() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger result = new AtomicInteger();
    Thread caller =
        Thread.ofPlatform()
            .start(
                () ->
                    result.set(
                        database.transaction(
                            transaction -> {
                              started.countDown();
                              await(release);
                              return transaction.execute("update counter set value = 9");
                            })));
    started.await();
    caller.interrupt();
    release.countDown();
    caller.join();
    assertEquals(1, result.get());
    assertEquals(9, value());
  }

  @Test
  void theCallersOwnExceptionComesBack() {
    IllegalArgumentException own = new IllegalArgumentException("mine");
    assertSame(
        own,
        assertThrows(
            IllegalArgumentException.class,
            () ->
                database.transaction(
                    _ -> {
                      throw own;
                    })));
    assertSame(
        own,
        assertThrows(
            IllegalArgumentException.class,
            () ->
                database.query(
                    "select 1 as a",
                    _ -> {
                      throw own;
                    })));
    assertEquals(0, value());
  }

  @Test
  void aFailingReaderGivesItsConnectionBack() {
    for (int i = 0; i < 20; i++) {
      assertThrows(Failure.class, () -> database.query("select nothing", row -> row.text("a")));
    }
    assertEquals(0, value());
  }

  @Test
  void closingTwiceIsHarmless() {
    database.close();
    database.close();
    Failure failure = assertThrows(Failure.class, this::value);
    assertTrue(failure.getMessage().contains("closed"));
  }

  @Test
  void twoDatabasesOnOneFileTakeTurns() {
    try (Database second = SqliteDatabase.open(file(), List.of(TABLE))) {
      for (int i = 0; i < 20; i++) {
        database.transaction(SqliteConcurrencyTest::increment);
        second.transaction(SqliteConcurrencyTest::increment);
      }
      assertEquals(40, value());
    }
  }

  @Test
  void errorsOfTheDatabaseSayWhatHelps() {
    SqlFailures failures = new SqlFailures(file());
    expect(failures, SQLiteErrorCode.SQLITE_BUSY, Problem.Busy.class, "another process");
    expect(failures, SQLiteErrorCode.SQLITE_LOCKED, Problem.Busy.class, "another process");
    expect(failures, SQLiteErrorCode.SQLITE_READONLY, Problem.Broken.class, "write access");
    expect(failures, SQLiteErrorCode.SQLITE_CORRUPT, Problem.Broken.class, "backup");
    expect(failures, SQLiteErrorCode.SQLITE_FULL, Problem.Broken.class, "free space");
    expect(failures, SQLiteErrorCode.SQLITE_CANTOPEN, Problem.Broken.class, "rights");
    expect(failures, SQLiteErrorCode.SQLITE_NOTADB, Problem.Broken.class, "not a database");
    expect(failures, SQLiteErrorCode.SQLITE_IOERR_FSYNC, Problem.Broken.class, "the log");
    expect(failures, SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE, Problem.Invalid.class, "a rule");
    Failure other = failures.of(new SQLException("odd"));
    assertTrue(other.getMessage().contains("odd"));
  }

  private void expect(
      SqlFailures failures, SQLiteErrorCode code, Class<? extends Problem> problem, String remedy) {
    Failure failure = failures.of(new SQLiteException("message", code));
    assertInstanceOf(problem, failure.problem());
    assertTrue(failure.getMessage().contains(remedy), failure.getMessage());
    assertTrue(failure.getMessage().contains(file().toString()));
  }
}
