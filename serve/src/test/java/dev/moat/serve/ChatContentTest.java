package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import org.junit.jupiter.api.Test;

class ChatContentTest {
  private final ChatContent content = new ChatContent();

  private void assertContent(String single) {
    assertEquals(Json.parse(TestGateway.json(single), "expected"), content.json());
  }

  @Test
  void isEmptyAtFirst() {
    assertTrue(content.isEmpty());
    assertContent("''");
  }

  @Test
  void oneTextAloneIsAString() {
    content.add("a", Json.object());
    assertFalse(content.isEmpty());
    assertContent("'a'");
  }

  @Test
  void severalTextsAreParts() {
    content.add("a", Json.object());
    content.add("", Json.object());
    assertContent("[{'type':'text','text':'a'},{'type':'text','text':''}]");
  }

  @Test
  void aTextWithMoreFieldsIsAPart() {
    content.add("a", Json.object().put("more", 1));
    assertContent("[{'type':'text','text':'a','more':1}]");
  }

  @Test
  void aPartOfAnotherKindStaysOne() {
    content.add(Json.object().put("type", "refusal").put("refusal", "no"));
    assertContent("[{'type':'refusal','refusal':'no'}]");
  }
}
