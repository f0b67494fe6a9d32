package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest {
  private static final Migration FIRST =
      new Migration(
          "test",
          1,
          """
          create table thing (
            id bigint primary key, name text unique, size double, data bytea, live boolean);
          create table part (thing bigint not null references thing (id));
          """);

  @TempDir Path folder;
  private Database database;

  @BeforeEach
  void open() {
    database = SqliteDatabase.open(file(), List.of(FIRST));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Path file() {
    return folder.resolve("deep").resolve("test.db");
  }

  private void insert(long id, String name) {
    database.execute("insert into thing (id, name) values (?, ?)", id, name);
  }

  private List<String> names() {
    return database.query("select name from thing order by id", row -> row.text("name"));
  }

  private String pragma(String name) {
    return database.transaction(
        transaction ->
            transaction.first("select * from pragma_" + name, row -> row.text(name)).orElseThrow());
  }

  @Test
  void givesBackValuesOfEveryType() {
    database.execute(
        "insert into thing (id, name, size, data, live) values (?, ?, ?, ?, ?)",
        7L,
        "ü",
        1.5,
        new byte[] {1, 2},
        true);
    database.query(
        "select * from thing",
        row -> {
          assertEquals(7, row.number("id"));
          assertEquals("ü", row.text("name"));
          assertEquals(Optional.of("ü"), row.optionalText("name"));
          assertEquals(1.5, row.real("size"));
          assertArrayEquals(new byte[] {1, 2}, row.bytes("data"));
          assertTrue(row.flag("live"));
          assertEquals(OptionalLong.of(7), row.optionalNumber("id"));
          return row.number("id");
        });
    assertEquals(List.of("ü"), names());
  }

  @Test
  void bindsEveryKindOfParameter() {
    Instant time = Instant.parse("2026-11-21T03:00:00.123Z");
    Digest digest = Digest.of("x");
    List<String> bound =
        database.query(
            "select ? || '|' || ? || '|' || ? || '|' || ? || '|' || ? as text",
            row -> row.text("text"),
            3,
            time,
            digest,
            ArtifactKind.MODEL,
            Optional.of(false));
    assertEquals(List.of("3|" + time.toEpochMilli() + "|" + digest.hex() + "|MODEL|0"), bound);
    assertThrows(
        IllegalArgumentException.class,
        () -> database.query("select ? as a", row -> row.text("a"), new Object[] {List.of()}));
  }

  @Test
  void whatWasErasedIsInNoFileAfterwards() throws IOException {
    String erased = "a value that somebody wants to be gone";
    for (int i = 0; i < 200; i++) {
      insert(i, erased + i);
    }
    insert(1_000, "a value that stays");
    database.execute("delete from thing where id < 1000");
    database.close();
    try (Stream<Path> files = Files.list(file().getParent())) {
      String all = files.map(SqliteDatabaseTest::content).collect(Collectors.joining());
      assertFalse(all.contains(erased));
      assertTrue(all.contains("a value that stays"));
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void nullsAreReadAsOptionalOnly() {
    database.execute(
        "insert into thing (id, name, live) values (?, ?, ?)",
        1,
        Optional.empty(),
        Optional.empty());
    database.query(
        "select * from thing",
        row -> {
          assertEquals(Optional.empty(), row.optionalText("name"));
          assertEquals(OptionalLong.empty(), row.optionalNumber("live"));
          assertThrows(IllegalStateException.class, () -> row.text("name"));
          assertThrows(IllegalStateException.class, () -> row.flag("live"));
          assertThrows(IllegalStateException.class, () -> row.real("size"));
          assertThrows(IllegalStateException.class, () -> row.bytes("data"));
          assertThrows(IllegalStateException.class, () -> row.number("live"));
          return 0;
        });
    assertEquals(1, database.query("select 1 as a", row -> row.number("a")).size());
  }

  @Test
  void firstGivesTheFirstRowOrNothing() {
    insert(1, "a");
    insert(2, "b");
    assertEquals(
        Optional.of("a"),
        database.first("select name from thing order by id", row -> row.text("name")));
    assertEquals(
        Optional.empty(),
        database.first("select name from thing where id = ?", row -> row.text("name"), 9));
  }

  @Test
  void executeCountsTheRowsItChanged() {
    insert(1, "a");
    insert(2, "b");
    assertEquals(2, database.execute("update thing set size = 1.0"));
    assertEquals(0, database.execute("delete from thing where id = 9"));
  }

  @Test
  void writesAreDurableAndForced() {
    assertEquals("wal", pragma("journal_mode"));
    assertEquals("2", pragma("synchronous"));
    assertEquals("1", pragma("foreign_keys"));
    insert(1, "a");
    database.close();
    database = SqliteDatabase.open(file(), List.of(FIRST));
    assertEquals(List.of("a"), names());
  }

  @Test
  void readersCannotWrite() {
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                database.query(
                    "insert into thing (id) values (5) returning id", row -> row.number("id")));
    assertInstanceOf(Problem.Broken.class, failure.problem());
    assertEquals(List.of(), names());
  }

  @Test
  void aTransactionSeesItsOwnWritesAndCommitsThemTogether() {
    int count =
        database.transaction(
            transaction -> {
              transaction.execute("insert into thing (id, name) values (1, 'a')");
              transaction.execute("insert into thing (id, name) values (2, 'b')");
              return transaction.query("select id from thing", row -> row.number("id")).size();
            });
    assertEquals(2, count);
    assertEquals(List.of("a", "b"), names());
  }

  @Test
  void aTransactionThatThrowsIsUndone() {
    insert(1, "a");
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                database.transaction(
                    transaction -> {
                      transaction.execute("insert into thing (id, name) values (2, 'b')");
                      throw new IllegalStateException("no");
                    }));
    assertEquals("no", thrown.getMessage());
    assertEquals(List.of("a"), names());
    insert(3, "c");
    assertEquals(List.of("a", "c"), names());
  }

  @Test
  void anErrorInATransactionDoesNotEndTheWriter() {
    assertThrows(
        StackOverflowError.class,
        () ->
            database.transaction(
                _ -> {
                  throw new StackOverflowError("deep");
                }));
    insert(1, "a");
    assertEquals(List.of("a"), names());
  }

  @Test
  void oneFailingWorkOfAGroupIsUndoneAlone() throws Exception {
    insert(50, "taken");
    CountDownLatch ready = new CountDownLatch(1);
    List<Future<?>> works = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // The first work holds the writer until the others have queued up behind it.
      works.add(
          threads.submit(
              () ->
                  database.transaction(
                      _ -> {
                        try {
                          ready.await();
                        } catch (InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                        return 0;
                      })));
      for (int i = 0; i < 100; i++) {
        int id = i;
        works.add(threads.submit(() -> insert(id, "name " + id)));
      }
      ready.countDown();
    }
    int failed = 0;
    for (Future<?> work : works) {
      failed += work.state() == Future.State.FAILED ? 1 : 0;
    }
    assertEquals(1, failed);
    assertEquals(100, names().size());
  }

  @Test
  void manyWritersAndReadersAtOnceLoseNothing() throws Exception {
    List<Future<?>> works = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 300; i++) {
        int id = i;
        works.add(
            threads.submit(
                () -> {
                  insert(id, "name " + id);
                  assertTrue(names().contains("name " + id));
                }));
      }
    }
    for (Future<?> work : works) {
      work.get();
    }
    assertEquals(300, names().size());
  }

  @Test
  void rulesOfTablesAreKeptAndNamed() {
    insert(1, "a");
    for (String sql :
        List.of(
            "insert into thing (id) values (1)",
            "insert into thing (id, name) values (2, 'a')",
            "insert into part (thing) values (99)")) {
      Failure failure = assertThrows(Failure.class, () -> database.execute(sql));
      assertInstanceOf(Problem.Invalid.class, failure.problem());
      assertTrue(failure.getMessage().contains("constraint"), failure.getMessage());
      assertTrue(failure.getMessage().contains(file().toString()));
    }
    assertEquals(List.of("a"), names());
  }

  @Test
  void aMistakeInTheSqlIsTold() {
    Failure failure =
        assertThrows(Failure.class, () -> database.query("select nothing", row -> row.text("a")));
    assertTrue(failure.getMessage().contains("nothing"), failure.getMessage());
    assertThrows(Failure.class, () -> database.execute("drop table nothing"));
    assertEquals(List.of(), names());
  }

  @Test
  void theDatabaseIsNotToBeUsedInsideItsOwnTransaction() {
    assertThrows(
        IllegalStateException.class,
        () -> database.transaction(_ -> database.execute("delete from thing")));
    insert(1, "a");
    assertEquals(
        1, (int) database.transaction(_ -> names().size()), "reading sees the committed state");
  }

  @Test
  void aMapperMayRunTheSameSqlInItsTransaction() {
    insert(1, "a");
    insert(2, "b");
    String sql = "select id from thing order by id";
    List<Integer> counts =
        database.transaction(
            transaction ->
                transaction.query(
                    sql, _ -> transaction.query(sql, row -> row.number("id")).size()));
    assertEquals(List.of(2, 2), counts);
  }

  @Test
  void manyDifferentStatementsAreNotAllKept() {
    for (int i = 0; i < 400; i++) {
      assertEquals(1, database.query("select " + i + " as a", row -> row.number("a")).size());
      assertEquals(0, database.execute("delete from thing where id = " + i));
    }
  }

  @Test
  void acceptedWorkIsFinishedAndLaterWorkRefusedWhenItCloses() throws Exception {
    List<Future<?>> works = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        int id = i;
        works.add(threads.submit(() -> insert(id, "name " + id)));
      }
      database.close();
    }
    long done = works.stream().filter(work -> work.state() == Future.State.SUCCESS).count();
    Failure failure = assertThrows(Failure.class, () -> insert(999, "late"));
    assertTrue(failure.getMessage().contains("closed"));
    assertThrows(Failure.class, this::names);
    database = SqliteDatabase.open(file(), List.of(FIRST));
    assertEquals(done, names().size());
  }

  @Test
  void aFileThatIsNoDatabaseIsRefused() throws IOException {
    Path other = folder.resolve("other.db");
    Files.writeString(other, "this is not a database, but long enough to look at".repeat(100));
    Failure failure = assertThrows(Failure.class, () -> SqliteDatabase.open(other, List.of(FIRST)));
    assertInstanceOf(Problem.Broken.class, failure.problem());
    assertTrue(failure.getMessage().contains("not a database"), failure.getMessage());
  }

  @Test
  void aFullDatabaseFailsClearlyAndGoesOnWhenThereIsRoom() {
    insert(1, "a");
    database.transaction(
        transaction -> {
          transaction.query("pragma max_page_count = 1", _ -> 0);
          return 0;
        });
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                database.execute(
                    "insert into thing (id, data) values (?, ?)", 2, new byte[1 << 20]));
    assertTrue(failure.getMessage().contains("the disk is full"), failure.getMessage());
    assertTrue(failure.getMessage().contains(file().toString()));
    database.transaction(
        transaction -> {
          transaction.query("pragma max_page_count = 1000000", _ -> 0);
          return 0;
        });
    database.execute("insert into thing (id, data) values (?, ?)", 2, new byte[1 << 20]);
    assertEquals(2, database.query("select id from thing", row -> row.number("id")).size());
  }
}
