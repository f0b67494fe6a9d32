package dev.moat.serve;

/** A kind of question that the gateway answers. */
enum Endpoint {
  /** Messages to a model that answers with one. */
  CHAT("/v1/chat/completions", "chatcmpl-"),
  /** A text to a model that goes on with it. */
  COMPLETION("/v1/completions", "cmpl-"),
  /** A chat in the form of Anthropic's Messages API. */
  MESSAGES("/v1/messages", "msg_"),
  /** A chat in the form of OpenAI's Responses API. */
  RESPONSES("/v1/responses", "resp_"),
  /** Texts to a model that turns each into a vector. */
  EMBEDDING("/v1/embeddings", "embd-");

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
    return switch (this) {
      case CHAT, MESSAGES, RESPONSES -> streamed ? "chat.completion.chunk" : "chat.completion";
      case COMPLETION -> "text_completion";
      case EMBEDDING -> "list";
    };
  }

  /** The field that carries what the model is to read. */
  String promptField() {
    return switch (this) {
      case CHAT, MESSAGES -> "messages";
      case COMPLETION -> "prompt";
      case EMBEDDING, RESPONSES -> "input";
    };
  }
}
