package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.core.Text;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts the items of a Responses question into the messages of a chat. Calls become part of the
 * assistant's message before them; what the model thought earlier is left out, as chat models
 * expect.
 */
final class ResponsesItems {
  private final ArrayNode chat;

  /** Adds to the messages of {@code chat}. */
  ResponsesItems(ArrayNode chat) {
    this.chat = chat;
  }

  /** Adds what holds for the whole conversation. */
  void instructions(String instructions) {
    chat.addObject().put("role", "system").put("content", instructions);
  }

  /** Adds one text of the user, or all items. */
  void input(JsonNode input) {
    if (input.isString()) {
      chat.addObject().put("role", "user").set("content", input);
      return;
    }
    if (!(input instanceof ArrayNode items)) {
      throw JsonCursor.invalid("input", "is not a string or an array of items");
    }
    for (int i = 0; i < items.size(); i++) {
      item(new BodyFields(items.get(i), "input[" + i + "]"));
    }
  }

  private void item(BodyFields item) {
    String type = item.text("type").orElse("message");
    item.drop("id", "status");
    switch (type) {
      case "message" -> message(item);
      case "function_call" -> call(item);
      case "function_call_output" -> result(item);
      case "reasoning" -> {
        // left out
      }
      default ->
          throw JsonCursor.invalid(
              item.param("type"),
              "is "
                  + Text.shortened(type, 60)
                  + ", which is not offered; send messages, function calls and their outputs");
    }
  }

  private void message(BodyFields item) {
    String role = item.requireText("role");
    ObjectNode message =
        switch (role) {
          case "user", "assistant" -> Json.object().put("role", role);
          case "system", "developer" -> Json.object().put("role", "system");
          default ->
              throw JsonCursor.invalid(
                  item.param("role"), "is not one of assistant, developer, system, user");
        };
    message.set("content", content(item.require("content"), item.param("content")));
    item.moveRest(message);
    chat.add(message);
  }

  private void call(BodyFields item) {
    ObjectNode call = Json.object().put("id", item.requireText("call_id")).put("type", "function");
    call.putObject("function")
        .put("name", item.requireText("name"))
        .put("arguments", item.requireText("arguments"));
    item.moveRest(call);
    speaker().withArray("tool_calls").add(call);
  }

  /** The assistant's message that calls belong to. */
  private ObjectNode speaker() {
    if (!chat.isEmpty()
        && chat.get(chat.size() - 1) instanceof ObjectNode last
        && last.path("role").asString("").equals("assistant")) {
      return last;
    }
    return chat.addObject().put("role", "assistant").putNull("content");
  }

  private void result(BodyFields item) {
    ObjectNode message = Json.object().put("role", "tool");
    message.put("tool_call_id", item.requireText("call_id"));
    message.set("content", content(item.require("output"), item.param("output")));
    item.moveRest(message);
    chat.add(message);
  }

  private static JsonNode content(JsonNode content, String param) {
    if (content.isString()) {
      return content;
    }
    if (!(content instanceof ArrayNode parts)) {
      throw JsonCursor.invalid(param, "is not a string or an array of parts");
    }
    ChatContent said = new ChatContent();
    for (int i = 0; i < parts.size(); i++) {
      part(new BodyFields(parts.get(i), param + "[" + i + "]"), said);
    }
    return said.json();
  }

  private static void part(BodyFields part, ChatContent said) {
    ObjectNode rest = Json.object();
    switch (part.requireText("type")) {
      case "input_text", "output_text", "text" -> {
        String text = part.requireText("text");
        part.drop("annotations", "logprobs").moveRest(rest);
        said.add(text, rest);
      }
      case "refusal" -> {
        rest.put("type", "refusal").put("refusal", part.requireText("refusal"));
        part.moveRest(rest);
        said.add(rest);
      }
      default ->
          throw JsonCursor.invalid(
              part.param("type"),
              "is not text: other content cannot be judged and is not accepted");
    }
  }
}
