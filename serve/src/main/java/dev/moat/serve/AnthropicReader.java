package dev.moat.serve;

import dev.moat.core.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Takes the JSON of a server that speaks Anthropic's Messages API apart, whole or in events. It
 * forgives what is missing, and takes only what it knows.
 */
final class AnthropicReader implements AnswerReader {
  private final AnswerSink sink;
  private final Map<Integer, Integer> callsByBlock = new HashMap<>();
  private final Map<Integer, Boolean> argued = new HashMap<>();
  private int calls;
  private int inputTokens = -1;
  private int outputTokens = -1;
  private boolean complete;
  private @Nullable FinishReason finish;

  AnthropicReader(AnswerSink sink) {
    this.sink = sink;
  }

  @Override
  public Optional<Refusal> chunk(String json) {
    JsonNode event = Json.parse(json, "backend event");
    int index = event.path("index").asInt(0);
    switch (event.path("type").asString("")) {
      case "message_start" -> usage(event.path("message").path("usage"));
      case "content_block_start" -> begin(index, event.path("content_block"), false);
      case "content_block_delta" -> delta(index, event.path("delta"));
      case "content_block_stop" -> end(index);
      case "message_delta" -> {
        stopReason(event.path("delta").path("stop_reason"));
        usage(event.path("usage"));
      }
      case "message_stop" -> complete = true;
      case "error" -> {
        return Optional.of(UpstreamRefusals.reported(event));
      }
      default -> {
        // a ping, or an event of a later version
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<Refusal> answer(byte[] json) {
    JsonNode message = Json.parse(json, "backend answer");
    if (message.path("type").asString("").equals("error")) {
      return Optional.of(UpstreamRefusals.reported(message));
    }
    if (!message.path("content").isArray()) {
      return Optional.of(Refusal.backend(502, "backend: it answered without content"));
    }
    int index = 0;
    for (JsonNode block : message.path("content")) {
      begin(index, block, true);
      end(index++);
    }
    stopReason(message.path("stop_reason"));
    usage(message.path("usage"));
    complete = true;
    return Optional.empty();
  }

  @Override
  public Optional<FinishReason> finishReason() {
    return Optional.ofNullable(finish);
  }

  @Override
  public boolean complete() {
    return complete;
  }

  @Override
  public void finish() {
    FinishReason reason = finish == null ? FinishReason.STOP : finish;
    if (inputTokens >= 0 && outputTokens >= 0) {
      sink.finished(reason, new Usage(inputTokens, outputTokens, true));
    } else {
      sink.finished(reason);
    }
  }

  /** A block begins; {@code whole} says that its input is here, and not in events to come. */
  private void begin(int index, JsonNode block, boolean whole) {
    switch (block.path("type").asString("")) {
      case "text" -> text(block.path("text"));
      case "thinking" -> thought(block.path("thinking"));
      case "tool_use" -> call(index, block, whole);
      default -> {
        // thought that only its maker can read, and what was done there
      }
    }
  }

  private void call(int index, JsonNode block, boolean whole) {
    if (calls >= Piece.ToolCall.CALLS_MAX || callsByBlock.containsKey(index)) {
      return;
    }
    int number = calls++;
    callsByBlock.put(index, number);
    String id = UpstreamReader.id(block.path("id"));
    JsonNode input = block.path("input");
    boolean here = input.isObject() && (whole || !input.isEmpty());
    argued.put(index, here);
    sink.piece(
        new Piece.ToolCall(
            number, id, block.path("name").asString(""), here ? Json.text(input) : ""));
  }

  private void delta(int index, JsonNode delta) {
    switch (delta.path("type").asString("")) {
      case "text_delta" -> text(delta.path("text"));
      case "thinking_delta" -> thought(delta.path("thinking"));
      case "input_json_delta" -> {
        Integer number = callsByBlock.get(index);
        String part = delta.path("partial_json").asString("");
        if (number != null && !part.isEmpty()) {
          argued.put(index, true);
          sink.piece(new Piece.ToolCall(number, "", "", part));
        }
      }
      default -> {
        // signatures and citations
      }
    }
  }

  /** A call without input has an empty object of arguments, which no event may have said. */
  private void end(int index) {
    Integer number = callsByBlock.get(index);
    if (number != null && Boolean.FALSE.equals(argued.put(index, true))) {
      sink.piece(new Piece.ToolCall(number, "", "", "{}"));
    }
  }

  private void text(JsonNode text) {
    if (text.isString() && !text.stringValue().isEmpty()) {
      sink.piece(new Piece.Text(text.stringValue()));
    }
  }

  private void thought(JsonNode text) {
    if (text.isString() && !text.stringValue().isEmpty()) {
      sink.piece(new Piece.Reasoning(text.stringValue()));
    }
  }

  private void stopReason(JsonNode reason) {
    if (reason.isString()) {
      finish =
          switch (reason.stringValue()) {
            case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
            case "tool_use" -> FinishReason.TOOL_CALLS;
            case "refusal" -> FinishReason.CONTENT_FILTER;
            default -> FinishReason.STOP;
          };
    }
  }

  /** What was read from a cache was read too. */
  private void usage(JsonNode usage) {
    if (count(usage.path("input_tokens")) >= 0) {
      long sum =
          (long) count(usage.path("input_tokens"))
              + Math.max(0, count(usage.path("cache_creation_input_tokens")))
              + Math.max(0, count(usage.path("cache_read_input_tokens")));
      inputTokens = (int) Math.min(sum, Integer.MAX_VALUE);
    }
    outputTokens = Math.max(outputTokens, count(usage.path("output_tokens")));
  }

  private static int count(JsonNode node) {
    return node.isInt() ? node.intValue() : -1;
  }
}
