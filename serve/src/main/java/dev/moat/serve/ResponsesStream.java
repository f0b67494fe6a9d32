package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.wire.ServerExchange;
import tools.jackson.databind.node.ObjectNode;

/** Writes an answer as an event stream of the Responses API. */
final class ResponsesStream implements AnswerWriter {
  private final Exchange exchange;
  private final ServerExchange http;
  private final AnswerHead head;
  private final ResponsesForm form;
  private final NamedEvents events;
  private final ResponsesOutput output;
  private final PartOrder order;
  private FinishReason reason = FinishReason.STOP;
  private Usage usage = Usage.none();
  private int sequence;

  /** Runs {@code onDrain} whenever the caller has taken enough for more. */
  ResponsesStream(Exchange exchange, AnswerHead head, Runnable onDrain) {
    this.exchange = exchange;
    this.http = exchange.http();
    this.head = head;
    this.form = new ResponsesForm(exchange, head);
    this.events = new NamedEvents(http, head.streamHeaders(), onDrain);
    this.output = new ResponsesOutput(head.id(), this::tell);
    this.order = new PartOrder(output);
  }

  @Override
  public boolean piece(Piece piece) {
    start();
    order.accept(piece);
    return events.flush();
  }

  @Override
  public void blocked(String refusalText) {
    start();
    order.drop();
    order.accept(new Piece.Declined(refusalText));
    events.flush();
  }

  @Override
  public void finish(FinishReason newReason, Usage newUsage) {
    reason = newReason;
    usage = newUsage;
    start();
    output.endAs(reason);
    order.finish();
    events.flush();
  }

  @Override
  public void complete() {
    ObjectNode response = form.finished(reason, output.items(), usage);
    exchange
        .keeper()
        .keep(
            exchange,
            response,
            unkept -> unkept.ifPresentOrElse(this::fail, () -> completed(response)));
  }

  private void completed(ObjectNode response) {
    tell("response." + response.path("status").stringValue(), response);
    events.end();
  }

  /** An event {@code error} would do too, but clients tell less of it than of a failed response. */
  @Override
  public void fail(Refusal refusal) {
    if (events.begun()) {
      tell("response.failed", form.failed(refusal, output.items()));
      events.end();
    } else {
      http.send(head.received(refusal.response()));
    }
  }

  private void start() {
    if (sequence == 0) {
      tell("response.created", form.begun());
      tell("response.in_progress", form.begun());
    }
  }

  private void tell(String type, ObjectNode response) {
    ObjectNode event = Json.object().put("type", type);
    tell(event.set("response", response));
  }

  private void tell(ObjectNode event) {
    events.add(event.put("sequence_number", sequence++));
  }
}
