package dev.moat.serve;

/** Writes one answer to the caller, streamed or whole. Texts it is given have been judged. */
interface AnswerWriter {
  /** Writes a part; false asks to wait until the caller has taken more. */
  boolean piece(Piece piece);

  /** Ends the text with what stands in place of what was blocked. */
  void blocked(String refusalText);

  /** Says why the answer ends and what it took; the caller may not rely on it yet. */
  void finish(FinishReason reason, Usage usage);

  /** Makes the answer complete, now that it is recorded. */
  void complete();

  /** Tells the caller that there is no answer, or no more of it. */
  void fail(Refusal refusal);
}
