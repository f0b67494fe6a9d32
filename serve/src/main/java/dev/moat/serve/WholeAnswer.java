package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.wire.Response;
import dev.moat.wire.ServerExchange;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Writes the answer to a chat as one JSON document. */
final class WholeAnswer implements AnswerWriter {
  private final ServerExchange http;
  private final AnswerHead head;
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final StringBuilder declined = new StringBuilder();
  private final ToolCalls calls = new ToolCalls();
  private Optional<Logprobs> logprobs = Optional.empty();
  private FinishReason reason = FinishReason.STOP;
  private Usage usage = Usage.none();

  WholeAnswer(ServerExchange http, AnswerHead head) {
    this.http = http;
    this.head = head;
  }

  @Override
  public boolean piece(Piece piece) {
    switch (piece) {
      case Piece.Text(String more) -> text.append(more);
      case Piece.Reasoning(String more) -> reasoning.append(more);
      case Piece.Declined(String more) -> declined.append(more);
      case Piece.ToolCall call -> calls.add(call);
      case Piece.ChoiceEnd(_, Optional<Logprobs> known) -> logprobs = known;
      case Piece.Vector _ -> {
        // no chat has a place for one
      }
    }
    return true;
  }

  @Override
  public void blocked(String refusalText) {
    text.setLength(0);
    text.append(refusalText);
    reasoning.setLength(0);
    declined.setLength(0);
    calls.clear();
    logprobs = Optional.empty();
  }

  @Override
  public void finish(FinishReason newReason, Usage newUsage) {
    reason = newReason;
    usage = newUsage;
  }

  @Override
  public void complete() {
    http.send(head.received(Response.json(200, json())));
  }

  @Override
  public void fail(Refusal refusal) {
    http.send(head.received(refusal.response()));
  }

  private ObjectNode json() {
    ObjectNode answer =
        Json.object()
            .put("id", head.answerId())
            .put("object", head.endpoint().object(false))
            .put("created", head.created())
            .put("model", head.model());
    ObjectNode choice = Json.object().put("index", 0);
    choice.set("message", message());
    logprobs.ifPresentOrElse(
        known -> choice.set("logprobs", known.chat()), () -> choice.putNull("logprobs"));
    choice.put("finish_reason", reason.word());
    answer.putArray("choices").add(choice);
    answer.set("usage", usage.json());
    return answer.put("system_fingerprint", head.fingerprint());
  }

  private ObjectNode message() {
    ObjectNode message = Json.object().put("role", "assistant");
    if (text.isEmpty() && (!calls.isEmpty() || !declined.isEmpty())) {
      message.putNull("content");
    } else {
      message.put("content", text.toString());
    }
    if (declined.isEmpty()) {
      message.putNull("refusal");
    } else {
      message.put("refusal", declined.toString());
    }
    if (!reasoning.isEmpty()) {
      message.put("reasoning_content", reasoning.toString());
    }
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls.json());
    }
    return message;
  }
}
