package dev.moat.serve;

import java.util.Optional;

/** Takes the JSON of a server behind the gateway apart and tells a sink what it says. */
interface AnswerReader {
  /** Reads one event of a stream; an error in it is returned. */
  Optional<Refusal> chunk(String json);

  /** Reads a whole answer; an error in its place is returned. */
  Optional<Refusal> answer(byte[] json);

  /** Why the answer ends, once it is known: a stream that ends before has broken off. */
  Optional<FinishReason> finishReason();

  /** Whether an event has said that no more will come. */
  boolean complete();

  /** Tells the sink that the answer is complete. */
  void finish();
}
