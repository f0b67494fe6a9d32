package dev.moat.serve;

import java.util.Locale;

/** How one call to a backend ended, as far as routing cares. */
enum CallOutcome {
  /** It answered. */
  OK,
  /** It answered that the question is wrong. */
  REFUSED,
  /** It has too much to do. */
  BUSY,
  /** It was not reached, is not ready, or broke off; another may do. */
  UNAVAILABLE,
  /** It took too long. */
  TIMEOUT,
  /** It failed over this question. */
  FAILED,
  /** The caller went, or another backend was faster. */
  CANCELLED;

  static CallOutcome of(Refusal refusal) {
    if (refusal.status() == 429) {
      return BUSY;
    }
    if (refusal.code().equals(Refusal.UNAVAILABLE)) {
      return refusal.status() == 504 ? TIMEOUT : UNAVAILABLE;
    }
    return refusal.status() >= 500 ? FAILED : REFUSED;
  }

  /** Whether the same question may be put to another backend. */
  boolean retryable() {
    return this == BUSY || this == UNAVAILABLE || this == TIMEOUT;
  }

  /** The value of a label. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
