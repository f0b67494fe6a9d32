package dev.moat.serve;

import dev.moat.wire.Response;
import dev.moat.wire.ServerExchange;
import tools.jackson.databind.node.ObjectNode;

/** Writes an answer as one response object. */
final class ResponsesAnswer implements AnswerWriter {
  private final Exchange exchange;
  private final ServerExchange http;
  private final AnswerHead head;
  private final ResponsesForm form;
  private final ResponsesOutput output;
  private final PartOrder order;
  private FinishReason reason = FinishReason.STOP;
  private Usage usage = Usage.none();

  ResponsesAnswer(Exchange exchange, AnswerHead head) {
    this.exchange = exchange;
    this.http = exchange.http();
    this.head = head;
    this.form = new ResponsesForm(exchange, head);
    this.output = new ResponsesOutput(head.id(), _ -> {});
    this.order = new PartOrder(output);
  }

  @Override
  public boolean piece(Piece piece) {
    order.accept(piece);
    return true;
  }

  @Override
  public void blocked(String refusalText) {
    order.drop();
    output.clear();
    order.accept(new Piece.Declined(refusalText));
  }

  @Override
  public void finish(FinishReason newReason, Usage newUsage) {
    reason = newReason;
    usage = newUsage;
    output.endAs(reason);
    order.finish();
  }

  @Override
  public void complete() {
    ObjectNode response = form.finished(reason, output.items(), usage);
    exchange
        .keeper()
        .keep(
            exchange,
            response,
            unkept ->
                unkept.ifPresentOrElse(
                    this::fail, () -> http.send(head.received(Response.json(200, response)))));
  }

  @Override
  public void fail(Refusal refusal) {
    http.send(head.received(refusal.response()));
  }
}
