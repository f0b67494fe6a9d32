package dev.moat.serve;

import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A question of the Responses API and its answer, as they are kept: what was said after the guards.
 *
 * @param response the response object
 * @param messages what the model read, as messages of a chat, without the instructions
 * @param answer what it said, as messages of a chat
 * @param scope the conversation within which names in the messages are known, or empty
 */
record Conversation(JsonNode response, JsonNode messages, JsonNode answer, String scope) {
  static Conversation parse(byte[] json) {
    JsonNode tree = Json.parse(json, "kept response");
    return new Conversation(
        tree.path("response"),
        tree.path("messages"),
        tree.path("answer"),
        tree.path("scope").asString(""));
  }

  byte[] bytes() {
    ObjectNode tree = Json.object();
    tree.set("response", response);
    tree.set("messages", messages);
    tree.set("answer", answer);
    tree.put("scope", scope);
    return Json.text(tree).getBytes(StandardCharsets.UTF_8);
  }

  /** The messages of a chat that goes on from here. */
  void appendTo(ArrayNode chat) {
    messages.forEach(chat::add);
    answer.forEach(chat::add);
  }

  /** What the model read, as items. */
  ArrayNode inputItems() {
    ArrayNode items = Json.array();
    String prefix = response.path("id").asString("") + "_in";
    for (JsonNode message : messages) {
      switch (message.path("role").asString("")) {
        case "tool" -> {
          ObjectNode item = item(items, "fco_" + prefix, "function_call_output");
          item.set("call_id", message.path("tool_call_id"));
          item.set("output", output(message.path("content")));
        }
        case "assistant" -> {
          if (!message.path("content").isNull()) {
            said(items, prefix, message, "output_text");
          }
          message.path("tool_calls").forEach(call -> called(items, prefix, call));
        }
        default -> said(items, prefix, message, "input_text");
      }
    }
    return items;
  }

  private static void said(ArrayNode items, String prefix, JsonNode message, String textType) {
    ObjectNode item = item(items, "msg_" + prefix, "message");
    item.set("role", message.path("role"));
    ArrayNode content = item.putArray("content");
    if (message.path("content").isString()) {
      part(content, message.path("content").stringValue(), textType);
    }
    for (JsonNode part : message.path("content")) {
      if (part.path("refusal").isString()) {
        content
            .addObject()
            .put("type", "refusal")
            .put("refusal", part.path("refusal").stringValue());
      } else {
        part(content, part.path("text").asString(""), textType);
      }
    }
  }

  private static void part(ArrayNode content, String text, String type) {
    ObjectNode part = content.addObject().put("type", type).put("text", text);
    if (type.equals("output_text")) {
      part.putArray("annotations");
    }
  }

  private static void called(ArrayNode items, String prefix, JsonNode call) {
    ObjectNode item = item(items, "fc_" + prefix, "function_call");
    item.set("call_id", call.path("id"));
    item.set("name", call.path("function").path("name"));
    item.set("arguments", call.path("function").path("arguments"));
  }

  private static JsonNode output(JsonNode content) {
    if (content.isString()) {
      return content;
    }
    ArrayNode parts = Json.array();
    content.forEach(part -> part(parts, part.path("text").asString(""), "input_text"));
    return parts;
  }

  private static ObjectNode item(ArrayNode items, String prefix, String type) {
    return items
        .addObject()
        .put("id", prefix + items.size())
        .put("type", type)
        .put("status", "completed");
  }
}
