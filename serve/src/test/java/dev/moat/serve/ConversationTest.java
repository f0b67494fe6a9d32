package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

class ConversationTest {
  private static final String CALL =
      "{'id':'c1','type':'function','function':{'name':'f','arguments':'{}'}}";

  /** Every form in which a chat that went to a model can hold what was said. */
  private static final String MESSAGES =
      "[{'role':'system','content':'s'},{'role':'user','content':'u'},"
          + "{'role':'user','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]},"
          + "{'role':'assistant','content':null,'tool_calls':["
          + CALL
          + "]},{'role':'tool','tool_call_id':'c1','content':'42'},"
          + "{'role':'tool','tool_call_id':'c1','content':[{'type':'text','text':'x'},"
          + "{'type':'text','text':'y'}]},"
          + "{'role':'assistant','content':[{'type':'refusal','refusal':'no'}]},"
          + "{'role':'assistant','content':'done','tool_calls':["
          + CALL
          + "]}]";

  private static JsonNode parsed(String single) {
    return Json.parse(TestGateway.json(single), "json");
  }

  private static Conversation conversation(String messages) {
    return new Conversation(
        parsed("{'id':'resp_1'}"),
        parsed(messages),
        parsed("[{'role':'assistant','content':'hi'}]"),
        "scope");
  }

  @Test
  void comesBackFromItsBytes() {
    Conversation conversation = conversation(MESSAGES);
    assertEquals(conversation, Conversation.parse(conversation.bytes()));
  }

  @Test
  void goesOnWithTheAnswerLast() {
    ArrayNode chat = Json.array();
    conversation("[{'role':'user','content':'u'}]").appendTo(chat);
    assertEquals(
        parsed("[{'role':'user','content':'u'},{'role':'assistant','content':'hi'}]"), chat);
  }

  @Test
  void showsMessagesCallsAndOutputsAsItems() {
    ArrayNode items = conversation(MESSAGES).inputItems();
    assertEquals(
        List.of(
            "message",
            "message",
            "message",
            "function_call",
            "function_call_output",
            "function_call_output",
            "message",
            "message",
            "function_call"),
        items.valueStream().map(item -> item.path("type").stringValue()).toList());
    assertEquals(
        parsed("[{'type':'input_text','text':'a'},{'type':'input_text','text':'b'}]"),
        items.path(2).path("content"));
    assertEquals("c1", items.path(3).path("call_id").stringValue());
    assertEquals("{}", items.path(3).path("arguments").stringValue());
    assertEquals("42", items.path(4).path("output").stringValue());
    assertEquals(2, items.path(5).path("output").size());
    assertEquals(parsed("[{'type':'refusal','refusal':'no'}]"), items.path(6).path("content"));
    assertEquals(
        parsed("[{'type':'output_text','text':'done','annotations':[]}]"),
        items.path(7).path("content"));
  }

  @Test
  void givesEachItemAnIdOfItsOwn() {
    Set<String> ids = new HashSet<>();
    ArrayNode items = conversation(MESSAGES).inputItems();
    items.forEach(item -> assertTrue(ids.add(item.path("id").stringValue())));
    assertEquals(items, conversation(MESSAGES).inputItems(), "the same each time");
  }

  /** Items that are shown can be sent again, and mean the same. */
  @Test
  void itemsTranslateBackToTheMessages() {
    ArrayNode again = Json.array();
    new ResponsesItems(again).input(conversation(MESSAGES).inputItems());
    assertEquals(parsed(MESSAGES), again);
  }

  @Test
  void aConversationWithoutMessagesHasNoItems() {
    assertTrue(conversation("[]").inputItems().isEmpty());
  }
}
