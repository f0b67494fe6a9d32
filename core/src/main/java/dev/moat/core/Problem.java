package dev.moat.core;

import java.time.Duration;

/**
 * Why a request fails. The message is for the caller and has the form "what where: why; remedy";
 * causes are for the log.
 */
public sealed interface Problem {
  /** One line for the caller. */
  String message();

  /** The input is wrong; {@code field} names the place in it, or is empty. */
  record Invalid(String message, String field) implements Problem {
    /** An invalid input whose place is in the message. */
    public Invalid(String message) {
      this(message, "");
    }
  }

  /** There is nothing of that name. */
  record Missing(String message, String name) implements Problem {}

  /** A rule or a missing right forbids it; {@code rule} names which. */
  record Denied(String message, String rule) implements Problem {}

  /** It cannot be done now; it may succeed after {@code retryAfter}. */
  record Busy(String message, Duration retryAfter) implements Problem {}

  /** A digest, signature, proof or checksum does not hold; {@code link} names which. */
  record Tampered(String message, String link) implements Problem {}

  /** Something under us failed: a disk, a peer, a corrupt database. */
  record Broken(String message, Throwable cause) implements Problem {
    /** A failure without a cause of its own. */
    public Broken(String message) {
      this(message, new IllegalStateException(message));
    }
  }
}
