package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.moat.core.Failure;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values on their way into the database and back, and the SQL that both databases share. */
class SqlValuesTest {
  private static final Migration TABLE =
      new Migration(
          "values",
          1,
          """
          create table value (
            id text primary key, text text, number bigint, size double, data bytea, flag boolean);
          create table log (line text not null);
          create trigger value_added after insert on value
          begin
            insert into log (line) values ('added ' || new.id);
            insert into log (line) values ('; not an end');
          end;
          create index value_number on value (number) where number is not null;
          """);

  @TempDir Path folder;
  private Database database;

  @BeforeEach
  void open() {
    database = SqliteDatabase.open(folder.resolve("values.db"), List.of(TABLE));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private <T> T stored(String column, Object value, Function<Row, T> mapper) {
    database.execute("delete from value");
    database.execute("insert into value (id, " + column + ") values ('x', ?)", value);
    return database.first("select " + column + " from value", mapper).orElseThrow();
  }

  private void comesBack(
      Object expected, String column, Object value, Function<Row, Object> mapper) {
    assertEquals(expected, stored(column, value, mapper));
  }

  @Test
  void numbersKeepEveryBit() {
    for (long number : new long[] {0, 1, -1, 1L << 53, Long.MAX_VALUE, Long.MIN_VALUE}) {
      comesBack(number, "number", number, row -> row.number("number"));
    }
    comesBack(7L, "number", 7, row -> row.number("number"));
    for (double size :
        new double[] {0.0, -0.5, 0.1, Double.MAX_VALUE, Double.MIN_VALUE, 1e300, 3}) {
      comesBack(size, "size", size, row -> row.real("size"));
    }
    comesBack(Double.POSITIVE_INFINITY, "size", Double.POSITIVE_INFINITY, row -> row.real("size"));
  }

  @Test
  void whatIsNotANumberIsNoValue() {
    assertThrows(
        IllegalStateException.class, () -> stored("size", Double.NaN, row -> row.real("size")));
  }

  @Test
  void timesKeepTheirMilliseconds() {
    for (String text : List.of("1970-01-01T00:00:00Z", "2026-11-21T03:00:00.123Z")) {
      Instant time = Instant.parse(text);
      comesBack(time.toEpochMilli(), "number", time, row -> row.number("number"));
    }
  }

  @Test
  void truthValuesComeBack() {
    comesBack(true, "flag", true, row -> row.flag("flag"));
    comesBack(false, "flag", false, row -> row.flag("flag"));
    assertEquals(
        1, database.query("select id from value where flag = false", row -> row.text("id")).size());
  }

  @Test
  void textsOfAllCharactersComeBack() {
    Random random = new Random(91);
    List<String> texts =
        new ArrayList<>(List.of("", " ", "'", "\"", "?", "--", "\n", "ü", "漢字", "🙂", "%_\\"));
    for (int i = 0; i < 200; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(30);
      for (int k = 0; k < length; k++) {
        int codePoint = 1 + random.nextInt(0x10FFFF);
        boolean surrogate = codePoint >= 0xD800 && codePoint < 0xE000;
        text.appendCodePoint(surrogate ? 'x' : codePoint);
      }
      texts.add(text.toString());
    }
    for (String text : texts) {
      assertEquals(text, stored("text", text, row -> row.text("text")));
    }
  }

  @Test
  void bytesOfAllSizesComeBack() {
    Random random = new Random(92);
    for (int size : new int[] {0, 1, 255, 4096, 100_000, 3_000_000}) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      assertArrayEquals(bytes, stored("data", bytes, row -> row.bytes("data")));
    }
  }

  @Test
  void parametersAreNeverSql() {
    String hostile = "x'); drop table value; --";
    assertEquals(hostile, stored("text", hostile, row -> row.text("text")));
    assertEquals(
        List.of(),
        database.query("select id from value where text = ?", row -> row.text("id"), "' or 1=1"));
    assertEquals(1, database.query("select id from value", row -> row.text("id")).size());
  }

  @Test
  void migrationsMayHoldTriggersAndSeveralStatements() {
    database.execute("insert into value (id) values ('one')");
    assertEquals(
        List.of("added one", "; not an end"),
        database.query("select line from log order by rowid", row -> row.text("line")));
  }

  @Test
  void theSharedSubsetOfSqlWorks() {
    for (int i = 0; i < 10; i++) {
      database.execute(
          "insert into value (id, number, flag) values (?, ?, ?)", "v" + i, i % 3, i % 2 == 0);
    }
    assertEquals(
        Optional.of("v3"),
        database.first(
            """
            with ranked as (
              select id, number, row_number() over (partition by number order by id) as place
              from value)
            select id from ranked where number = ? and place = 2
            """,
            row -> row.text("id"),
            0));
    assertEquals(
        List.of(5L),
        database.query(
            "select count(*) filter (where flag) as live from value", row -> row.number("live")));
    List<String> deleted =
        database.transaction(
            transaction ->
                transaction.query(
                    "delete from value where number = ? returning id", row -> row.text("id"), 2));
    assertEquals(List.of("v2", "v5", "v8"), deleted.stream().sorted().toList());
    assertEquals(
        1,
        database.execute(
            """
            insert into value (id, number) values ('v1', 50)
            on conflict (id) do update set number = excluded.number + value.number
            """));
    assertEquals(
        Optional.of(51L),
        database.first("select number from value where id = 'v1'", row -> row.number("number")));
  }

  @Test
  void tooFewOrTooManyParametersAreAMistakeOfTheProgram() {
    String sql = "select id from value where id = ? or id = ?";
    assertEquals(List.of(), database.query(sql, row -> row.text("id"), "a", "b"));
    assertThrows(
        IllegalArgumentException.class, () -> database.query(sql, row -> row.text("id"), "a"));
    assertThrows(
        IllegalArgumentException.class,
        () -> database.query(sql, row -> row.text("id"), "a", "b", "c"));
    assertThrows(
        IllegalArgumentException.class,
        () -> database.execute("insert into value (id, text) values (?, ?)", "a"));
    assertEquals(List.of(), database.query("select id from value", row -> row.text("id")));
  }

  @Test
  void aStatementIsFreshEachTimeItIsUsed() {
    String sql = "select ? as text";
    for (int i = 0; i < 5; i++) {
      assertEquals(
          List.of("value " + i), database.query(sql, row -> row.text("text"), "value " + i));
    }
  }

  @Test
  void aColumnThatIsNotThereIsTold() {
    database.execute("insert into value (id) values ('one')");
    assertThrows(
        Failure.class, () -> database.query("select id from value", row -> row.text("name")));
    assertEquals(1, database.query("select id from value", row -> row.text("id")).size());
  }
}
