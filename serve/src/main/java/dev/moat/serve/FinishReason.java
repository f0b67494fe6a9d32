package dev.moat.serve;

import java.util.Locale;

/** Why an answer ends, from the set that OpenAI clients know. */
enum FinishReason {
  /** The model was done, or said a stop string. */
  STOP,
  /** It reached the tokens asked for, or the end of its context. */
  LENGTH,
  /** It wants tools to be called. */
  TOOL_CALLS,
  /** The guard ended it. */
  CONTENT_FILTER;

  /** The word on the wire. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The reason that a backend's word means; words that clients do not know count as a stop. */
  static FinishReason parse(String word) {
    return switch (word) {
      case "length" -> LENGTH;
      case "tool_calls", "function_call" -> TOOL_CALLS;
      case "content_filter" -> CONTENT_FILTER;
      default -> STOP;
    };
  }
}
