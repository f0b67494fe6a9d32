package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.wire.Response;
import dev.moat.wire.ServerExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a completion as one JSON document: a choice for each prompt, in order. */
final class WholeCompletion implements AnswerWriter {
  private record Choice(String text, FinishReason reason, Optional<Logprobs> logprobs) {}

  private final ServerExchange http;
  private final AnswerHead head;
  private final int answersWanted;
  private final List<Choice> choices = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private Usage usage = Usage.none();
  private boolean blocked;

  WholeCompletion(ServerExchange http, AnswerHead head, ModelCall call) {
    this.http = http;
    this.head = head;
    this.answersWanted = call.answersWanted();
  }

  @Override
  public boolean piece(Piece piece) {
    if (piece instanceof Piece.Text(String more)) {
      text.append(more);
    } else if (piece instanceof Piece.ChoiceEnd(FinishReason reason, Optional<Logprobs> known)) {
      end(reason, known);
    }
    return true;
  }

  /** What is wrong with one choice must not be told by the others: all of them are withheld. */
  @Override
  public void blocked(String refusalText) {
    blocked = true;
    choices.clear();
    text.setLength(0);
    text.append(refusalText);
  }

  @Override
  public void finish(FinishReason reason, Usage newUsage) {
    usage = newUsage;
    if (choices.isEmpty()) {
      end(reason, Optional.empty());
    }
    while (blocked && choices.size() < answersWanted) {
      choices.add(choices.getFirst());
    }
  }

  @Override
  public void complete() {
    http.send(head.received(Response.json(200, json())));
  }

  @Override
  public void fail(Refusal refusal) {
    http.send(head.received(refusal.response()));
  }

  private void end(FinishReason reason, Optional<Logprobs> logprobs) {
    choices.add(new Choice(text.toString(), reason, logprobs));
    text.setLength(0);
  }

  private ObjectNode json() {
    ObjectNode answer =
        Json.object()
            .put("id", head.answerId())
            .put("object", head.endpoint().object(false))
            .put("created", head.created())
            .put("model", head.model());
    ArrayNode all = answer.putArray("choices");
    for (Choice choice : choices) {
      ObjectNode one = Json.object().put("index", all.size()).put("text", choice.text());
      choice
          .logprobs()
          .ifPresentOrElse(
              known -> one.set("logprobs", known.completion()), () -> one.putNull("logprobs"));
      all.add(one.put("finish_reason", choice.reason().word()));
    }
    answer.set("usage", usage.json());
    return answer.put("system_fingerprint", head.fingerprint());
  }
}
