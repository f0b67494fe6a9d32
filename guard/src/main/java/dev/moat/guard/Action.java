package dev.moat.guard;

import java.util.Locale;

/** What is done about a kind of finding, from the mildest on. */
public enum Action {
  /** Nothing: it is not even looked for. */
  PASS,
  /** The finding is told, and changes nothing. */
  NOTE,
  /** The text goes on as it is, and the verdict says so. */
  FLAG,
  /** A placeholder stands for it in what goes on. */
  REDACT,
  /** A name that leads back stands for it in what goes on, where somebody keeps such names. */
  PSEUDONYM,
  /** The text does not go on. */
  BLOCK;

  /** The word in settings. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether something else stands for the finding in what goes on. */
  boolean replaces() {
    return this == REDACT || this == PSEUDONYM;
  }
}
