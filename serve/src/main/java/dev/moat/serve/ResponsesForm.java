package dev.moat.serve;

import dev.moat.core.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The response object of one answer of the Responses API. What it says of its question is read from
 * what went to the model: so no text stands there that the guard took out.
 */
final class ResponsesForm {
  /** A longer question in which the guard replaced something is not repeated: it takes time. */
  private static final int QUESTION_BYTES_MAX = 64 << 10;

  private final AnswerHead head;
  private final Wishes wishes;
  private final boolean kept;
  private final JsonNode question;

  /** The object for the answer to {@code exchange}; of a blocked question it repeats nothing. */
  ResponsesForm(Exchange exchange, AnswerHead head) {
    this.head = head;
    this.wishes = exchange.request().wishes();
    this.kept = exchange.keeper().keeps(exchange);
    this.question = exchange.input().findings().blocked() ? Json.object() : question(exchange);
  }

  private static JsonNode question(Exchange exchange) {
    ParsedRequest request = exchange.request();
    if (!exchange.call().redacted()) {
      return request.wishes().order();
    }
    return request.body().length > QUESTION_BYTES_MAX
        ? Json.object()
        : Json.parse(exchange.call().forwarded(exchange.served().name()), "question");
  }

  /** The answer before it has begun. */
  ObjectNode begun() {
    return response("in_progress", Json.array());
  }

  /** The answer that is complete, or as complete as it will be. */
  ObjectNode finished(FinishReason reason, ArrayNode output, Usage usage) {
    ObjectNode response =
        switch (reason) {
          case STOP, TOOL_CALLS -> response("completed", output);
          case LENGTH -> incomplete("max_output_tokens", output);
          case CONTENT_FILTER -> incomplete("content_filter", output);
        };
    response.set("usage", usage(usage));
    return response;
  }

  /** The answer that broke off. */
  ObjectNode failed(Refusal refusal, ArrayNode output) {
    ObjectNode response = response("failed", output);
    response
        .putObject("error")
        .put("code", refusal.status() == 429 ? "rate_limit_exceeded" : "server_error")
        .put("message", refusal.message());
    return response;
  }

  private ObjectNode incomplete(String reason, ArrayNode output) {
    ObjectNode response = response("incomplete", output);
    response.putObject("incomplete_details").put("reason", reason);
    return response;
  }

  private ObjectNode response(String status, ArrayNode output) {
    ObjectNode response =
        Json.object()
            .put("id", head.answerId())
            .put("object", "response")
            .put("created_at", head.created())
            .put("status", status)
            .put("background", false)
            .putNull("error")
            .putNull("incomplete_details");
    response.set("instructions", instructions());
    response.set("max_output_tokens", said("max_tokens"));
    response.put("model", head.model()).set("output", output);
    JsonNode parallel = question.path("parallel_tool_calls");
    response.put("parallel_tool_calls", !parallel.isBoolean() || parallel.booleanValue());
    putOrNull(response, "previous_response_id", wishes.previous());
    response.putObject("reasoning").putNull("summary").set("effort", said("reasoning_effort"));
    response.put("store", kept);
    response.set("temperature", said("temperature"));
    response.putObject("text").set("format", format());
    response.set("tool_choice", toolChoice());
    response.set("tools", tools());
    response.set("top_p", said("top_p"));
    response.put("truncation", "disabled").putNull("usage");
    response.set("user", said("user"));
    JsonNode metadata = question.path("metadata");
    response.set("metadata", metadata.isObject() ? metadata : Json.object());
    return response;
  }

  private JsonNode instructions() {
    JsonNode first = question.path("messages").path(0).path("content");
    return wishes.instructed() && first.isString() ? first : Json.object().nullNode();
  }

  private JsonNode said(String name) {
    JsonNode value = question.path(name);
    return value.isMissingNode() ? Json.object().nullNode() : value;
  }

  private JsonNode format() {
    JsonNode format = question.path("response_format");
    if (!format.isObject()) {
      return Json.object().put("type", "text");
    }
    ObjectNode told = Json.object();
    told.set("type", format.path("type"));
    return format.path("json_schema") instanceof ObjectNode schema ? told.setAll(schema) : told;
  }

  private JsonNode toolChoice() {
    JsonNode choice = question.path("tool_choice");
    if (choice.isObject()) {
      return Json.object()
          .put("type", "function")
          .set("name", choice.path("function").path("name"));
    }
    return choice.isString() ? choice : Json.object().stringNode("auto");
  }

  private ArrayNode tools() {
    ArrayNode told = Json.array();
    for (JsonNode tool : question.path("tools")) {
      ObjectNode flat = Json.object().put("type", "function");
      flat.putNull("name").putNull("description").putNull("parameters").putNull("strict");
      if (tool.path("function") instanceof ObjectNode function) {
        flat.setAll(function);
      }
      told.add(flat);
    }
    return told;
  }

  private static ObjectNode usage(Usage usage) {
    ObjectNode told = Json.object().put("input_tokens", usage.promptTokens());
    told.putObject("input_tokens_details").put("cached_tokens", 0).put("cache_write_tokens", 0);
    told.put("output_tokens", usage.completionTokens());
    told.putObject("output_tokens_details").put("reasoning_tokens", 0);
    return told.put("total_tokens", (long) usage.promptTokens() + usage.completionTokens());
  }

  private static void putOrNull(ObjectNode object, String name, String value) {
    if (value.isEmpty()) {
      object.putNull(name);
    } else {
      object.put(name, value);
    }
  }
}
