package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import dev.moat.wire.ServerSentEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whatever a model says, in whatever order and pieces: each stream keeps the rules of its dialect,
 * and says the same as the whole answer.
 */
class DialectStreamInvariantsTest {
  private static final List<String> WORDS =
      List.of(
          "plain words ", "\n", "jane.doe@", "example.org ", "é", "{\"x\":", "1}", " ", "data: ");

  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway = TestGateway.start();
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static List<Piece> randomAnswer(Random random) {
    List<Piece> pieces = new ArrayList<>();
    Set<Integer> named = new HashSet<>();
    for (int i = random.nextInt(25); i > 0; i--) {
      String text = WORDS.get(random.nextInt(WORDS.size()));
      pieces.add(
          switch (random.nextInt(8)) {
            case 0, 1 -> new Piece.Reasoning(text);
            case 2 -> new Piece.Declined(text);
            case 3 -> {
              int index = random.nextInt(3);
              yield named.add(index)
                  ? new Piece.ToolCall(index, "call_" + index, "f" + index, text)
                  : new Piece.ToolCall(index, "", "", text);
            }
            default -> new Piece.Text(text);
          });
    }
    return pieces;
  }

  private void script(List<Piece> pieces, FinishReason reason) {
    gateway.backend.script(
        run -> {
          pieces.forEach(run::piece);
          run.finish(reason, 3, 5);
        });
  }

  private static FinishReason randomReason(Random random) {
    return random.nextBoolean() ? FinishReason.STOP : FinishReason.LENGTH;
  }

  private static List<JsonNode> events(TestGateway.Answer answer) {
    assertEquals(200, answer.status(), answer.text());
    List<JsonNode> events = new ArrayList<>();
    for (ServerSentEvent event : answer.events()) {
      JsonNode json = Json.parse(event.data(), "event");
      assertEquals(event.type(), json.path("type").stringValue());
      events.add(json);
    }
    return events;
  }

  @Test
  void everyStreamOfAMessageSaysWhatTheWholeOneSays() {
    Random random = new Random(103);
    String body =
        "{'model':'other','max_tokens':9,'messages':[{'role':'user','content':'x'}],'stream':%s}";
    for (int round = 0; round < 80; round++) {
      script(randomAnswer(random), randomReason(random));
      JsonNode whole =
          gateway.post("/v1/messages", TestGateway.json(body.formatted("false"))).json();
      TestGateway.Answer answer =
          gateway.post("/v1/messages", TestGateway.json(body.formatted("true")));
      ObjectNode streamed = message(events(answer));
      for (String same : List.of("content", "stop_reason", "usage", "model", "role", "type")) {
        assertEquals(whole.path(same), streamed.path(same), answer.text());
      }
      assertFalse(whole.toString().contains("jane.doe@example.org"), whole.toString());
    }
  }

  /** Puts a stream together as clients do, and checks its rules. */
  private static ObjectNode message(List<JsonNode> events) {
    ObjectNode message = (ObjectNode) events.getFirst().path("message").deepCopy();
    assertEquals("message_start", type(events.getFirst()));
    assertEquals("message_stop", type(events.getLast()));
    ArrayNode content = (ArrayNode) message.path("content");
    StringBuilder text = new StringBuilder();
    int open = -1;
    for (JsonNode event : events.subList(1, events.size() - 1)) {
      switch (type(event)) {
        case "content_block_start" -> {
          assertEquals(-1, open, "a block begins inside another");
          open = event.path("index").intValue();
          assertEquals(content.size(), open);
          content.add(event.path("content_block").deepCopy());
          text.setLength(0);
        }
        case "content_block_delta" -> {
          assertEquals(open, event.path("index").intValue());
          text.append(deltaText(event.path("delta")));
        }
        case "content_block_stop" -> {
          assertEquals(open, event.path("index").intValue());
          close((ObjectNode) content.path(open), text.toString());
          open = -1;
        }
        case "message_delta" -> {
          assertEquals(-1, open);
          message.setAll((ObjectNode) event.path("delta"));
          message.set("usage", event.path("usage"));
        }
        default -> throw new AssertionError("unexpected " + event);
      }
    }
    return message;
  }

  private static String deltaText(JsonNode delta) {
    return switch (type(delta)) {
      case "text_delta" -> delta.path("text").stringValue();
      case "thinking_delta" -> delta.path("thinking").stringValue();
      case "input_json_delta" -> delta.path("partial_json").stringValue();
      default -> throw new AssertionError("unexpected " + delta);
    };
  }

  private static void close(ObjectNode block, String text) {
    switch (type(block)) {
      case "text" -> block.put("text", text);
      case "thinking" -> block.put("thinking", text);
      default -> block.set("input", MessagesForm.input(text));
    }
  }

  private static String type(JsonNode node) {
    return node.path("type").stringValue();
  }

  @Test
  void everyStreamOfAResponseSaysWhatTheWholeOneSays() {
    Random random = new Random(107);
    String body = "{'model':'other','input':'x','stream':%s}";
    for (int round = 0; round < 80; round++) {
      script(randomAnswer(random), randomReason(random));
      JsonNode whole =
          gateway.post("/v1/responses", TestGateway.json(body.formatted("false"))).json();
      TestGateway.Answer answer =
          gateway.post("/v1/responses", TestGateway.json(body.formatted("true")));
      List<JsonNode> events = events(answer);
      JsonNode last = events.getLast().path("response");
      assertEquals("response." + last.path("status").stringValue(), type(events.getLast()));
      assertEquals(withoutIds(last.path("output")), withoutIds(output(events)), answer.text());
      assertEquals(withoutIds(whole.path("output")), withoutIds(last.path("output")));
      for (String same : List.of("status", "usage", "incomplete_details", "object", "tools")) {
        assertEquals(whole.path(same), last.path(same));
      }
      assertFalse(whole.toString().contains("jane.doe@example.org"), whole.toString());
    }
  }

  /** Puts the items together from the deltas, and checks the rules of the stream. */
  private static ArrayNode output(List<JsonNode> events) {
    ArrayNode output = Json.array();
    StringBuilder text = new StringBuilder();
    String item = "";
    for (int i = 0; i < events.size(); i++) {
      JsonNode event = events.get(i);
      assertEquals(i, event.path("sequence_number").intValue());
      String type = type(event);
      if (type.equals("response.output_item.added")) {
        assertTrue(item.isEmpty(), "an item begins inside another");
        assertEquals(output.size(), event.path("output_index").intValue());
        item = event.path("item").path("id").stringValue();
        assertEquals("in_progress", event.path("item").path("status").stringValue());
        text.setLength(0);
      } else if (type.equals("response.output_item.done")) {
        assertEquals(item, event.path("item").path("id").stringValue());
        assertEquals(output.size(), event.path("output_index").intValue());
        output.add(event.path("item"));
        item = "";
      } else if (event.has("item_id")) {
        assertEquals(item, event.path("item_id").stringValue());
        assertEquals(output.size(), event.path("output_index").intValue());
        if (type.endsWith(".delta")) {
          text.append(event.path("delta").stringValue());
        } else if (!type.contains("content_part")) {
          assertTrue(event.toString().contains(quoted(text.toString())));
        }
      }
    }
    assertTrue(item.isEmpty());
    return output;
  }

  private static String quoted(String text) {
    return Json.text(Json.object().put("x", text))
        .replaceFirst("^\\{\"x\":", "")
        .replaceFirst("}$", "");
  }

  private static JsonNode withoutIds(JsonNode output) {
    ArrayNode items = Json.array();
    for (JsonNode item : output) {
      ObjectNode copy = (ObjectNode) item.deepCopy();
      copy.remove("id");
      items.add(copy);
    }
    return items;
  }
}
