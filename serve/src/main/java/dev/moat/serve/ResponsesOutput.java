package dev.moat.serve;

import dev.moat.core.Json;
import java.util.function.Consumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The output items of one answer of the Responses API, and the events that tell of them. */
final class ResponsesOutput implements PartOrder.Teller {
  private final String id;
  private final CallIds calls;
  private final Consumer<ObjectNode> events;
  private final StringBuilder text = new StringBuilder();
  private ArrayNode items = Json.array();
  private Piece kind = new Piece.Text("");
  private ObjectNode item = Json.object();
  private String itemStatus = "completed";
  private int begun;

  /** The items of the answer to exchange {@code id}; each event is given to {@code events}. */
  ResponsesOutput(String id, Consumer<ObjectNode> events) {
    this.id = id;
    this.calls = new CallIds(id);
    this.events = events;
  }

  /** The items that are complete. */
  ArrayNode items() {
    return items;
  }

  /** Forgets them: they are not to be told. */
  void clear() {
    items = Json.array();
  }

  /** What ends from now on ends for that reason. */
  void endAs(FinishReason reason) {
    boolean whole = reason == FinishReason.STOP || reason == FinishReason.TOOL_CALLS;
    itemStatus = whole ? "completed" : "incomplete";
  }

  @Override
  public void begin(Piece first) {
    kind = OutputGuard.kind(first);
    text.setLength(0);
    item = item(first);
    begun++;
    ObjectNode added = event("response.output_item.added");
    added.remove("item_id");
    events.accept(added.set("item", item.deepCopy()));
    if (!(kind instanceof Piece.ToolCall)) {
      events.accept(partEvent("response.content_part.added").set("part", part("")));
    }
  }

  @Override
  public void more(Piece piece) {
    String more = OutputGuard.text(piece);
    if (more.isEmpty()) {
      return;
    }
    text.append(more);
    events.accept(textEvent("delta").put("delta", more));
  }

  @Override
  public void end() {
    String all = text.toString();
    ObjectNode done = textEvent("done");
    switch (kind) {
      case Piece.Text _, Piece.Reasoning _ -> events.accept(done.put("text", all));
      case Piece.Declined _ -> events.accept(done.put("refusal", all));
      case Piece.ToolCall _ -> {
        done.put("name", item.path("name").stringValue());
        events.accept(done.put("arguments", all));
        item.put("arguments", all);
      }
      case Piece.Data _ -> throw Dialects.misplaced();
    }
    if (!(kind instanceof Piece.ToolCall)) {
      events.accept(partEvent("response.content_part.done").set("part", part(all)));
      item.putArray("content").add(part(all));
    }
    item.put("status", itemStatus);
    items.add(item);
    ObjectNode ended = event("response.output_item.done");
    ended.remove("item_id");
    events.accept(ended.set("item", item.deepCopy()));
  }

  private ObjectNode item(Piece first) {
    ObjectNode fresh =
        switch (first) {
          case Piece.Text _, Piece.Declined _ ->
              Json.object().put("id", itemId("msg_")).put("type", "message");
          case Piece.Reasoning _ -> Json.object().put("id", itemId("rs_")).put("type", "reasoning");
          case Piece.ToolCall call ->
              Json.object()
                  .put("id", itemId("fc_"))
                  .put("type", "function_call")
                  .put("call_id", calls.of(call))
                  .put("name", call.name())
                  .put("arguments", "");
          case Piece.Data _ -> throw Dialects.misplaced();
        };
    fresh.put("status", "in_progress");
    switch (first) {
      case Piece.Text _, Piece.Declined _ -> fresh.put("role", "assistant").putArray("content");
      case Piece.Reasoning _ -> {
        fresh.putArray("summary");
        fresh.putArray("content");
      }
      case Piece.ToolCall _ -> {
        // has no content
      }
      case Piece.Data _ -> throw Dialects.misplaced();
    }
    return fresh;
  }

  private String itemId(String prefix) {
    return prefix + id + "_" + begun;
  }

  private ObjectNode part(String said) {
    return switch (kind) {
      case Piece.Text _ -> {
        ObjectNode part = Json.object().put("type", "output_text").put("text", said);
        part.putArray("annotations");
        part.putArray("logprobs");
        yield part;
      }
      case Piece.Declined _ -> Json.object().put("type", "refusal").put("refusal", said);
      case Piece.Reasoning _, Piece.ToolCall _ ->
          Json.object().put("type", "reasoning_text").put("text", said);
      case Piece.Data _ -> throw Dialects.misplaced();
    };
  }

  private ObjectNode textEvent(String word) {
    return switch (kind) {
      case Piece.Text _ -> {
        ObjectNode event = partEvent("response.output_text." + word);
        event.putArray("logprobs");
        yield event;
      }
      case Piece.Declined _ -> partEvent("response.refusal." + word);
      case Piece.Reasoning _ -> partEvent("response.reasoning_text." + word);
      case Piece.ToolCall _ -> event("response.function_call_arguments." + word);
      case Piece.Data _ -> throw Dialects.misplaced();
    };
  }

  private ObjectNode partEvent(String type) {
    return event(type).put("content_index", 0);
  }

  private ObjectNode event(String type) {
    return Json.object()
        .put("type", type)
        .put("item_id", item.path("id").stringValue())
        .put("output_index", begun - 1);
  }
}
