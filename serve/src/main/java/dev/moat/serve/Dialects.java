package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.wire.ErrorForm;
import dev.moat.wire.Response;
import dev.moat.wire.ServerExchange;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The forms in which the endpoints are spoken to. A question in a form of its own is put into a
 * chat's before anything looks at it: so the guard sees exactly what goes on, and nothing can go on
 * that it has not seen. Its answer and its errors are told in the form of the question.
 */
final class Dialects {
  private Dialects() {}

  /** Reads the body of a question. */
  static ParsedRequest parse(Endpoint endpoint, byte[] body) {
    return switch (endpoint) {
      case CHAT, COMPLETION, EMBEDDING -> RequestParser.parse(endpoint, body);
      case MESSAGES -> translated(body, MessagesRequest.chat(tree(body)), Wishes.none());
      case RESPONSES -> {
        ResponsesRequest request = new ResponsesRequest(tree(body));
        yield translated(body, request.chat(), request.wishes());
      }
    };
  }

  /** Writes its answer; {@code onDrain} runs whenever the caller has taken enough for more. */
  static AnswerWriter writer(Exchange exchange, AnswerHead head, Runnable onDrain, WorkPool pool) {
    ServerExchange http = exchange.http();
    ParsedRequest.Fields fields = exchange.request().fields();
    boolean streamed = fields.stream();
    return switch (exchange.endpoint()) {
      case CHAT ->
          streamed
              ? new StreamedAnswer(http, head, fields.includeUsage(), onDrain)
              : new WholeAnswer(http, head);
      case COMPLETION ->
          streamed
              ? new StreamedAnswer(http, head, fields.includeUsage(), onDrain)
              : new WholeCompletion(http, head, exchange.call());
      case EMBEDDING -> new WholeEmbeddings(http, head, exchange.call(), pool);
      case MESSAGES ->
          streamed ? new MessagesStream(http, head, onDrain) : new MessagesAnswer(http, head);
      case RESPONSES ->
          streamed
              ? new ResponsesStream(exchange, head, onDrain)
              : new ResponsesAnswer(exchange, head);
    };
  }

  /** Tells a refusal. */
  static Response refused(Endpoint endpoint, String requestId, Refusal refusal) {
    return switch (endpoint) {
      case CHAT, COMPLETION, EMBEDDING, RESPONSES -> refusal.response();
      case MESSAGES -> MessagesForm.refused(refusal, requestId);
    };
  }

  /** Tells what the server itself refuses, such as a body that is too large. */
  static ErrorForm errors(Endpoint endpoint, String requestId) {
    return (status, problem) ->
        refused(endpoint, requestId, Refusal.of(status, problem).withoutRetry());
  }

  /** What a part is in a form that has no place for it: the relay keeps such parts back. */
  static IllegalStateException misplaced() {
    return new IllegalStateException("a part without a text has no place here");
  }

  private static ParsedRequest translated(byte[] body, ObjectNode chat, Wishes wishes) {
    // By way of a text: half a surrogate pair has no bytes of its own, and becomes a question mark.
    byte[] bytes = Json.text(chat).getBytes(StandardCharsets.UTF_8);
    return RequestParser.parse(Endpoint.CHAT, bytes).translatedFrom(body, wishes);
  }

  private static JsonNode tree(byte[] body) {
    RequestParser.requireUtf8(body);
    return Json.parse(body, "body");
  }
}
