package dev.moat.serve;

import java.util.Optional;
import java.util.concurrent.Executor;

/** What answers for a model: the engine of this process, or a server behind it. */
public interface ModelBackend extends AutoCloseable {
  /**
   * Begins an answer and returns at once. Called on the event loop of the exchange, on which {@code
   * sink} must be called too: {@code loop} runs work there. A {@code Failure} thrown is an answer
   * that failed.
   */
  Answering begin(ModelCall call, AnswerSink sink, Executor loop);

  /** Whether it can be expected to answer. */
  default boolean up() {
    return true;
  }

  /** Whether it answers questions of that kind. */
  default boolean answers(Endpoint endpoint) {
    return true;
  }

  /**
   * The text that ids of tokens stand for, if the tokenizer of the model is known. It is judged in
   * their place, so nothing that the model reads in them may be missing from it.
   */
  default Optional<String> decode(int[] tokens) {
    return Optional.empty();
  }

  /** Frees what the backend holds. */
  @Override
  default void close() {}
}
