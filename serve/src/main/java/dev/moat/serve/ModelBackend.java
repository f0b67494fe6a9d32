package dev.moat.serve;

import java.util.concurrent.Executor;

/** What answers for a model: the engine of this process, or a server behind it. */
public interface ModelBackend extends AutoCloseable {
  /**
   * Begins an answer and returns at once. Called on the event loop of the exchange, on which {@code
   * sink} must be called too: {@code loop} runs work there. A {@code Failure} thrown is an answer
   * that failed.
   */
  Answering begin(ModelCall call, AnswerSink sink, Executor loop);

  /** Frees what the backend holds. */
  @Override
  default void close() {}
}
