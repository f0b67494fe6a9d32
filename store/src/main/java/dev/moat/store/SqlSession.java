package dev.moat.store;

import dev.moat.core.Digest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One connection, used by one thread at a time, that keeps its prepared statements. */
final class SqlSession implements Transaction, AutoCloseable {
  private static final int STATEMENTS_MAX = 128;
  private static final int ROWS_MAX = 10_000_000;

  private final Connection connection;
  private final SqlFailures failures;
  private final Map<String, PreparedStatement> idle = new LinkedHashMap<>(16, 0.75f, true);

  SqlSession(Connection connection, SqlFailures failures) {
    this.connection = connection;
    this.failures = failures;
  }

  @Override
  public <T> List<T> query(String sql, Function<Row, T> mapper, Object... parameters) {
    return rows(sql, mapper, ROWS_MAX, parameters);
  }

  @Override
  public <T> Optional<T> first(String sql, Function<Row, T> mapper, Object... parameters) {
    return rows(sql, mapper, 1, parameters).stream().findFirst();
  }

  @Override
  public int execute(String sql, Object... parameters) {
    return with(
        sql,
        statement -> {
          bind(statement, parameters);
          return statement.executeUpdate();
        });
  }

  /** Runs one statement or several, without parameters and without keeping them. */
  void script(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : idle.values()) {
      statement.close();
    }
    connection.close();
  }

  private <T> List<T> rows(String sql, Function<Row, T> mapper, int max, Object... parameters) {
    return with(
        sql,
        statement -> {
          bind(statement, parameters);
          List<T> rows = new ArrayList<>();
          try (ResultSet results = statement.executeQuery()) {
            Row row = new ResultRow(results, failures);
            while (rows.size() < max && results.next()) {
              rows.add(mapper.apply(row));
            }
          }
          return rows;
        });
  }

  /** Lends the statement out: a mapper that runs the same SQL again gets another one. */
  private <T> T with(String sql, Use<T> use) {
    try {
      PreparedStatement kept = idle.remove(sql);
      PreparedStatement statement = kept == null ? connection.prepareStatement(sql) : kept;
      boolean whole = false;
      try {
        T result = use.of(statement);
        whole = true;
        return result;
      } finally {
        keep(sql, statement, whole);
      }
    } catch (SQLException e) {
      throw failures.of(e);
    }
  }

  private void keep(String sql, PreparedStatement statement, boolean whole) throws SQLException {
    PreparedStatement surplus = whole ? idle.put(sql, statement) : statement;
    if (surplus != null) {
      surplus.close();
    }
    if (idle.size() > STATEMENTS_MAX) {
      var eldest = idle.entrySet().iterator();
      PreparedStatement oldest = eldest.next().getValue();
      eldest.remove();
      oldest.close();
    }
  }

  private static void bind(PreparedStatement statement, Object... parameters) throws SQLException {
    // A kept statement still has its last parameters: one forgotten would take the old value.
    if (statement.getParameterMetaData().getParameterCount() != parameters.length) {
      throw new IllegalArgumentException(parameters.length + " parameters do not fit the SQL");
    }
    for (int i = 0; i < parameters.length; i++) {
      Object parameter = parameters[i];
      bindOne(statement, i + 1, parameter instanceof Optional<?> o ? o.orElse(null) : parameter);
    }
  }

  private static void bindOne(PreparedStatement statement, int index, @Nullable Object value)
      throws SQLException {
    switch (value) {
      case null -> statement.setNull(index, Types.NULL);
      case String text -> statement.setString(index, text);
      case Integer number -> statement.setLong(index, number);
      case Long number -> statement.setLong(index, number);
      case Double number -> statement.setDouble(index, number);
      case Boolean flag -> statement.setBoolean(index, flag);
      case byte[] bytes -> statement.setBytes(index, bytes);
      case Instant time -> statement.setLong(index, time.toEpochMilli());
      case Digest digest -> statement.setString(index, digest.hex());
      case Enum<?> constant -> statement.setString(index, constant.name());
      default -> throw new IllegalArgumentException("no SQL type for " + value.getClass());
    }
  }

  /** What to do with a statement. */
  private interface Use<T> {
    T of(PreparedStatement statement) throws SQLException;
  }
}
