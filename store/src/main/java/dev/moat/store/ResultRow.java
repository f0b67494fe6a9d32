package dev.moat.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The row at which a result stands. */
final class ResultRow implements Row {
  private final ResultSet results;
  private final SqlFailures failures;

  ResultRow(ResultSet results, SqlFailures failures) {
    this.results = results;
    this.failures = failures;
  }

  @Override
  public String text(String name) {
    return present(name, read(() -> results.getString(name)));
  }

  @Override
  public Optional<String> optionalText(String name) {
    return Optional.ofNullable(read(() -> results.getString(name)));
  }

  @Override
  public long number(String name) {
    return optionalNumber(name).orElseThrow(() -> absent(name));
  }

  @Override
  public OptionalLong optionalNumber(String name) {
    Long value = read(() -> results.getLong(name));
    return value == null || wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }

  @Override
  public double real(String name) {
    Double value = read(() -> results.getDouble(name));
    return present(name, wasNull() ? null : value);
  }

  @Override
  public byte[] bytes(String name) {
    return present(name, read(() -> results.getBytes(name)));
  }

  @Override
  public boolean flag(String name) {
    return number(name) != 0;
  }

  private boolean wasNull() {
    return Boolean.TRUE.equals(read(results::wasNull));
  }

  private <T> @Nullable T read(Column<T> column) {
    try {
      return column.value();
    } catch (SQLException e) {
      throw failures.of(e);
    }
  }

  private static <T> T present(String name, @Nullable T value) {
    if (value == null) {
      throw absent(name);
    }
    return value;
  }

  private static IllegalStateException absent(String name) {
    return new IllegalStateException("column " + name + " is null; read it as optional");
  }

  /** Reads one column. */
  private interface Column<T> {
    @Nullable T value() throws SQLException;
  }
}
