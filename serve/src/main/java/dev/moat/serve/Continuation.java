package dev.moat.serve;

import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The stage that puts what was said before in front of a question that goes on from a kept answer.
 * It comes before the guard: all of it is judged again.
 */
final class Continuation implements Stage {
  private final ResponseKeeper keeper;
  private final WorkPool pool;

  Continuation(ResponseKeeper keeper, WorkPool pool) {
    this.keeper = keeper;
    this.pool = pool;
  }

  @Override
  public void enter(Exchange exchange) {
    exchange.keeper(keeper);
    String previous = exchange.request().wishes().previous();
    if (previous.isEmpty()) {
      exchange.proceed();
      return;
    }
    keeper.find(
        exchange.http(),
        exchange.key(),
        previous,
        found ->
            found.ifPresentOrElse(
                conversation -> {
                  exchange.conversation(conversation.scope());
                  goOn(exchange, conversation);
                },
                () -> exchange.refuse(unknown("previous_response_id"))));
  }

  /** The same for an answer of another tenant as for one that never was. */
  static Refusal unknown(String param) {
    return new Refusal(
        404,
        "invalid_request_error",
        "response: none of that id is kept for this key; send all items of the conversation",
        param,
        "previous_response_not_found");
  }

  private void goOn(Exchange exchange, Conversation before) {
    ParsedRequest question = exchange.request();
    pool.compute(
        Integer.MAX_VALUE,
        exchange.http(),
        () -> together(before, question),
        whole -> {
          exchange.request(whole);
          exchange.proceed();
        });
  }

  private static ParsedRequest together(Conversation before, ParsedRequest question) {
    ObjectNode chat = (ObjectNode) Json.parse(question.body(), "question");
    JsonNode asked = chat.path("messages");
    ArrayNode all = Json.array();
    int instructions = question.wishes().instructed() ? 1 : 0;
    for (int i = 0; i < instructions; i++) {
      all.add(asked.get(i));
    }
    before.appendTo(all);
    for (int i = instructions; i < asked.size(); i++) {
      all.add(asked.get(i));
    }
    chat.set("messages", all);
    byte[] body = Json.text(chat).getBytes(StandardCharsets.UTF_8);
    return RequestParser.parse(Endpoint.CHAT, body).standingFor(question);
  }
}
