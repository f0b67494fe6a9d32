package dev.moat.guard;

/** Receives what a {@link Scanner} decides, in text order, in original offsets. */
interface Findings {
  /** A sensitive match begins; of its text, what lies before {@code headEnd} is decided. */
  void opened(String type, int start, int headEnd);

  /** The sensitive match that was opened last ends. */
  void closed(String type, int start, int end);

  /** A sign of an attack or a leak; the text there may also hold sensitive matches. */
  void sign(Sign sign, int start, int end);

  /** Something whose text may also hold sensitive matches, and which is not to be replaced. */
  void noticed(String type, int start, int end);

  /** Whether something else is to stand for matches of {@code type}. */
  boolean replaces(String type);

  /** Whether the rest of the text no longer matters. */
  boolean stopped();
}
