package dev.moat.store;

import dev.moat.core.Failure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Says what an I/O error of the disk means and what helps. */
final class DiskFailure {
  private DiskFailure() {}

  static Failure of(String what, Path file, IOException cause) {
    return Failure.broken(what + " " + file + ": " + reasonAndRemedy(file, cause), cause);
  }

  private static String reasonAndRemedy(Path file, IOException cause) {
    if (isDiskFull(cause)) {
      return "the disk is full; free space on the disk of " + file + " and try again";
    }
    return switch (cause) {
      case AccessDeniedException _ -> "access denied; give this user the right to it";
      case NoSuchFileException e -> e.getFile() + " is not there; create it or correct the path";
      default -> "the disk failed (" + cause.getMessage() + "); check it and try again";
    };
  }

  static boolean isDiskFull(Exception cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left")
        || message.contains("disk is full")
        || message.contains("quota exceeded");
  }
}
