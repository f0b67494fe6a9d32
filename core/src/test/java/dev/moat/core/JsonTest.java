package dev.moat.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class JsonTest {
  private static String messageOf(String json) {
    return assertThrows(Failure.class, () -> Json.parse(json, "body")).getMessage();
  }

  @Test
  void whatIsWrittenReadsBackTheSame() {
    String json = "{\"b\":[1,2.5,null,true],\"a\":{\"ü\":\"\\u0000x\"}}";
    assertEquals(json, Json.text(Json.parse(json, "body")));
  }

  @Test
  void canonicalBytesDoNotDependOnTheOrderOfKeys() {
    byte[] one = Json.canonical(Json.parse("{\"b\":{\"d\":1,\"c\":2},\"a\":3}", "x"));
    byte[] two = Json.canonical(Json.parse("{ \"a\":3, \"b\":{\"c\":2,\"d\":1} }", "x"));
    assertArrayEquals(one, two);
    assertEquals("{\"a\":3,\"b\":{\"c\":2,\"d\":1}}", new String(one, StandardCharsets.UTF_8));
  }

  @Test
  void canonicalBytesKeepTheOrderOfArrays() {
    assertNotEquals(
        new String(Json.canonical(Json.parse("[1,2]", "x")), StandardCharsets.UTF_8),
        new String(Json.canonical(Json.parse("[2,1]", "x")), StandardCharsets.UTF_8));
  }

  @Test
  void anErrorNamesTheInputAndThePlace() {
    String message = messageOf("{\"a\":1,\n\"b\":}");
    assertTrue(message.startsWith("body line 2 column"), message);
  }

  @Test
  void duplicateKeysAreRefused() {
    assertTrue(messageOf("{\"a\":1,\"a\":2}").contains("body"));
  }

  @Test
  void trailingTextIsRefused() {
    assertTrue(messageOf("{} {}").contains("body"));
  }

  @Test
  void anEmptyInputIsRefused() {
    assertTrue(messageOf("").contains("empty"));
    assertTrue(messageOf("   ").contains("empty"));
  }

  @Test
  void nestingIsAllowedUpToTheBoundAndNoDeeper() {
    int most = Json.DEPTH_MAX;
    assertTrue(Json.parse("[".repeat(most) + "]".repeat(most), "x").isArray());
    String deeper = "[".repeat(most + 1) + "]".repeat(most + 1);
    assertTrue(messageOf(deeper).contains("depth"), messageOf(deeper));
  }

  @Test
  void mutatedInputEitherParsesOrFailsWithAFailure() {
    Random random = new Random(7);
    byte[] seed = "{\"a\":[1,-2.5e3,\"x\\u00e9\"],\"b\":{\"c\":null,\"d\":false}}".getBytes();
    int failures = 0;
    for (int round = 0; round < 5_000; round++) {
      byte[] input = seed.clone();
      for (int change = 0; change <= random.nextInt(4); change++) {
        input[random.nextInt(input.length)] = (byte) random.nextInt(256);
      }
      try {
        assertTrue(Json.canonical(Json.parse(input, "fuzz")).length > 0);
      } catch (Failure _) {
        failures++;
      }
    }
    assertTrue(failures > 1_000, "a mutation mostly breaks it: " + failures);
  }

  @Test
  void yamlGivesTheSameTreeAsJson() {
    byte[] yaml = "a:\n  - 1\n  - x\nb: {c: true}\n".getBytes(StandardCharsets.UTF_8);
    assertEquals(
        Json.parse("{\"a\":[1,\"x\"],\"b\":{\"c\":true}}", "x"), Json.parseYaml(yaml, "y"));
  }
}
