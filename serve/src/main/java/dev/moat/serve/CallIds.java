package dev.moat.serve;

/** The ids of the calls of one answer: the model's own, or made for a model that gives none. */
final class CallIds {
  private final String answerId;

  CallIds(String answerId) {
    this.answerId = answerId;
  }

  /** The id of the call that begins with {@code first}; empty if it is no call. */
  String of(Piece first) {
    if (!(first instanceof Piece.ToolCall call)) {
      return "";
    }
    return call.id().isEmpty() ? "call_" + answerId + "_" + call.index() : call.id();
  }
}
