package dev.moat.serve;

import dev.moat.core.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;

/** One question to a model, after the guard: what it may read is what stands here. */
public final class ModelCall {
  private static final String USAGE_WANTED = "{\"include_usage\":true}";

  private final ParsedRequest request;
  private final Map<Integer, String> redactions;

  /** A question in which the texts of those numbers are replaced. */
  ModelCall(ParsedRequest request, Map<Integer, String> redactions) {
    this.request = request;
    this.redactions = Map.copyOf(redactions);
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
    return request.fields().sampling();
  }

  /** Whether the request has that field and it is not null. */
  public boolean has(String field) {
    return request.fields().names().contains(field);
  }

  /** The type of answer asked for by {@code response_format}, or empty. */
  public String responseFormat() {
    return request.fields().responseFormat();
  }

  /** The conversation; a completion's prompt is one message of the user. */
  public List<ChatMessage> messages() {
    return request.turns().stream()
        .map(
            turn ->
                new ChatMessage(
                    turn.role(),
                    turn.contents().stream().map(this::text).collect(Collectors.joining("\n"))))
        .toList();
  }

  /** How many characters the model has to read. */
  public long promptCharacters() {
    long sum = 0;
    for (int i = 0; i < request.texts().size(); i++) {
      sum += text(i).length();
    }
    return sum;
  }

  /**
   * The body for a backend that speaks the same language: the caller's own bytes, with the model's
   * name there, the redactions, and the wish for a count of tokens spliced in.
   */
  public byte[] forwarded(String model) {
    List<Edit> edits = new ArrayList<>();
    ParsedRequest.Places places = request.places();
    edits.add(new Edit(places.model().start(), places.model().end(), quoted(model)));
    ParsedRequest.Place options = places.streamOptions().orElse(new ParsedRequest.Place(0, 0));
    if (streamed() && options.end() > 0) {
      edits.add(new Edit(options.start(), options.end(), USAGE_WANTED));
    } else if (streamed()) {
      String field = "\"stream_options\":" + USAGE_WANTED + ",";
      edits.add(new Edit(places.object(), places.object(), field));
    }
    redactions.forEach(
        (number, text) -> {
          TextSpan span = request.texts().get(number);
          if (span.start() < options.start() || span.end() > options.end()) {
            edits.add(new Edit(span.start(), span.end(), quoted(text)));
          }
        });
    return Edit.splice(request.body(), edits);
  }

  private String text(int number) {
    String redacted = redactions.get(number);
    return redacted == null ? request.texts().get(number).text() : redacted;
  }

  private static String quoted(String text) {
    return Json.text(JsonNodeFactory.instance.stringNode(text));
  }
}
