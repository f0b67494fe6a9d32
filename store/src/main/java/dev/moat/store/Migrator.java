package dev.moat.store;

import dev.moat.core.Failure;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Brings the schema up to date: each migration once, in its own transaction. */
final class Migrator {
  private final SqlSession session;
  private final Path file;

  Migrator(SqlSession session, Path file) {
    this.session = session;
    this.file = file;
  }

  /** Runs what is missing, rooms in the order given; refuses a changed or unknown past. */
  void run(List<Migration> migrations) throws SQLException {
    List<Migration> ordered = ordered(migrations);
    session.script(
        """
        create table if not exists moat_migration (
          room text not null, number bigint not null, checksum text not null,
          primary key (room, number))
        """);
    Map<String, String> applied = applied();
    requireKnown(applied.keySet(), migrations);
    for (Migration migration : ordered) {
      run(migration, applied.get(name(migration)));
    }
  }

  /** Rooms in the order given, the migrations of each by number, which must count from 1. */
  private static List<Migration> ordered(List<Migration> migrations) {
    List<Migration> ordered = new ArrayList<>();
    for (String room : migrations.stream().map(Migration::room).distinct().toList()) {
      int before = ordered.size();
      migrations.stream()
          .filter(migration -> migration.room().equals(room))
          .sorted(Comparator.comparingInt(Migration::number))
          .forEach(ordered::add);
      for (int i = before; i < ordered.size(); i++) {
        if (ordered.get(i).number() != i - before + 1) {
          throw new IllegalArgumentException("migrations of " + room + " do not count up");
        }
      }
    }
    return ordered;
  }

  private void run(Migration migration, @Nullable String applied) throws SQLException {
    if (applied == null) {
      apply(migration);
    } else if (!applied.equals(migration.checksum().hex())) {
      throw Failure.invalid(
          "database "
              + file
              + ": migration "
              + name(migration)
              + " ran with another text; run the version of Moat that made this database");
    }
  }

  private void apply(Migration migration) throws SQLException {
    session.script("begin immediate");
    try {
      session.script(migration.sql());
      session.execute(
          "insert into moat_migration (room, number, checksum) values (?, ?, ?)",
          migration.room(),
          migration.number(),
          migration.checksum());
      session.script("commit");
    } catch (SQLException | RuntimeException e) {
      session.script("rollback");
      throw e;
    }
  }

  private Map<String, String> applied() {
    return session
        .query(
            "select room, number, checksum from moat_migration",
            row -> Map.entry(row.text("room") + "/" + row.number("number"), row.text("checksum")))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private void requireKnown(Set<String> applied, List<Migration> migrations) {
    Set<String> unknown = new HashSet<>(applied);
    migrations.forEach(migration -> unknown.remove(name(migration)));
    if (!unknown.isEmpty()) {
      throw Failure.invalid(
          "database "
              + file
              + ": has migrations this version does not know ("
              + unknown.stream().sorted().collect(Collectors.joining(", "))
              + "); start the newer version of Moat that made it");
    }
  }

  private static String name(Migration migration) {
    return migration.room() + "/" + migration.number();
  }
}
