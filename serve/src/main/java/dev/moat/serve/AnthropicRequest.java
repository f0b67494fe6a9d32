package dev.moat.serve;

import dev.moat.core.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts a chat into the form of Anthropic's Messages API: what the system says stands apart, turns
 * alternate, the results of tools stand in the user's turn, and a limit of tokens is a must.
 */
final class AnthropicRequest {
  /** What is asked for when the caller names no limit: every model of that kind can do so much. */
  static final int TOKENS_STANDARD = 4096;

  /** What that API has no word for; such servers refuse a field that they do not know. */
  private static final String[] UNKNOWN = {
    "stream_options", "n", "seed", "presence_penalty", "frequency_penalty", "logit_bias",
    "logprobs", "top_logprobs", "store", "metadata", "service_tier", "safety_identifier",
    "prompt_cache_key", "prediction", "verbosity", "reasoning_effort", "modalities"
  };

  private AnthropicRequest() {}

  /** The same question as a message to such a server. */
  static ObjectNode of(JsonNode chat) {
    BodyFields fields = new BodyFields(chat, "");
    ObjectNode request = Json.object();
    fields.move("model", request, "model");
    request.put("max_tokens", TOKENS_STANDARD);
    fields.move("max_tokens", request, "max_tokens");
    fields.move("max_completion_tokens", request, "max_tokens");
    AnthropicTurns turns = new AnthropicTurns();
    ArrayNode messages = fields.array("messages");
    for (int i = 0; i < messages.size(); i++) {
      turns.message(new BodyFields(messages.get(i), "messages[" + i + "]"));
    }
    turns.putInto(request);
    fields.take("stop").ifPresent(stop -> stop(stop, request));
    fields.take("temperature").ifPresent(value -> temperature(value, request));
    fields.take("tools").ifPresent(tools -> tools(tools, request));
    toolChoice(fields, request);
    fields.take("user").ifPresent(user -> request.putObject("metadata").set("user_id", user));
    fields.take("response_format").ifPresent(format -> format(format, request));
    fields.drop(UNKNOWN).moveRest(request);
    return request;
  }

  private static void stop(JsonNode stop, ObjectNode request) {
    ArrayNode sequences = request.putArray("stop_sequences");
    if (stop.isString()) {
      sequences.add(stop);
    } else {
      stop.forEach(sequences::add);
    }
  }

  /** There one is the most that is allowed. */
  private static void temperature(JsonNode value, ObjectNode request) {
    request.put("temperature", Math.min(1, value.asDouble(1)));
  }

  private static void tools(JsonNode given, ObjectNode request) {
    ArrayNode tools = request.putArray("tools");
    int position = 0;
    for (JsonNode one : given) {
      BodyFields tool = new BodyFields(one, "tools[" + position++ + "]");
      if (!tool.requireText("type").equals("function")) {
        throw JsonCursor.invalid(tool.param("type"), "is not function, the only kind offered");
      }
      BodyFields function = new BodyFields(tool.require("function"), tool.param("function"));
      ObjectNode told = tools.addObject().put("name", function.requireText("name"));
      function.move("description", told, "description");
      JsonNode schema =
          function.take("parameters").orElseGet(() -> Json.object().put("type", "object"));
      told.set("input_schema", schema);
      function.move("strict", told, "strict");
    }
  }

  private static void toolChoice(BodyFields fields, ObjectNode request) {
    ObjectNode choice = Json.object();
    fields.take("tool_choice").ifPresent(given -> toolChoice(given, choice));
    boolean parallel = fields.take("parallel_tool_calls").map(JsonNode::asBoolean).orElse(true);
    if (!parallel && request.has("tools")) {
      choice.put("disable_parallel_tool_use", true);
    }
    if (!choice.isEmpty()) {
      request.set("tool_choice", choice.has("type") ? choice : choice.put("type", "auto"));
    }
  }

  private static void toolChoice(JsonNode given, ObjectNode choice) {
    if (given.isString()) {
      choice.put(
          "type",
          switch (given.stringValue()) {
            case "auto" -> "auto";
            case "none" -> "none";
            case "required" -> "any";
            default ->
                throw JsonCursor.invalid("tool_choice", "is not one of auto, none, required");
          });
      return;
    }
    BodyFields named = new BodyFields(given, "tool_choice");
    choice.put("type", "tool");
    choice.put(
        "name",
        new BodyFields(named.require("function"), "tool_choice.function").requireText("name"));
  }

  private static void format(JsonNode format, ObjectNode request) {
    BodyFields fields = new BodyFields(format, "response_format");
    switch (fields.requireText("type")) {
      case "text" -> {
        // what it answers anyway
      }
      case "json_schema" -> {
        BodyFields schema =
            new BodyFields(fields.require("json_schema"), "response_format.json_schema");
        ObjectNode told = request.putObject("output_config").putObject("format");
        told.put("type", "json_schema").set("schema", schema.require("schema"));
      }
      default ->
          throw JsonCursor.invalid(
              "response_format.type", "is not json_schema or text, which this model can do");
    }
  }
}
