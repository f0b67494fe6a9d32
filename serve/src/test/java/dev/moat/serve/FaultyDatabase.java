package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.store.Database;
import dev.moat.store.Row;
import dev.moat.store.Transaction;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A database that fails when a test wants it to. */
final class FaultyDatabase implements Database {
  private final Database sound;
  private volatile boolean readable = true;
  private volatile boolean writable = true;

  FaultyDatabase(Database sound) {
    this.sound = sound;
  }

  void readable(boolean now) {
    readable = now;
  }

  void writable(boolean now) {
    writable = now;
  }

  @Override
  public <T> List<T> query(String sql, Function<Row, T> mapper, Object... parameters) {
    require(readable);
    return sound.query(sql, mapper, parameters);
  }

  @Override
  public <T> Optional<T> first(String sql, Function<Row, T> mapper, Object... parameters) {
    require(readable);
    return sound.first(sql, mapper, parameters);
  }

  @Override
  public int execute(String sql, Object... parameters) {
    require(writable);
    return sound.execute(sql, parameters);
  }

  @Override
  public <T> T transaction(Function<Transaction, T> work) {
    require(writable);
    return sound.transaction(work);
  }

  @Override
  public void close() {
    sound.close();
  }

  private static void require(boolean works) {
    if (!works) {
      throw Failure.broken("database: the disk fails", new IOException("I/O error"));
    }
  }
}
