package dev.moat.serve;

import dev.moat.core.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts the messages of a chat into the turns of an Anthropic conversation. */
final class AnthropicTurns {
  private final ArrayNode system = Json.array();
  private final ArrayNode turns = Json.array();

  /** Adds one message. */
  void message(BodyFields message) {
    String role = message.requireText("role");
    switch (role) {
      case "system", "developer" -> texts(message, "content", system);
      case "user" -> texts(message, "content", turn("user"));
      case "assistant" -> assistant(message);
      case "tool" -> result(message);
      default ->
          throw JsonCursor.invalid(
              message.param("role"), "is one that this model does not know; use tool");
    }
  }

  /** Puts all that was added into {@code request}. */
  void putInto(ObjectNode request) {
    if (!system.isEmpty()) {
      request.set("system", system);
    }
    ArrayNode said = request.putArray("messages");
    turns.forEach(
        turn -> {
          if (!turn.path("content").isEmpty()) {
            said.add(turn);
          }
        });
    if (said.isEmpty()) {
      throw JsonCursor.invalid("messages", "has none of a user; add one with some text");
    }
  }

  private void assistant(BodyFields message) {
    ArrayNode blocks = turn("assistant");
    texts(message, "content", blocks);
    message.text("refusal").ifPresent(text -> addText(text, blocks));
    message.refuse("function_call", "is one that this model does not know; use tool_calls");
    ArrayNode calls = message.array("tool_calls");
    for (int i = 0; i < calls.size(); i++) {
      BodyFields call = new BodyFields(calls.get(i), message.param("tool_calls[" + i + "]"));
      BodyFields function = new BodyFields(call.require("function"), call.param("function"));
      ObjectNode use = blocks.addObject().put("type", "tool_use");
      use.put("id", call.requireText("id")).put("name", function.requireText("name"));
      use.set("input", MessagesForm.input(function.text("arguments").orElse("")));
    }
  }

  private void result(BodyFields message) {
    ObjectNode result = Json.object().put("type", "tool_result");
    result.put("tool_use_id", message.requireText("tool_call_id"));
    ArrayNode content = Json.array();
    texts(message, "content", content);
    if (!content.isEmpty()) {
      result.set("content", content);
    }
    turn("user").add(result);
  }

  /** The blocks of the turn that goes on, or of a new one: turns of one side are joined. */
  private ArrayNode turn(String role) {
    JsonNode last = turns.path(turns.size() - 1);
    if (last instanceof ObjectNode open && open.path("role").asString("").equals(role)) {
      return open.withArray("content");
    }
    return turns.addObject().put("role", role).putArray("content");
  }

  private static void texts(BodyFields message, String name, ArrayNode to) {
    JsonNode content = message.take(name).orElseGet(Json::array);
    if (content.isString()) {
      addText(content.stringValue(), to);
      return;
    }
    for (JsonNode part : content) {
      addText(part.path("text").asString(part.path("refusal").asString("")), to);
    }
  }

  /** Such servers refuse a text that is empty. */
  private static void addText(String text, ArrayNode to) {
    if (!text.isEmpty()) {
      to.addObject().put("type", "text").put("text", text);
    }
  }
}
