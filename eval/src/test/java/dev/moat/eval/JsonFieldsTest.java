package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class JsonFieldsTest {
  @Test
  void readsEachType() {
    Digest digest = Digest.of("x");
    JsonFields fields =
        fields(
            "{\"t\":\"text\",\"n\":5,\"r\":0.5,\"d\":\""
                + digest.hex()
                + "\",\"o\":{\"k\":\"v\"},\"l\":[{\"k\":\"w\"}]}");
    assertEquals("text", fields.text("t"));
    assertEquals(5, fields.integer("n", 0, 5));
    assertEquals(0.5, fields.real("r"));
    assertEquals(digest, fields.digest("d"));
    assertEquals("v", fields.object("o").text("k"));
    assertEquals("w", fields.objects("l", 1).getFirst().text("k"));
    fields.refuseOthers();
    assertEquals(Optional.empty(), fields.optionalDigest("none"));
    assertEquals(Optional.of("text"), fields.optionalText("t"));
    assertTrue(fields.optionalObject("none").isEmpty());
  }

  @Test
  void namesTheFieldAndWhatItHolds() {
    assertMessage("thing n: \"five\" is not a whole number", () -> five().integer("n", 0, 9));
    assertMessage("thing n: \"five\" is not a finite number", () -> five().real("n"));
    assertMessage("thing n: \"five\" is not a digest", () -> five().digest("n"));
    assertMessage("thing n: \"five\" is not \"six\"", () -> five().constant("n", "six"));
    assertMessage("thing n: not a JSON object", () -> five().object("n"));
    assertMessage("thing n: \"five\" is not a list", () -> five().objects("n", 3));
    assertMessage("thing n: \"five\" is not known here", () -> five().refuseOthers());
    assertMessage("thing m:  is not a text", () -> five().text("m"));
  }

  @Test
  void holdsTheRange() {
    assertEquals(3, fields("{\"n\":3}").integer("n", 3, 3));
    assertMessage("is not between 4 and 9", () -> fields("{\"n\":3}").integer("n", 4, 9));
    assertMessage("is not between 0 and 2", () -> fields("{\"n\":3}").integer("n", 0, 2));
    assertMessage(
        "is not a whole number", () -> fields("{\"n\":99999999999999999999}").integer("n", 0, 2));
    assertMessage("is not a whole number", () -> fields("{\"n\":1.5}").integer("n", 0, 2));
    assertMessage("is not a finite number", () -> fields("{\"n\":1e999}").real("n"));
  }

  @Test
  void countsTheElementsOfALongList() {
    assertMessage("at most 1 objects", () -> fields("{\"l\":[{},{}]}").objects("l", 1));
  }

  @Test
  void readsAListOfTexts() {
    assertEquals(List.of("a", "b"), fields("{\"l\":[\"a\",\"b\"]}").texts("l", 2));
    assertMessage("at most 1 texts", () -> fields("{\"l\":[\"a\",\"b\"]}").texts("l", 1));
    assertMessage("at most 2 texts", () -> fields("{\"l\":[\"a\",1]}").texts("l", 2));
    assertMessage("at most 2 texts", () -> fields("{\"l\":\"a\"}").texts("l", 2));
  }

  private static JsonFields five() {
    return fields("{\"n\":\"five\"}");
  }

  private static JsonFields fields(String json) {
    return JsonFields.of(Json.parse(json, "test"), "thing");
  }

  private static void assertMessage(String part, Executable reading) {
    Failure failure = assertThrows(Failure.class, reading);
    assertTrue(failure.getMessage().contains(part), failure.getMessage());
  }
}
