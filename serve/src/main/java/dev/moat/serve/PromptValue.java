package dev.moat.serve;

import tools.jackson.databind.JsonNode;

/** What a caller gives to one variable of a prompt. */
sealed interface PromptValue {
  /** A text: which of those of the request, all of which the guard judges. */
  record Said(int text) implements PromptValue {}

  /** A number or a truth value. */
  record Plain(JsonNode value) implements PromptValue {}
}
