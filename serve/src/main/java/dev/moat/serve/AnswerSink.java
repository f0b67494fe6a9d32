package dev.moat.serve;

/**
 * Receives one answer from a backend, always on the event loop of its exchange. The last call is
 * one of {@code finished} and {@code failed}.
 */
public interface AnswerSink {
  /** Takes the next part. */
  void piece(Piece piece);

  /** Says that the answer is complete and which tokens it took, as the backend counts. */
  void finished(FinishReason reason, Usage usage);

  /** Says that the answer is complete, from a backend that does not count tokens. */
  void finished(FinishReason reason);

  /** Says that the answer will not come, or not wholly. */
  void failed(Refusal refusal);
}
