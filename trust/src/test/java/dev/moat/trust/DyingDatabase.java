package dev.moat.trust;

import dev.moat.store.Database;
import dev.moat.store.Row;
import dev.moat.store.Transaction;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A database that fails from its n-th write on, as a process that dies there. */
final class DyingDatabase implements Database {
  private final Database database;
  private int writesLeft;

  DyingDatabase(Database database, int writesLeft) {
    this.database = database;
    this.writesLeft = writesLeft;
  }

  @Override
  public <T> List<T> query(String sql, Function<Row, T> mapper, Object... parameters) {
    return database.query(sql, mapper, parameters);
  }

  @Override
  public <T> Optional<T> first(String sql, Function<Row, T> mapper, Object... parameters) {
    return database.first(sql, mapper, parameters);
  }

  @Override
  public int execute(String sql, Object... parameters) {
    die();
    return database.execute(sql, parameters);
  }

  @Override
  public <T> T transaction(Function<Transaction, T> work) {
    die();
    return database.transaction(work);
  }

  private void die() {
    if (writesLeft-- == 0) {
      throw new IllegalStateException("died");
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
