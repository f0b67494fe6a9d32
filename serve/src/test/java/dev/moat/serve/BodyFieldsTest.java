package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class BodyFieldsTest {
  private static final JsonNode BODY =
      Json.parse(
          TestGateway.json(
              "{'text':'a','empty':'','nothing':null,'yes':true,'no':false,'list':[1],"
                  + "'object':{'x':1},'number':3}"),
          "body");

  private static BodyFields top() {
    return new BodyFields(BODY, "");
  }

  private static BodyFields inner() {
    return new BodyFields(BODY, "tools[0]");
  }

  private static void assertRefused(String param, String words, Executable work) {
    Failure failure = assertThrows(Failure.class, work);
    assertEquals(param, ((Problem.Invalid) failure.problem()).field());
    assertTrue(failure.getMessage().contains(words), failure.getMessage());
  }

  @Test
  void takesAFieldOnce() {
    BodyFields fields = top();
    assertEquals("a", fields.text("text").orElseThrow());
    assertTrue(fields.text("text").isEmpty());
  }

  @Test
  void countsNullAsAbsent() {
    assertTrue(top().take("nothing").isEmpty());
    assertTrue(top().text("nothing").isEmpty());
    assertTrue(top().array("nothing").isEmpty());
    assertFalse(top().flag("nothing"));
    assertTrue(top().flag("nothing", true));
    assertRefused("nothing", "missing", () -> top().requireText("nothing"));
    top().refuse("nothing", "is never wanted");
  }

  @Test
  void leavesTheBodyAsItIs() {
    ObjectNode rest = Json.object();
    BodyFields fields = top();
    fields.text("text");
    fields.drop("list").moveRest(rest);
    assertTrue(BODY.has("text"));
    assertTrue(BODY.has("list"));
    assertFalse(rest.has("text"));
    assertFalse(rest.has("list"));
    assertEquals(3, rest.path("number").intValue());
    assertTrue(rest.path("nothing").isNull(), "a null that nobody knew stays one");
  }

  @Test
  void namesTheWholePlace() {
    assertEquals("text", top().param("text"));
    assertEquals("tools[0].text", inner().param("text"));
    assertRefused("tools[0].name", "missing", () -> inner().requireText("name"));
    assertRefused("tools[0].number", "not a string", () -> inner().text("number"));
    assertRefused("tools[0].text", "not an array", () -> inner().array("text"));
    assertRefused("tools[0].text", "not true or false", () -> inner().flag("text"));
    assertRefused("tools[0].text", "is wrong", () -> inner().refuse("text", "is wrong"));
    assertRefused("tools[0]", "not an object", () -> new BodyFields(BODY.path("list"), "tools[0]"));
  }

  @Test
  void wantsAnObject() {
    for (String other : List.of("[]", "1", "null", "\"x\"")) {
      Failure failure =
          assertThrows(Failure.class, () -> new BodyFields(Json.parse(other, "x"), ""));
      assertTrue(failure.getMessage().contains("JSON object"), failure.getMessage());
    }
  }

  @Test
  void readsTruthValues() {
    assertTrue(top().flag("yes"));
    assertFalse(top().flag("no"));
    assertFalse(top().flag("no", true));
    assertFalse(top().flag("absent"));
    assertTrue(top().flag("absent", true));
  }

  @Test
  void movesFieldsAsTheyAre() {
    ObjectNode to = Json.object();
    BodyFields fields = top();
    fields.move("object", to, "renamed");
    fields.move("nothing", to, "nothing");
    fields.move("absent", to, "absent");
    assertEquals(Json.parse("{\"renamed\":{\"x\":1}}", "x"), to);
  }

  @Test
  void replacesNothingByWhatNobodyKnew() {
    ObjectNode to = Json.object().put("number", 1);
    assertRefused("tools[0].number", "contradicts", () -> inner().moveRest(to));
    assertEquals(1, to.path("number").intValue());
  }
}
