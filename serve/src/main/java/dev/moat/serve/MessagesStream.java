package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.wire.ServerExchange;
import tools.jackson.databind.node.ObjectNode;

/** Writes an answer as an event stream of Anthropic's API. */
final class MessagesStream implements AnswerWriter, PartOrder.Teller {
  private final ServerExchange http;
  private final AnswerHead head;
  private final CallIds calls;
  private final NamedEvents events;
  private final PartOrder order = new PartOrder(this);
  private int index = -1;
  private boolean started;
  private boolean declined;

  /** Runs {@code onDrain} whenever the caller has taken enough for more. */
  MessagesStream(ServerExchange http, AnswerHead head, Runnable onDrain) {
    this.http = http;
    this.head = head;
    this.calls = new CallIds(head.id());
    this.events =
        new NamedEvents(
            http, head.streamHeaders().with(MessagesForm.REQUEST_ID, http.request().id()), onDrain);
  }

  @Override
  public boolean piece(Piece piece) {
    order.accept(piece);
    return events.flush();
  }

  @Override
  public void blocked(String refusalText) {
    order.drop();
    order.accept(new Piece.Text(refusalText));
    events.flush();
  }

  @Override
  public void begin(Piece first) {
    start();
    index++;
    ObjectNode event = event("content_block_start");
    event.set("content_block", MessagesForm.block(first, calls.of(first)));
    events.add(event);
  }

  @Override
  public void more(Piece piece) {
    declined |= piece instanceof Piece.Declined;
    String text = OutputGuard.text(piece);
    if (text.isEmpty()) {
      return;
    }
    ObjectNode event = event("content_block_delta");
    ObjectNode delta = event.putObject("delta");
    switch (piece) {
      case Piece.Text _, Piece.Declined _ -> delta.put("type", "text_delta").put("text", text);
      case Piece.Reasoning _ -> delta.put("type", "thinking_delta").put("thinking", text);
      case Piece.ToolCall _ -> delta.put("type", "input_json_delta").put("partial_json", text);
      case Piece.Data _ -> throw Dialects.misplaced();
    }
    events.add(event);
  }

  @Override
  public void end() {
    events.add(event("content_block_stop"));
  }

  @Override
  public void finish(FinishReason reason, Usage usage) {
    start();
    order.finish();
    ObjectNode event = Json.object().put("type", "message_delta");
    event
        .putObject("delta")
        .put("stop_reason", MessagesForm.stopReason(reason, declined))
        .putNull("stop_sequence");
    event.set("usage", MessagesForm.usage(usage));
    events.add(event);
    events.flush();
  }

  @Override
  public void complete() {
    events.add(Json.object().put("type", "message_stop"));
    events.end();
  }

  @Override
  public void fail(Refusal refusal) {
    if (events.begun()) {
      events.add(MessagesForm.error(refusal, http.request().id()));
      events.end();
    } else {
      http.send(head.received(MessagesForm.refused(refusal, http.request().id())));
    }
  }

  /** What the question took is not known yet: it comes with the last event but one. */
  private void start() {
    if (!started) {
      started = true;
      ObjectNode message = MessagesForm.message(head);
      message.putArray("content");
      message.putNull("stop_reason").putNull("stop_sequence");
      message.set("usage", MessagesForm.usage(Usage.none()));
      ObjectNode event = Json.object().put("type", "message_start");
      event.set("message", message);
      events.add(event);
    }
  }

  private ObjectNode event(String type) {
    return Json.object().put("type", type).put("index", index);
  }
}
