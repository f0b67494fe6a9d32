package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.wire.Response;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The words and shapes of Anthropic's Messages API. */
final class MessagesForm {
  /** Where clients of that API look for the id of a request. */
  static final String REQUEST_ID = "request-id";

  private MessagesForm() {}

  /** A message without its content. */
  static ObjectNode message(AnswerHead head) {
    return Json.object()
        .put("id", head.answerId())
        .put("type", "message")
        .put("role", "assistant")
        .put("model", head.model());
  }

  /** A block before any of its text, of the kind of {@code first}. */
  static ObjectNode block(Piece first, String callId) {
    return switch (first) {
      case Piece.Text _, Piece.Declined _ ->
          Json.object().put("type", "text").put("text", "").putNull("citations");
      case Piece.Reasoning _ ->
          Json.object().put("type", "thinking").put("thinking", "").put("signature", "");
      case Piece.ToolCall call -> {
        ObjectNode use = Json.object().put("type", "tool_use").put("id", callId);
        use.put("name", call.name()).set("input", Json.object());
        yield use;
      }
      case Piece.Data _ -> throw Dialects.misplaced();
    };
  }

  /** What a call hands to its tool; what is not an object of JSON stands in one, as text. */
  static JsonNode input(String arguments) {
    if (arguments.isBlank()) {
      return Json.object();
    }
    try {
      JsonNode input = Json.parse(arguments, "arguments");
      if (input.isObject()) {
        return input;
      }
    } catch (Failure _) {
      // cut off, or not JSON at all
    }
    return Json.object().put("raw_arguments", arguments);
  }

  /** Why the answer ends. */
  static String stopReason(FinishReason reason, boolean declined) {
    return switch (reason) {
      case STOP -> declined ? "refusal" : "end_turn";
      case LENGTH -> "max_tokens";
      case TOOL_CALLS -> "tool_use";
      case CONTENT_FILTER -> "refusal";
    };
  }

  static ObjectNode usage(Usage usage) {
    return Json.object()
        .put("input_tokens", usage.promptTokens())
        .put("output_tokens", usage.completionTokens())
        .putNull("cache_creation_input_tokens")
        .putNull("cache_read_input_tokens");
  }

  /** An error, alone or as an event of a stream. */
  static ObjectNode error(Refusal refusal, String requestId) {
    ObjectNode body = Json.object().put("type", "error");
    body.putObject("error").put("type", errorType(refusal)).put("message", refusal.message());
    return body.put("request_id", requestId);
  }

  /** The whole answer that tells a refusal. */
  static Response refused(Refusal refusal, String requestId) {
    return refusal.response(error(refusal, requestId)).with(REQUEST_ID, requestId);
  }

  private static String errorType(Refusal refusal) {
    return switch (refusal.status()) {
      case 401 -> "authentication_error";
      case 402 -> "billing_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 503 -> "overloaded_error";
      case 504 -> "timeout_error";
      default -> refusal.status() < 500 ? "invalid_request_error" : "api_error";
    };
  }
}
