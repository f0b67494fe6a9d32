package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.wire.Response;
import dev.moat.wire.ServerExchange;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes an answer as one message of Anthropic's API. */
final class MessagesAnswer implements AnswerWriter, PartOrder.Teller {
  private final ServerExchange http;
  private final AnswerHead head;
  private final CallIds calls;
  private final PartOrder order = new PartOrder(this);
  private final StringBuilder text = new StringBuilder();
  private ArrayNode content = Json.array();
  private ObjectNode block = Json.object();
  private boolean declined;
  private String stopReason = "";
  private Usage usage = Usage.none();

  MessagesAnswer(ServerExchange http, AnswerHead head) {
    this.http = http;
    this.head = head;
    this.calls = new CallIds(head.id());
  }

  @Override
  public boolean piece(Piece piece) {
    order.accept(piece);
    return true;
  }

  @Override
  public void blocked(String refusalText) {
    order.drop();
    content = Json.array();
    order.accept(new Piece.Text(refusalText));
  }

  @Override
  public void begin(Piece first) {
    text.setLength(0);
    block = MessagesForm.block(first, calls.of(first));
  }

  @Override
  public void more(Piece piece) {
    declined |= piece instanceof Piece.Declined;
    text.append(OutputGuard.text(piece));
  }

  @Override
  public void end() {
    switch (block.path("type").stringValue()) {
      case "tool_use" -> block.set("input", MessagesForm.input(text.toString()));
      case "thinking" -> block.put("thinking", text.toString());
      default -> block.put("text", text.toString());
    }
    content.add(block);
  }

  @Override
  public void finish(FinishReason reason, Usage newUsage) {
    order.finish();
    stopReason = MessagesForm.stopReason(reason, declined);
    usage = newUsage;
  }

  @Override
  public void complete() {
    ObjectNode message = MessagesForm.message(head);
    message.set("content", content);
    message.put("stop_reason", stopReason).putNull("stop_sequence");
    message.set("usage", MessagesForm.usage(usage));
    Response response =
        Response.json(200, message).with(MessagesForm.REQUEST_ID, http.request().id());
    http.send(head.received(response));
  }

  @Override
  public void fail(Refusal refusal) {
    http.send(head.received(MessagesForm.refused(refusal, http.request().id())));
  }
}
