package dev.moat.guard;

/** Where a text comes from, hence how far it is trusted. */
public enum Channel {
  /** What a person typed. */
  USER,
  /** Retrieved passages, tool results, files: a text that gives orders is suspicious in itself. */
  DATA,
  /** What the model says. */
  OUTPUT
}
