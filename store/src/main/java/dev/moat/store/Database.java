package dev.moat.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A relational database: writes are serialised and durable when they return, reads run beside them.
 *
 * <p>Parameters may be texts, numbers, booleans, byte arrays, {@code Instant} (epoch milliseconds),
 * enums (their name), {@code Digest} (its hex) and {@code Optional} of these (empty is null).
 */
public interface Database extends AutoCloseable {
  /** All rows of a query, as of one moment. */
  <T> List<T> query(String sql, Function<Row, T> mapper, Object... parameters);

  /** The first row of a query. */
  <T> Optional<T> first(String sql, Function<Row, T> mapper, Object... parameters);

  /** Runs one changing statement; durable when it returns. Counts the rows it changed. */
  int execute(String sql, Object... parameters);

  /**
   * Runs {@code work} alone among the writers; durable when it returns, undone if it throws. The
   * work must be short, and must use the transaction it is given, never this database.
   */
  <T> T transaction(Function<Transaction, T> work);

  /** Finishes the accepted writes and closes. */
  @Override
  void close();
}
