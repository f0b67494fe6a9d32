package dev.moat.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The database as one piece of work sees it: what it writes stands or falls together. */
public interface Transaction {
  /** All rows of a query. */
  <T> List<T> query(String sql, Function<Row, T> mapper, Object... parameters);

  /** The first row of a query. */
  <T> Optional<T> first(String sql, Function<Row, T> mapper, Object... parameters);

  /** Runs one changing statement and counts the rows it changed. */
  int execute(String sql, Object... parameters);
}
