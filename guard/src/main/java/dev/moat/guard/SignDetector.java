package dev.moat.guard;

/** Knows one family of signs of attacks or leaks. */
interface SignDetector {
  /** Where it must be asked. */
  Start start();

  /**
   * Adds to {@code signs} what starts exactly at {@code at}; bound by the same rules as {@link
   * Detector#find}.
   */
  void find(Window window, int at, Signs signs);
}
