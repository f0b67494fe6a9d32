package dev.moat.store;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.SQLiteException;

/** Says what an error of the database means and what helps. */
final class SqlFailures {
  private static final int PRIMARY_CODE = 0xFF;

  private final String label;
  private final Path file;

  SqlFailures(Path file) {
    this.file = file;
    this.label = "database " + file + ": ";
  }

  Failure of(SQLException cause) {
    if (!(cause instanceof SQLiteException error)) {
      return Failure.broken(label + cause.getMessage() + "; see the log", cause);
    }
    return switch (error.getResultCode().code & PRIMARY_CODE) {
      case 5, 6 ->
          new Failure(
              new Problem.Busy(
                  label + "another process is writing; try again, or stop the other process",
                  Duration.ofSeconds(1)));
      case 8 -> Failure.broken(label + "it is read-only; give this user write access", cause);
      case 11 -> Failure.broken(label + "its content is damaged; restore it from a backup", cause);
      case 13 ->
          Failure.broken(
              label + "the disk is full; free space on the disk of " + file + " and try again",
              cause);
      case 14 -> Failure.broken(label + "it cannot be opened; check folder and rights", cause);
      case 19 -> Failure.invalid(label + "a rule of a table forbids it: " + cause.getMessage());
      case 26 -> Failure.broken(label + "it is not a database; choose another file", cause);
      default -> Failure.broken(label + cause.getMessage() + "; see the log", cause);
    };
  }
}
