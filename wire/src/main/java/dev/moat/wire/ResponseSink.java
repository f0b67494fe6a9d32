package dev.moat.wire;

import dev.moat.core.Failure;

/** Receives one answer as it arrives; the last call is one of {@code end} and {@code failed}. */
public interface ResponseSink {
  /** Takes status and header fields. */
  void head(int status, Headers headers);

  /** Takes a piece of the body. */
  void piece(byte[] piece);

  /**
   * Whether what came since the last asking is progress. While it is not, the time that runs for
   * the answer to begin, or to go on, runs on: a head or a comment need not be the word awaited.
   */
  default boolean progressed() {
    return true;
  }

  /** Says that the body is complete. */
  void end();

  /** Says that the answer will not come, or not wholly. Never called after a cancel. */
  void failed(Failure failure);
}
