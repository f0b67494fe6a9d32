package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.core.Text;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts the body of a question in the form of OpenAI's Responses API into a chat's form.
 *
 * <p>What a chat has no word for is refused where it would change the answer (tools that OpenAI
 * runs, answers in the background), and dropped where it would not (the wish for encrypted thought,
 * of which there is none). What nobody knows is carried through.
 */
final class ResponsesRequest {
  private static final long TOKENS_MAX = 1 << 24;
  private static final String ENCRYPTED = "reasoning.encrypted_content";

  private final ObjectNode chat = Json.object();
  private final Wishes wishes;

  /** Translates {@code body}. */
  ResponsesRequest(JsonNode body) {
    BodyFields fields = new BodyFields(body, "");
    refuseServices(fields);
    fields.move("model", chat, "model");
    Optional<String> instructions = fields.text("instructions").filter(text -> !text.isEmpty());
    boolean store = fields.flag("store", true);
    String previous = fields.text("previous_response_id").orElse("");
    ResponsesItems items = new ResponsesItems(chat.putArray("messages"));
    instructions.ifPresent(items::instructions);
    items.input(fields.require("input"));
    fields.take("max_output_tokens").ifPresent(this::tokensMax);
    tools(fields.array("tools"));
    fields.take("tool_choice").ifPresent(this::toolChoice);
    fields.take("text").ifPresent(this::text);
    fields.take("reasoning").ifPresent(this::reasoning);
    include(fields.array("include"));
    fields.drop("stream_options", "max_tool_calls");
    fields.moveRest(chat);
    wishes = new Wishes(store, previous, instructions.isPresent(), order());
  }

  private ObjectNode order() {
    ObjectNode order = Json.object().setAll(chat);
    order.putArray("messages").add(chat.path("messages").path(0));
    return order;
  }

  /** The same question as a chat. */
  ObjectNode chat() {
    return chat;
  }

  /** What it asks for beside an answer. */
  Wishes wishes() {
    return wishes;
  }

  private static void refuseServices(BodyFields fields) {
    fields.refuse("conversation", "is not offered; send previous_response_id or all items");
    fields.refuse("prompt", "is not offered; send instructions and input");
    if (fields.flag("background")) {
      throw JsonCursor.invalid("background", "is not offered; take the answer as it comes");
    }
    if (!fields.text("truncation").orElse("disabled").equals("disabled")) {
      throw JsonCursor.invalid("truncation", "is not disabled: nothing is cut from a question");
    }
    if (fields.take("top_logprobs").filter(count -> count.asInt(1) != 0).isPresent()) {
      throw JsonCursor.invalid("top_logprobs", "is not offered; leave it out");
    }
  }

  private void tokensMax(JsonNode count) {
    if (!count.isIntegralNumber()
        || !count.canConvertToLong()
        || count.longValue() < 1
        || count.longValue() > TOKENS_MAX) {
      throw JsonCursor.invalid("max_output_tokens", "is not a number from 1 to " + TOKENS_MAX);
    }
    chat.set("max_tokens", count);
  }

  private void tools(ArrayNode given) {
    if (given.isEmpty()) {
      return;
    }
    ArrayNode tools = chat.putArray("tools");
    for (int i = 0; i < given.size(); i++) {
      BodyFields fields = new BodyFields(given.get(i), "tools[" + i + "]");
      String type = fields.requireText("type");
      if (!type.equals("function")) {
        throw JsonCursor.invalid(
            fields.param("type"),
            "is " + Text.shortened(type, 60) + ", which is not offered; send functions only");
      }
      ObjectNode function = Json.object().put("name", fields.requireText("name"));
      fields.move("description", function, "description");
      fields.move("parameters", function, "parameters");
      fields.move("strict", function, "strict");
      ObjectNode tool = Json.object().put("type", "function");
      tool.set("function", function);
      fields.moveRest(tool);
      tools.add(tool);
    }
  }

  private void toolChoice(JsonNode choice) {
    if (choice.isString()) {
      chat.set("tool_choice", choice);
      return;
    }
    BodyFields fields = new BodyFields(choice, "tool_choice");
    if (!fields.requireText("type").equals("function")) {
      throw JsonCursor.invalid("tool_choice.type", "is not function, the only kind offered");
    }
    ObjectNode named = chat.putObject("tool_choice").put("type", "function");
    named.putObject("function").put("name", fields.requireText("name"));
  }

  private void text(JsonNode text) {
    BodyFields fields = new BodyFields(text, "text");
    fields.take("format").ifPresent(this::format);
    fields.move("verbosity", chat, "verbosity");
    fields.moveRest(chat);
  }

  private void format(JsonNode format) {
    BodyFields fields = new BodyFields(format, "text.format");
    String type = fields.requireText("type");
    switch (type) {
      case "text" -> {
        // what a chat answers anyway
      }
      case "json_object" -> chat.putObject("response_format").put("type", type);
      case "json_schema" -> {
        ObjectNode schema = Json.object().put("name", fields.requireText("name"));
        schema.set("schema", fields.require("schema"));
        fields.moveRest(schema);
        chat.putObject("response_format").put("type", type).set("json_schema", schema);
      }
      default ->
          throw JsonCursor.invalid(
              "text.format.type", "is not one of json_object, json_schema, text");
    }
  }

  /** Whether and how thought is told is not in a chat's gift: only the effort is asked for. */
  private void reasoning(JsonNode reasoning) {
    new BodyFields(reasoning, "reasoning").move("effort", chat, "reasoning_effort");
  }

  private static void include(ArrayNode include) {
    for (int i = 0; i < include.size(); i++) {
      String param = "include[" + i + "]";
      if (!BodyFields.text(include.get(i), param).equals(ENCRYPTED)) {
        throw JsonCursor.invalid(param, "is not offered; leave it out");
      }
    }
  }
}
