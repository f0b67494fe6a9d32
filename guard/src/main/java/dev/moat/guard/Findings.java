package dev.moat.guard;

/** Receives what a {@link Scanner} decides, in text order, in original offsets. */
interface Findings {
  /** A sensitive match begins; of its text, what lies before {@code headEnd} is decided. */
  void opened(String type, int start, int headEnd);

  /** The sensitive match that was opened last ends. */
  void closed(String type, int start, int end);

  /** A sign of an attack or a leak; the text there may also hold sensitive matches. */
  void sign(Sign sign, int start, int end);

  /** Whether the rest of the text no longer matters. */
  boolean stopped();
}
