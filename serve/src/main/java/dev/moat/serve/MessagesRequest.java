package dev.moat.serve;

import dev.moat.core.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts the body of a question in the form of Anthropic's Messages API into a chat's form.
 *
 * <p>What a chat has no word for is refused where it would change the answer (a budget for
 * thinking, tools that Anthropic runs), and dropped where it would not (marks for a cache). What
 * nobody knows is carried through.
 */
final class MessagesRequest {
  private static final String OTHERS_SERVICE = "asks for a service of Anthropic's; leave it out";

  private MessagesRequest() {}

  /** The same question as a chat. */
  static ObjectNode chat(JsonNode body) {
    BodyFields fields = new BodyFields(body, "");
    ObjectNode chat = Json.object();
    fields.move("model", chat, "model");
    chat.set("max_tokens", fields.require("max_tokens"));
    ArrayNode messages = chat.putArray("messages");
    MessagesTurns turns = new MessagesTurns(messages);
    fields.take("system").ifPresent(turns::system);
    ArrayNode given = fields.array("messages");
    if (given.isEmpty()) {
      throw JsonCursor.invalid("messages", "is empty or missing");
    }
    for (int i = 0; i < given.size(); i++) {
      turns.turn(given.get(i), "messages[" + i + "]");
    }
    stop(fields, chat);
    tools(fields, chat);
    fields.take("tool_choice").ifPresent(choice -> toolChoice(choice, chat));
    fields.take("metadata").ifPresent(metadata -> metadata(metadata, chat));
    fields.take("thinking").ifPresent(MessagesRequest::thinking);
    fields.take("output_config").ifPresent(output -> output(output, chat));
    fields.refuse("mcp_servers", OTHERS_SERVICE);
    fields.refuse("container", OTHERS_SERVICE);
    fields.drop("cache_control", "service_tier", "stream_options");
    fields.moveRest(chat);
    return chat;
  }

  private static void stop(BodyFields fields, ObjectNode chat) {
    ArrayNode sequences = fields.array("stop_sequences");
    if (sequences.isEmpty()) {
      return;
    }
    if (sequences.size() > Sampling.STOPS_MAX) {
      throw JsonCursor.invalid(
          "stop_sequences", "has more than " + Sampling.STOPS_MAX + " strings");
    }
    ArrayNode stop = chat.putArray("stop");
    for (int i = 0; i < sequences.size(); i++) {
      String param = "stop_sequences[" + i + "]";
      String sequence = BodyFields.text(sequences.get(i), param);
      if (sequence.isEmpty()) {
        throw JsonCursor.invalid(param, "is empty");
      }
      stop.add(sequence);
    }
  }

  private static void tools(BodyFields fields, ObjectNode chat) {
    ArrayNode given = fields.array("tools");
    if (given.isEmpty()) {
      return;
    }
    ArrayNode tools = chat.putArray("tools");
    for (int i = 0; i < given.size(); i++) {
      tools.add(tool(new BodyFields(given.get(i), "tools[" + i + "]")));
    }
  }

  private static ObjectNode tool(BodyFields fields) {
    String type = fields.text("type").orElse("custom");
    if (!type.equals("custom")) {
      throw JsonCursor.invalid(
          fields.param("type"), "is not custom: a tool that only Anthropic knows is not offered");
    }
    ObjectNode function = Json.object().put("name", fields.requireText("name"));
    fields.move("description", function, "description");
    function.set("parameters", fields.require("input_schema"));
    fields.move("strict", function, "strict");
    ObjectNode tool = Json.object().put("type", "function");
    tool.set("function", function);
    fields.drop("cache_control").moveRest(tool);
    return tool;
  }

  private static void toolChoice(JsonNode choice, ObjectNode chat) {
    BodyFields fields = new BodyFields(choice, "tool_choice");
    switch (fields.requireText("type")) {
      case "auto" -> chat.put("tool_choice", "auto");
      case "any" -> chat.put("tool_choice", "required");
      case "none" -> chat.put("tool_choice", "none");
      case "tool" -> {
        ObjectNode named = chat.putObject("tool_choice").put("type", "function");
        named.putObject("function").put("name", fields.requireText("name"));
      }
      default ->
          throw JsonCursor.invalid("tool_choice.type", "is not one of auto, any, none, tool");
    }
    if (fields.flag("disable_parallel_tool_use")) {
      chat.put("parallel_tool_calls", false);
    }
  }

  private static void metadata(JsonNode metadata, ObjectNode chat) {
    BodyFields fields = new BodyFields(metadata, "metadata");
    fields.move("user_id", chat, "user");
    ObjectNode rest = Json.object();
    fields.moveRest(rest);
    if (!rest.isEmpty()) {
      chat.set("metadata", rest);
    }
  }

  private static void output(JsonNode output, ObjectNode chat) {
    BodyFields fields = new BodyFields(output, "output_config");
    fields.move("effort", chat, "reasoning_effort");
    fields.take("format").ifPresent(format -> format(format, chat));
    fields.moveRest(chat);
  }

  /** A chat wants a name for the form of an answer, which has none there. */
  private static void format(JsonNode format, ObjectNode chat) {
    BodyFields fields = new BodyFields(format, "output_config.format");
    if (!fields.requireText("type").equals("json_schema")) {
      throw JsonCursor.invalid("output_config.format.type", "is not json_schema");
    }
    ObjectNode schema = Json.object().put("name", "answer").put("strict", true);
    schema.set("schema", fields.require("schema"));
    chat.putObject("response_format").put("type", "json_schema").set("json_schema", schema);
  }

  /** A chat model thinks as it sees fit: no budget can be held, nor can thinking be forbidden. */
  private static void thinking(JsonNode thinking) {
    String type = new BodyFields(thinking, "thinking").requireText("type");
    if (!type.equals("adaptive") && !type.equals("disabled")) {
      throw JsonCursor.invalid(
          "thinking.type", "is not adaptive or disabled: no budget for thinking can be held here");
    }
  }
}
