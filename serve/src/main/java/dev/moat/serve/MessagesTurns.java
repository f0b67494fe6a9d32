package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts the turns of an Anthropic conversation into a chat's form. The results of tools that stand
 * in a user's turn become messages of their own, before what the user says: there a chat wants
 * them. What the model thought in earlier turns is left out, as chat models expect.
 */
final class MessagesTurns {
  private static final String[] HINTS = {"cache_control", "citations"};

  private final ArrayNode chat;

  /** Adds to the messages of {@code chat}. */
  MessagesTurns(ArrayNode chat) {
    this.chat = chat;
  }

  /** Adds what the system says. */
  void system(JsonNode system) {
    JsonNode content = texts(system, "system");
    if (!content.isEmpty() || (content.isString() && !content.stringValue().isEmpty())) {
      chat.addObject().put("role", "system").set("content", content);
    }
  }

  /** Adds one turn. */
  void turn(JsonNode turn, String param) {
    BodyFields fields = new BodyFields(turn, param);
    String role = fields.requireText("role");
    JsonNode content = fields.require("content");
    ObjectNode message = Json.object().put("role", role);
    switch (role) {
      case "user" -> user(content, fields.param("content"), message);
      case "assistant" -> assistant(content, fields.param("content"), message);
      default -> throw JsonCursor.invalid(fields.param("role"), "is not user or assistant");
    }
    if (message.has("content")) {
      chat.add(message);
    }
    fields.moveRest(message);
  }

  private void user(JsonNode content, String param, ObjectNode message) {
    if (content.isString()) {
      message.set("content", content);
      return;
    }
    ChatContent said = new ChatContent();
    ArrayNode blocks = blocks(content, param);
    for (int i = 0; i < blocks.size(); i++) {
      BodyFields block = new BodyFields(blocks.get(i), param + "[" + i + "]");
      String type = block.requireText("type");
      switch (type) {
        case "text" -> text(block, said);
        case "tool_result" -> result(block);
        default -> throw unjudged(block);
      }
    }
    if (!said.isEmpty() || blocks.isEmpty()) {
      message.set("content", said.json());
    }
  }

  private void assistant(JsonNode content, String param, ObjectNode message) {
    if (content.isString()) {
      message.set("content", content);
      return;
    }
    ChatContent said = new ChatContent();
    ArrayNode calls = Json.array();
    ArrayNode blocks = blocks(content, param);
    for (int i = 0; i < blocks.size(); i++) {
      BodyFields block = new BodyFields(blocks.get(i), param + "[" + i + "]");
      switch (block.requireText("type")) {
        case "text" -> text(block, said);
        case "tool_use" -> calls.add(call(block));
        case "thinking", "redacted_thinking" -> {
          // left out
        }
        default -> throw unjudged(block);
      }
    }
    if (calls.isEmpty()) {
      message.set("content", said.json());
    } else if (said.isEmpty()) {
      message.putNull("content").set("tool_calls", calls);
    } else {
      message.set("content", said.json());
      message.set("tool_calls", calls);
    }
  }

  private static ObjectNode call(BodyFields block) {
    ObjectNode call = Json.object().put("id", block.requireText("id")).put("type", "function");
    ObjectNode function = call.putObject("function").put("name", block.requireText("name"));
    function.put("arguments", Json.text(block.take("input").orElseGet(Json::object)));
    block.drop("cache_control", "caller").moveRest(call);
    return call;
  }

  /** A chat has no mark for a tool that failed: so the word stands before its text. */
  private void result(BodyFields block) {
    ObjectNode message = Json.object().put("role", "tool");
    message.put("tool_call_id", block.requireText("tool_use_id"));
    JsonNode content = block.take("content").orElseGet(Json::array);
    JsonNode texts = texts(content, block.param("content"));
    if (block.flag("is_error")) {
      ChatContent marked = new ChatContent();
      marked.add("Error: " + (texts.isString() ? texts.stringValue() : ""), Json.object());
      if (texts instanceof ArrayNode parts) {
        parts.forEach(part -> marked.add((ObjectNode) part));
      }
      texts = marked.json();
    }
    message.set("content", texts);
    block.drop("cache_control").moveRest(message);
    chat.add(message);
  }

  /** A string, or blocks of text only. */
  private static JsonNode texts(JsonNode content, String param) {
    if (content.isString()) {
      return content;
    }
    ChatContent said = new ChatContent();
    ArrayNode blocks = blocks(content, param);
    for (int i = 0; i < blocks.size(); i++) {
      BodyFields block = new BodyFields(blocks.get(i), param + "[" + i + "]");
      if (!block.requireText("type").equals("text")) {
        throw unjudged(block);
      }
      text(block, said);
    }
    return said.json();
  }

  private static void text(BodyFields block, ChatContent said) {
    String text = block.requireText("text");
    ObjectNode rest = Json.object();
    block.drop(HINTS).moveRest(rest);
    said.add(text, rest);
  }

  private static ArrayNode blocks(JsonNode content, String param) {
    if (!(content instanceof ArrayNode blocks)) {
      throw JsonCursor.invalid(param, "is not a string or an array of blocks");
    }
    return blocks;
  }

  private static Failure unjudged(BodyFields block) {
    return JsonCursor.invalid(
        block.param("type"), "is not text: other content cannot be judged and is not accepted");
  }
}
