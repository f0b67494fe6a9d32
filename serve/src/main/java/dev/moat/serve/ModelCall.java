package dev.moat.serve;

import dev.moat.core.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One question to a model, after the guard: what it may read is what stands here. */
public final class ModelCall {
  /** The fields by which a caller says how long the answer may be. */
  static final List<String> LENGTHS = List.of("max_tokens", "max_completion_tokens");

  /**
   * A text to go on with or to embed.
   *
   * @param tokens the ids in which the caller sent it
   */
  public record Prompt(String text, Optional<int[]> tokens) {}

  private static final String USAGE_WANTED = "{\"include_usage\":true}";

  /** A UTF-16 unit is at most so many bytes in UTF-8. */
  private static final int BYTES_PER_CHARACTER = 3;

  private final ParsedRequest request;
  private final Map<Integer, String> redactions;
  private final Circumstances around;

  /** What the gateway adds to a question. */
  private record Circumstances(
      List<ChatMessage> prompt,
      Optional<TraceParent> trace,
      OptionalInt answerTokensMax,
      String tenant) {
    Circumstances {
      prompt = List.copyOf(prompt);
    }
  }

  /** A question in which the texts of those numbers are replaced. */
  ModelCall(ParsedRequest request, Map<Integer, String> redactions) {
    this(
        request,
        Map.copyOf(redactions),
        new Circumstances(List.of(), Optional.empty(), OptionalInt.empty(), ""));
  }

  private ModelCall(ParsedRequest request, Map<Integer, String> redactions, Circumstances around) {
    if (!request.legible()) {
      throw new IllegalStateException("ids of tokens were not judged");
    }
    this.request = request;
    this.redactions = redactions;
    this.around = around;
  }

  /** The same question with these messages before all others, and no other prompt. */
  ModelCall with(List<ChatMessage> prompt) {
    return in(new Circumstances(prompt, around.trace(), around.answerTokensMax(), around.tenant()));
  }

  /** The same question as a part of that trace. */
  ModelCall traced(Optional<TraceParent> parent) {
    return in(
        new Circumstances(around.prompt(), parent, around.answerTokensMax(), around.tenant()));
  }

  /** This question with the longest answer it may get, unless the caller itself says one. */
  ModelCall bounded(int answerTokens) {
    OptionalInt most = OptionalInt.of(answerTokens);
    return endpoint() == Endpoint.EMBEDDING || request.fields().sampling().tokensMax().isPresent()
        ? this
        : in(new Circumstances(around.prompt(), around.trace(), most, around.tenant()));
  }

  /** The same question as one of that tenant. */
  ModelCall of(String tenant) {
    return in(new Circumstances(around.prompt(), around.trace(), around.answerTokensMax(), tenant));
  }

  private ModelCall in(Circumstances other) {
    return new ModelCall(request, redactions, other);
  }

  /** Whose question it is, as far as questions are kept apart. */
  String tenant() {
    return around.tenant();
  }

  /** The header {@code traceparent} that a server behind the gateway is to get. */
  public Optional<String> traceParent() {
    return around.trace().map(TraceParent::header);
  }

  /** The beginning of the conversation, up to about so many characters: who speaks, and what. */
  String beginning(int charactersMax) {
    StringBuilder out = new StringBuilder();
    for (ChatMessage message : around.prompt()) {
      begin(out, message.role(), charactersMax);
      begin(out, message.content(), charactersMax);
    }
    for (ParsedRequest.Turn turn : request.turns()) {
      begin(out, turn.role(), charactersMax);
      for (int number : turn.contents()) {
        begin(out, text(number), charactersMax);
      }
      if (out.length() >= charactersMax) {
        break;
      }
    }
    return out.substring(0, Math.min(out.length(), charactersMax));
  }

  private static void begin(StringBuilder out, String text, int charactersMax) {
    out.append(text, 0, Math.min(text.length(), charactersMax)).append('\n');
  }

  /** What the caller fills into the prompt. */
  Map<String, JsonNode> variables() {
    Map<String, JsonNode> values = new TreeMap<>();
    request
        .fields()
        .variables()
        .forEach(
            (name, value) ->
                values.put(
                    name,
                    switch (value) {
                      case PromptValue.Said(int text) ->
                          JsonNodeFactory.instance.stringNode(text(text));
                      case PromptValue.Plain(JsonNode plain) -> plain;
                    }));
    return values;
  }

  /** Who speaks in each message of the caller. */
  List<String> roles() {
    return request.turns().stream().map(ParsedRequest.Turn::role).toList();
  }

  /** What kind of question it is. */
  public Endpoint endpoint() {
    return request.endpoint();
  }

  /** Whether the caller takes the answer in pieces. */
  public boolean streamed() {
    return request.fields().stream();
  }

  /** How tokens are to be chosen. */
  public Sampling sampling() {
    Sampling asked = request.fields().sampling();
    return around.answerTokensMax().isPresent()
        ? asked.withTokensMax(around.answerTokensMax())
        : asked;
  }

  /** Whether the request has that field and it is not null. */
  public boolean has(String field) {
    return request.fields().names().contains(field);
  }

  /** The type of answer asked for by {@code response_format}, or empty. */
  public String responseFormat() {
    return request.fields().responseFormat();
  }

  /** Whether a text of it was replaced. */
  boolean redacted() {
    return !redactions.isEmpty();
  }

  /** The conversation; a completion's prompt is one message of the user. */
  public List<ChatMessage> messages() {
    Stream<ChatMessage> asked =
        request.turns().stream()
            .map(
                turn ->
                    new ChatMessage(
                        turn.role(),
                        turn.contents().stream()
                            .map(this::text)
                            .collect(Collectors.joining("\n"))));
    return Stream.concat(around.prompt().stream(), asked).toList();
  }

  /** No fewer bytes than the body has after the redactions. */
  long bodyBytesMax() {
    long bytes = request.body().length;
    for (String text : redactions.values()) {
      bytes += BYTES_PER_CHARACTER * (long) text.length();
    }
    for (ChatMessage message : around.prompt()) {
      bytes += BYTES_PER_CHARACTER * (long) message.content().length();
    }
    return bytes;
  }

  /**
   * What a completion goes on with, or what is to be embedded: each a text of its own. Where the
   * guard changed one, no ids of tokens are left.
   */
  public List<Prompt> prompts() {
    boolean idsHold = idsHold();
    return request.turns().stream()
        .map(ParsedRequest.Turn::contents)
        .map(contents -> prompt(contents.getFirst(), idsHold))
        .toList();
  }

  /** How many answers are wanted: one for each prompt or input, one for a conversation. */
  public int answersWanted() {
    return endpoint() == Endpoint.CHAT ? 1 : request.turns().size();
  }

  /** How the caller wants the answer told. */
  AnswerForm form() {
    return request.form();
  }

  private Prompt prompt(int number, boolean idsHold) {
    int[] ids = idsHold ? request.tokens().get(number) : null;
    return new Prompt(text(number), Optional.ofNullable(ids));
  }

  private boolean idsHold() {
    return Collections.disjoint(request.tokens().keySet(), redactions.keySet());
  }

  /** How many characters the model has to read. */
  public long promptCharacters() {
    long sum = around.prompt().stream().mapToLong(message -> message.content().length()).sum();
    for (int i = 0; i < request.texts().size(); i++) {
      sum += text(i).length();
    }
    return sum;
  }

  /**
   * The body for a backend that speaks the same language: the caller's own bytes, with the model's
   * name there, the prompt, the redactions, and the wish for a count of tokens spliced in.
   */
  public byte[] forwarded(String model) {
    List<Edit> edits = new ArrayList<>();
    ParsedRequest.Places places = request.places();
    edits.add(new Edit(places.model().start(), places.model().end(), quoted(model)));
    around
        .answerTokensMax()
        .ifPresent(
            most -> {
              Optional<ParsedRequest.Place> there = places.noTokensMax();
              edits.add(
                  there.isPresent()
                      ? new Edit(there.get().start(), there.get().end(), Integer.toString(most))
                      : new Edit(places.object(), places.object(), "\"max_tokens\":" + most + ","));
            });
    ParsedRequest.Place options = places.streamOptions().orElse(new ParsedRequest.Place(0, 0));
    if (streamed() && options.end() > 0) {
      edits.add(new Edit(options.start(), options.end(), USAGE_WANTED));
    } else if (streamed()) {
      String field = "\"stream_options\":" + USAGE_WANTED + ",";
      edits.add(new Edit(places.object(), places.object(), field));
    }
    ParsedRequest.Place variables = places.variables().orElse(new ParsedRequest.Place(0, 0));
    if (variables.end() > 0) {
      edits.add(new Edit(variables.start(), variables.end(), ""));
    }
    if (!around.prompt().isEmpty()) {
      edits.add(new Edit(places.messages(), places.messages(), spliced(around.prompt())));
    }
    Set<Integer> changed = new HashSet<>(redactions.keySet());
    if (!idsHold()) {
      changed.addAll(request.tokens().keySet());
    }
    for (int number : changed) {
      TextSpan span = request.texts().get(number);
      if (!options.holds(span) && !variables.holds(span)) {
        edits.add(new Edit(span.start(), span.end(), quoted(text(number))));
      }
    }
    return Edit.splice(request.body(), edits);
  }

  private String text(int number) {
    String redacted = redactions.get(number);
    return redacted == null ? request.texts().get(number).text() : redacted;
  }

  /** The messages as JSON, a comma after each: a request has at least one of its own. */
  private static String spliced(List<ChatMessage> messages) {
    StringBuilder json = new StringBuilder();
    for (ChatMessage message : messages) {
      ObjectNode one = Json.object().put("role", message.role()).put("content", message.content());
      json.append(Json.text(one)).append(',');
    }
    return json.toString();
  }

  private static String quoted(String text) {
    return Json.text(JsonNodeFactory.instance.stringNode(text));
  }
}
