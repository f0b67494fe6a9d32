package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class DocumentTest {
  private static final Document FULL =
      new Document(
          "0123",
          "src/A.java",
          "class A {} // \"quoted\" \u2028 😀\n",
          new Document.Origin(
              "moat",
              Optional.of(
                  new Document.Revision(
                      "c".repeat(40),
                      Instant.parse("2026-03-01T12:00:00Z"),
                      List.of("<PERSON_abcdefgh>", "<PERSON_bcdefghi>"),
                      true)),
              Optional.of("Apache-2.0")),
          new TreeMap<>(Map.of("EMAIL", 2, "PERSON", 1)));

  @Test
  void readsWhatItWrites() {
    assertEquals(FULL, Document.parse(Json.bytes(FULL.toJson()), "line"));
    Document bare = document("id", "a.txt", "text");
    assertEquals(bare, Document.parse(Json.bytes(bare.toJson()), "line"));
  }

  @Test
  void leavesOutWhatIsNotKnown() {
    String json = Json.text(document("id", "a.txt", "text").toJson());
    assertEquals(
        "{\"id\":\"id\",\"path\":\"a.txt\",\"source\":\"source\","
            + "\"redactions\":{},\"text\":\"text\"}",
        json);
  }

  @Test
  void refusesBlankIdAndPath() {
    assertThrows(Failure.class, () -> document(" ", "a.txt", "text"));
    assertThrows(Failure.class, () -> document("id", "", "text"));
  }

  @Test
  void namesTheLineAndFieldThatIsMissing() {
    Failure failure = assertThrows(Failure.class, () -> parse("{\"id\":\"a\"}"));
    assertTrue(failure.getMessage().startsWith("shard:7 path"), failure.getMessage());
  }

  @Test
  void refusesTimeThatIsNone() {
    String line =
        "{\"id\":\"a\",\"path\":\"b\",\"source\":\"c\",\"text\":\"d\",\"commit\":\"e\","
            + "\"time\":\"yesterday\"}";
    assertTrue(assertThrows(Failure.class, () -> parse(line)).getMessage().contains("time"));
  }

  @Test
  void anyBytesGiveDocumentOrFailure() {
    SplittableRandom random = new SplittableRandom(47);
    byte[] good = Json.bytes(FULL.toJson());
    int failures = 0;
    for (int round = 0; round < 4000; round++) {
      byte[] bytes = good.clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(5) == 0) {
        bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      try {
        assertTrue(!Document.parse(bytes, "line").id().isBlank());
      } catch (Failure failure) {
        failures++;
      }
    }
    assertTrue(failures > 1000, "" + failures);
  }

  @Test
  void redactionsAreCopied() {
    TreeMap<String, Integer> counts = new TreeMap<>(Map.of("EMAIL", 1));
    Document document = new Document("id", "p", "t", FULL.origin(), counts);
    counts.put("CARD", 1);
    assertEquals(Map.of("EMAIL", 1), document.redactions());
    assertThrows(UnsupportedOperationException.class, () -> document.redactions().put("CARD", 1));
  }

  static Document document(String id, String path, String text) {
    return new Document(id, path, text, Document.Origin.of("source"), new TreeMap<>());
  }

  private static Document parse(String json) {
    return Document.parse(json.getBytes(StandardCharsets.UTF_8), "shard:7");
  }
}
