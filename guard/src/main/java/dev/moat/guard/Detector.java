package dev.moat.guard;

/** Knows one family of secrets or personal data. */
interface Detector {
  /** Where it must be asked. */
  Start start();

  /**
   * Offers to {@code best} what starts exactly at {@code at}. Must read the text only through
   * {@link Window#at}, must not remember anything between calls, and must take time bounded by
   * {@link Window#REACH}.
   */
  void find(Window window, int at, Best best);
}
