package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigratorTest {
  private static final Migration ONE = new Migration("a", 1, "create table one (id bigint)");
  private static final Migration TWO = new Migration("a", 2, "alter table one add name text");
  private static final Migration OTHER = new Migration("b", 1, "create table other (id bigint)");

  @TempDir Path folder;

  private List<String> openAndListTables(Migration... migrations) {
    try (Database database = SqliteDatabase.open(folder.resolve("test.db"), List.of(migrations))) {
      return database.query(
          "select name from sqlite_master where type = 'table' order by name",
          row -> row.text("name"));
    }
  }

  private Failure refused(Migration... migrations) {
    return assertThrows(Failure.class, () -> openAndListTables(migrations));
  }

  @Test
  void aNewDatabaseGetsAllTables() {
    assertEquals(List.of("moat_migration", "one", "other"), openAndListTables(ONE, TWO, OTHER));
  }

  @Test
  void eachMigrationRunsOnce() {
    openAndListTables(ONE);
    openAndListTables(ONE);
    openAndListTables(ONE, TWO);
    assertEquals(List.of("moat_migration", "one", "other"), openAndListTables(ONE, TWO, OTHER));
  }

  @Test
  void migrationsRunInOrderOfTheirNumber() {
    assertEquals(List.of("moat_migration", "one"), openAndListTables(TWO, ONE));
  }

  @Test
  void roomsMayComeInAnyOrderLater() {
    openAndListTables(OTHER, ONE);
    assertEquals(List.of("moat_migration", "one", "other"), openAndListTables(ONE, OTHER, TWO));
  }

  @Test
  void aChangedMigrationIsRefused() {
    openAndListTables(ONE);
    Failure failure = refused(new Migration("a", 1, "create table one (id text)"));
    assertInstanceOf(Problem.Invalid.class, failure.problem());
    assertTrue(failure.getMessage().contains("a/1"), failure.getMessage());
    assertEquals(List.of("moat_migration", "one"), openAndListTables(ONE));
  }

  @Test
  void whiteSpaceAroundAMigrationDoesNotChangeIt() {
    openAndListTables(ONE);
    Migration spaced = new Migration("a", 1, "\n  create table one (id bigint)\n");
    assertEquals(List.of("moat_migration", "one"), openAndListTables(spaced));
  }

  @Test
  void aDatabaseOfANewerVersionIsRefused() {
    openAndListTables(ONE, TWO, OTHER);
    Failure failure = refused(ONE);
    assertTrue(failure.getMessage().contains("a/2, b/1"), failure.getMessage());
    assertTrue(failure.getMessage().contains("newer"), failure.getMessage());
  }

  @Test
  void aFailingMigrationIsUndoneWhole() {
    Migration broken =
        new Migration("a", 2, "create table half (id bigint); create table one (id bigint);");
    Failure failure = refused(ONE, broken);
    assertTrue(failure.getMessage().contains("one"), failure.getMessage());
    assertEquals(List.of("moat_migration", "one"), openAndListTables(ONE));
    assertEquals(List.of("moat_migration", "one"), openAndListTables(ONE, TWO));
  }

  @Test
  void numbersCountUpFromOne() {
    Migration third = new Migration("a", 3, "create table three (id bigint)");
    assertThrows(IllegalArgumentException.class, () -> openAndListTables(ONE, third));
    assertThrows(IllegalArgumentException.class, () -> openAndListTables(ONE, ONE));
    assertThrows(IllegalArgumentException.class, () -> openAndListTables(TWO));
    assertThrows(IllegalArgumentException.class, () -> new Migration("a", 0, "x"));
    assertThrows(IllegalArgumentException.class, () -> new Migration(" ", 1, "x"));
    assertThrows(IllegalArgumentException.class, () -> new Migration("a", 1, " "));
  }
}
