package dev.moat.store;

import java.util.Optional;
import java.util.OptionalLong;

/** One row of a query's result; columns are read by name, and only while the row is mapped. */
public interface Row {
  /** A text that is never null. */
  String text(String name);

  /** A text that may be null. */
  Optional<String> optionalText(String name);

  /** A whole number that is never null. */
  long number(String name);

  /** A whole number that may be null. */
  OptionalLong optionalNumber(String name);

  /** A floating-point number that is never null. */
  double real(String name);

  /** Bytes that are never null. */
  byte[] bytes(String name);

  /** A truth value that is never null. */
  boolean flag(String name);
}
