package dev.moat.serve;

import dev.moat.core.Json;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Takes the JSON of a server behind the gateway apart, whole or in chunks. It forgives what servers
 * get wrong: a missing index, repeated ids and names, arguments as an object, no usage, an unknown
 * reason to finish; and it takes only what it knows.
 */
final class UpstreamReader implements AnswerReader {
  private static final int ID_CHARACTERS_MAX = 128;

  /**
   * What the caller asked for.
   *
   * @param answers for how many prompts or inputs
   * @param alternatives how many tokens beside each; empty where probabilities are not wanted
   */
  record Wanted(Endpoint endpoint, int answers, OptionalInt alternatives) {
    static Wanted one(Endpoint endpoint) {
      return new Wanted(endpoint, 1, OptionalInt.empty());
    }

    static Wanted of(ModelCall call) {
      return new Wanted(call.endpoint(), call.answersWanted(), call.form().alternatives());
    }
  }

  private final Endpoint endpoint;
  private final Wanted wanted;
  private final AnswerSink sink;
  private final BitSet named = new BitSet();
  private @Nullable FinishReason finish;
  private @Nullable Usage usage;

  UpstreamReader(Endpoint endpoint, AnswerSink sink) {
    this(Wanted.one(endpoint), sink);
  }

  UpstreamReader(Wanted wanted, AnswerSink sink) {
    this.wanted = wanted;
    this.endpoint = wanted.endpoint();
    this.sink = sink;
  }

  @Override
  public Optional<Refusal> chunk(String json) {
    JsonNode chunk = Json.parse(json, "backend chunk");
    Optional<Refusal> refusal = reported(chunk);
    if (refusal.isEmpty()) {
      read(chunk.path("choices").path(0), "delta");
      usage(chunk.path("usage"));
    }
    return refusal;
  }

  @Override
  public Optional<Refusal> answer(byte[] json) {
    JsonNode answer = Json.parse(json, "backend answer");
    Optional<Refusal> refusal = reported(answer).or(() -> whole(answer));
    if (refusal.isPresent()) {
      return refusal;
    }
    usage(answer.path("usage"));
    if (finish == null) {
      finish = FinishReason.STOP;
    }
    return Optional.empty();
  }

  @Override
  public Optional<FinishReason> finishReason() {
    return Optional.ofNullable(finish);
  }

  /** The end of a stream is no event of JSON here. */
  @Override
  public boolean complete() {
    return false;
  }

  @Override
  public void finish() {
    FinishReason reason = finish == null ? FinishReason.STOP : finish;
    if (usage == null) {
      sink.finished(reason);
    } else {
      sink.finished(reason, usage);
    }
  }

  private static Optional<Refusal> reported(JsonNode node) {
    JsonNode error = node.path("error");
    return error.isMissingNode() || error.isNull()
        ? Optional.empty()
        : Optional.of(UpstreamRefusals.reported(node));
  }

  private void read(JsonNode choice, String messageName) {
    if (endpoint == Endpoint.COMPLETION) {
      text(choice.path("text"));
    } else {
      message(choice.path(messageName));
    }
    if (choice.path("finish_reason").isString()) {
      finish = FinishReason.parse(choice.path("finish_reason").stringValue());
    }
  }

  private Optional<Refusal> whole(JsonNode answer) {
    if (endpoint == Endpoint.EMBEDDING) {
      return new UpstreamVectors(wanted.answers()).read(answer, sink);
    }
    List<JsonNode> choices = choices(answer.path("choices"));
    if (choices.size() != wanted.answers()) {
      return Optional.of(
          Refusal.backend(
              502,
              "backend: it answered with "
                  + choices.size()
                  + " choices where "
                  + wanted.answers()
                  + " were asked for"));
    }
    for (JsonNode choice : choices) {
      finish = null;
      read(choice, "message");
      Optional<Logprobs> logprobs = logprobs(choice.path("logprobs"));
      if (logprobs.isPresent() || choices.size() > 1) {
        FinishReason reason = finish == null ? FinishReason.STOP : finish;
        sink.piece(new Piece.ChoiceEnd(reason, logprobs));
      }
    }
    return Optional.empty();
  }

  /** As many as were asked for, in their order; what is too much is no choice of the caller's. */
  private List<JsonNode> choices(JsonNode all) {
    List<JsonNode> choices = new ArrayList<>();
    all.forEach(choice -> choices.add(choice));
    choices.removeIf(choice -> !choice.isObject());
    if (wanted.answers() == 1 && choices.size() > 1) {
      return choices.subList(0, 1);
    }
    choices.sort(Comparator.comparingInt(choice -> choice.path("index").asInt(0)));
    return choices;
  }

  private Optional<Logprobs> logprobs(JsonNode node) {
    if (wanted.alternatives().isEmpty()) {
      return Optional.empty();
    }
    UpstreamLogprobs reader = new UpstreamLogprobs(wanted.alternatives().getAsInt());
    return endpoint == Endpoint.CHAT ? reader.chat(node) : reader.completion(node);
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
  static String id(JsonNode node) {
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
    if (endpoint == Endpoint.EMBEDDING && prompt.isInt() && prompt.intValue() >= 0) {
      usage = new Usage(prompt.intValue(), 0, true);
    } else if (prompt.isInt()
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
