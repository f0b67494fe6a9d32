package dev.moat.serve;

import dev.moat.core.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tokens that one answer took.
 *
 * @param exact whether the backend counted them; otherwise they are an estimate
 */
record Usage(int promptTokens, int completionTokens, boolean exact) {
  private static final int CHARACTERS_PER_TOKEN = 4;

  /** Checks that the counts are not negative. */
  public Usage {
    if (promptTokens < 0 || completionTokens < 0) {
      throw new IllegalArgumentException(
          "token counts are negative: " + promptTokens + ", " + completionTokens);
    }
  }

  /** No tokens: nothing reached a model. */
  static Usage none() {
    return new Usage(0, 0, true);
  }

  /** An estimate by length, for backends that do not count. */
  static Usage estimate(long promptCharacters, long completionCharacters) {
    return new Usage(tokens(promptCharacters), tokens(completionCharacters), false);
  }

  ObjectNode json() {
    return Json.object()
        .put("prompt_tokens", promptTokens)
        .put("completion_tokens", completionTokens)
        .put("total_tokens", (long) promptTokens + completionTokens);
  }

  private static int tokens(long characters) {
    return (int)
        Math.min(
            Integer.MAX_VALUE / 2, (characters + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN);
  }
}
