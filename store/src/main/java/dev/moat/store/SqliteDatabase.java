package dev.moat.store;

import dev.moat.core.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sqlite.SQLiteConfig;

/**
 * A database in one SQLite file, in write-ahead mode with every commit forced to disk.
 *
 * <p>One thread owns the writing connection and commits whatever has queued up as one transaction
 * (group commit); a few threads with a connection each serve the readers. All of them are platform
 * threads, because SQLite is native code that would pin a virtual thread's carrier.
 */
public final class SqliteDatabase implements Database {
  private static final int BUSY_MILLIS = 5_000;

  private final SqliteReaders readers;
  private final SqliteWriter writer;

  private SqliteDatabase(SqliteReaders readers, SqliteWriter writer) {
    this.readers = readers;
    this.writer = writer;
  }

  /** Opens or creates the database of {@code file} and brings its schema up to date. */
  public static SqliteDatabase open(Path file, List<Migration> migrations) {
    try {
      new Disk().createFolders(file.toAbsolutePath().resolveSibling(""));
    } catch (IOException e) {
      throw DiskFailure.of("database", file, e);
    }
    SqlFailures failures = new SqlFailures(file);
    try {
      return open(file, migrations, failures);
    } catch (SQLException e) {
      throw failures.of(e);
    }
  }

  private static SqliteDatabase open(Path file, List<Migration> migrations, SqlFailures failures)
      throws SQLException {
    Connection connection = connect(file, false);
    SqlSession session = new SqlSession(connection, failures);
    try {
      new Migrator(session, file).run(migrations);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
    SqliteReaders readers = new SqliteReaders(failures, () -> connect(file, true));
    return new SqliteDatabase(readers, new SqliteWriter(session, failures));
  }

  private static Connection connect(Path file, boolean readOnly) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(BUSY_MILLIS);
    config.enforceForeignKeys(true);
    Connection connection = config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
    try (Statement statement = connection.createStatement()) {
      statement.execute("pragma trusted_schema = off");
      statement.execute("pragma secure_delete = on"); // what was erased must not stay in the file
      statement.execute("pragma query_only = " + (readOnly ? "on" : "off"));
    }
    return connection;
  }

  @Override
  public <T> List<T> query(String sql, Function<Row, T> mapper, Object... parameters) {
    return readers.run(session -> session.query(sql, mapper, parameters));
  }

  @Override
  public <T> Optional<T> first(String sql, Function<Row, T> mapper, Object... parameters) {
    return readers.run(session -> session.first(sql, mapper, parameters));
  }

  @Override
  public int execute(String sql, Object... parameters) {
    return transaction(transaction -> transaction.execute(sql, parameters));
  }

  @Override
  public <T> T transaction(Function<Transaction, T> work) {
    return writer.run(work);
  }

  @Override
  public void close() {
    writer.close();
    readers.close();
  }

  static Failure closed() {
    return Failure.invalid("database: it is closed; open it again");
  }
}
