package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import org.junit.jupiter.api.Test;

class ToolCallsTest {
  private final ToolCalls calls = new ToolCalls();

  private static Piece.ToolCall part(int index, String id, String name, String arguments) {
    return new Piece.ToolCall(index, id, name, arguments);
  }

  private String delta(Piece.ToolCall part) {
    return Json.text(calls.delta(part, calls.add(part)));
  }

  @Test
  void putsPartsTogether() {
    assertTrue(calls.isEmpty());
    calls.add(part(1, "b", "g", "["));
    calls.add(part(0, "a", "f", "{"));
    calls.add(part(1, "", "", "]"));
    calls.add(part(0, "", "", "}"));
    assertEquals(
        TestGateway.json(
            "[{'id':'a','type':'function','function':{'name':'f','arguments':'{}'}},"
                + "{'id':'b','type':'function','function':{'name':'g','arguments':'[]'}}]"),
        Json.text(calls.json()));
    calls.clear();
    assertTrue(calls.isEmpty());
  }

  @Test
  void namesACallWithItsFirstPartOnly() {
    assertEquals(
        TestGateway.json(
            "[{'index':2,'id':'a','type':'function','function':{'name':'f','arguments':''}}]"),
        delta(part(2, "a", "f", "")));
    assertEquals(
        TestGateway.json("[{'index':2,'function':{'arguments':'{'}}]"),
        delta(part(2, "again", "again", "{")));
  }

  @Test
  void makesAnIdWhereThereIsNone() {
    assertTrue(delta(part(3, "", "f", "")).contains("\"id\":\"call_3\""));
    assertFalse(calls.isEmpty());
  }

  @Test
  void firstPartsAreTold() {
    assertTrue(calls.add(part(0, "a", "f", "")));
    assertFalse(calls.add(part(0, "", "", "x")));
    assertTrue(calls.add(part(1, "b", "g", "")));
  }
}
