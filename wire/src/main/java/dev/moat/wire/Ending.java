package dev.moat.wire;

/** Why an exchange ends although its answer is not complete. */
public enum Ending {
  /** The other end closed its connection: nothing more can be sent. */
  GONE,
  /** It took longer than an exchange may: one last word can still be sent. */
  TIMEOUT,
  /** The server is stopping and has waited long enough: one last word can still be sent. */
  STOPPING
}
