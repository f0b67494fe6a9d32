package dev.moat.serve;

/** A kind of question that the gateway answers. */
public enum Endpoint {
  /** Messages to a model that answers with one. */
  CHAT("/v1/chat/completions", "chatcmpl-"),
  /** A text to a model that goes on with it. */
  COMPLETION("/v1/completions", "cmpl-");

  private final String path;
  private final String answerPrefix;

  Endpoint(String path, String answerPrefix) {
    this.path = path;
    this.answerPrefix = answerPrefix;
  }

  /** Where it is reached. */
  public String path() {
    return path;
  }

  /** What the ids of its answers begin with. */
  String answerPrefix() {
    return answerPrefix;
  }

  /** What {@code object} says in an answer, whole or in pieces. */
  String object(boolean streamed) {
    if (this == COMPLETION) {
      return "text_completion";
    }
    return streamed ? "chat.completion.chunk" : "chat.completion";
  }

  /** The field that carries what the model is to read. */
  String promptField() {
    return this == CHAT ? "messages" : "prompt";
  }
}
