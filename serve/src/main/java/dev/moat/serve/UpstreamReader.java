package dev.moat.serve;

import dev.moat.core.Json;
import java.util.BitSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Takes the JSON of a server behind the gateway apart, whole or in chunks. It forgives what servers
 * get wrong: a missing index, repeated ids and names, arguments as an object, no usage, an unknown
 * reason to finish; and it takes only what it knows.
 */
final class UpstreamReader {
  private static final int ID_CHARACTERS_MAX = 128;

  private final Endpoint endpoint;
  private final AnswerSink sink;
  private final BitSet named = new BitSet();
  private @Nullable FinishReason finish;
  private @Nullable Usage usage;

  UpstreamReader(Endpoint endpoint, AnswerSink sink) {
    this.endpoint = endpoint;
    this.sink = sink;
  }

  /** Reads one event of a stream; an error in it is returned. */
  Optional<Refusal> chunk(String json) {
    JsonNode chunk = Json.parse(json, "backend chunk");
    return read(chunk, "delta");
  }

  /** Reads a whole answer; an error in its place is returned. */
  Optional<Refusal> answer(byte[] json) {
    JsonNode answer = Json.parse(json, "backend answer");
    Optional<Refusal> refusal = read(answer, "message");
    if (refusal.isPresent()) {
      return refusal;
    }
    if (!answer.path("choices").path(0).isObject()) {
      return Optional.of(Refusal.backend(502, "backend: it answered without a choice"));
    }
    if (finish == null) {
      finish = FinishReason.STOP;
    }
    return Optional.empty();
  }

  Optional<FinishReason> finishReason() {
    return Optional.ofNullable(finish);
  }

  /** Tells the sink that the answer is complete. */
  void finish() {
    FinishReason reason = finish == null ? FinishReason.STOP : finish;
    if (usage == null) {
      sink.finished(reason);
    } else {
      sink.finished(reason, usage);
    }
  }

  private Optional<Refusal> read(JsonNode node, String messageName) {
    JsonNode error = node.path("error");
    if (!error.isMissingNode() && !error.isNull()) {
      return Optional.of(UpstreamRefusals.reported(node));
    }
    JsonNode choice = node.path("choices").path(0);
    if (endpoint == Endpoint.COMPLETION) {
      text(choice.path("text"));
    } else {
      message(choice.path(messageName));
    }
    if (choice.path("finish_reason").isString()) {
      finish = FinishReason.parse(choice.path("finish_reason").stringValue());
    }
    usage(node.path("usage"));
    return Optional.empty();
  }

  private void message(JsonNode message) {
    JsonNode reasoning = message.path("reasoning_content");
    String thought = string(reasoning.isString() ? reasoning : message.path("reasoning"));
    if (!thought.isEmpty()) {
      sink.piece(new Piece.Reasoning(thought));
    }
    text(message.path("content"));
    String declined = string(message.path("refusal"));
    if (!declined.isEmpty()) {
      sink.piece(new Piece.Declined(declined));
    }
    int position = 0;
    for (JsonNode call : message.path("tool_calls")) {
      toolCall(call, position++);
    }
  }

  private void text(JsonNode content) {
    String text = string(content);
    if (!text.isEmpty()) {
      sink.piece(new Piece.Text(text));
    }
  }

  private void toolCall(JsonNode call, int position) {
    int index = call.path("index").isInt() ? call.path("index").intValue() : position;
    if (index < 0 || index >= Piece.ToolCall.CALLS_MAX) {
      return;
    }
    JsonNode function = call.path("function");
    JsonNode given = function.path("arguments");
    String arguments = given.isObject() ? Json.text(given) : string(given);
    boolean first = !named.get(index);
    named.set(index);
    String name = first ? string(function.path("name")) : "";
    sink.piece(new Piece.ToolCall(index, first ? id(call.path("id")) : "", name, arguments));
  }

  /** An id of letters, digits and a few marks; any other could carry a text past the guard. */
  private static String id(JsonNode node) {
    String id = string(node);
    boolean plain =
        id.length() <= ID_CHARACTERS_MAX
            && id.chars()
                .allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || c == '_' || c == '-'));
    return plain ? id : "";
  }

  private void usage(JsonNode node) {
    JsonNode prompt = node.path("prompt_tokens");
    JsonNode completion = node.path("completion_tokens");
    if (prompt.isInt()
        && completion.isInt()
        && prompt.intValue() >= 0
        && completion.intValue() >= 0) {
      usage = new Usage(prompt.intValue(), completion.intValue(), true);
    }
  }

  private static String string(JsonNode node) {
    return node.isString() ? node.stringValue() : "";
  }
}
