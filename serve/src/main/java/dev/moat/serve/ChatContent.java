package dev.moat.serve;

import dev.moat.core.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The content of one message of a chat, put together from parts. */
final class ChatContent {
  private final ArrayNode parts = Json.array();

  /** Adds a part of text; {@code part} holds further fields of it. */
  void add(String text, ObjectNode part) {
    parts.add(Json.object().put("type", "text").put("text", text).setAll(part));
  }

  /** Adds a part as it is. */
  void add(ObjectNode part) {
    parts.add(part);
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /** One text alone as a string, which every server reads; otherwise all parts. */
  JsonNode json() {
    if (parts.isEmpty()) {
      return JsonNodeFactory.instance.stringNode("");
    }
    JsonNode only = parts.get(0);
    boolean plain = parts.size() == 1 && only.size() == 2 && only.path("text").isString();
    return plain ? only.get("text") : parts;
  }
}
