package dev.moat.flow;

import dev.moat.store.Database;
import dev.moat.store.Row;
import dev.moat.store.Transaction;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A database of a process that is killed: from a given write on nothing reaches the disk. */
final class DyingDatabase implements Database {
  /** What the thread that writes sees of the end. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    Killed() {
      super("killed");
    }
  }

  private final Database real;
  private final AtomicInteger writesLeft = new AtomicInteger(Integer.MAX_VALUE);

  DyingDatabase(Database real) {
    this.real = real;
  }

  /** Lets so many more writes through. */
  void dieAfter(int writes) {
    writesLeft.set(writes);
  }

  @Override
  public <T> List<T> query(String sql, Function<Row, T> mapper, Object... parameters) {
    return real.query(sql, mapper, parameters);
  }

  @Override
  public <T> Optional<T> first(String sql, Function<Row, T> mapper, Object... parameters) {
    return real.first(sql, mapper, parameters);
  }

  @Override
  public int execute(String sql, Object... parameters) {
    count();
    return real.execute(sql, parameters);
  }

  @Override
  public <T> T transaction(Function<Transaction, T> work) {
    count();
    return real.transaction(work);
  }

  @Override
  public void close() {
    real.close();
  }

  private void count() {
    if (writesLeft.getAndDecrement() <= 0) {
      throw new Killed();
    }
  }
}
