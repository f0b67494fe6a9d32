package dev.moat.serve;

import dev.moat.core.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the caller of a translated question wants beside an answer.
 *
 * @param store whether the answer is to be kept for later
 * @param previous the id of the stored answer that this question goes on from, or empty
 * @param instructed whether the first message is the question's own instructions
 * @param order the question as a chat, of whose messages only the instructions are kept
 */
record Wishes(boolean store, String previous, boolean instructed, ObjectNode order) {
  /** Nothing more. */
  static Wishes none() {
    return new Wishes(false, "", false, Json.object());
  }
}
