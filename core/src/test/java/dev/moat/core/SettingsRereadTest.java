package dev.moat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsRereadTest {
  private static final List<String> WORDS = List.of("red", "green");

  private static byte[] bytes(String yaml) {
    return yaml.getBytes(StandardCharsets.UTF_8);
  }

  private static String colour(Settings settings) {
    return settings.section("paint").choice("colour", "red", WORDS, "the colour");
  }

  private static String coat(Settings settings) {
    return settings.section("paint").text("coat", "thin", "the coat");
  }

  @Test
  void takesTheDocumentAsItIsNow() {
    Settings first = Settings.parse(bytes("paint: {colour: green}"), "a.yaml", Map.of());
    assertEquals("green", colour(first));
    assertEquals("red", colour(first.reread(bytes("paint: {colour: red}"))));
    assertEquals("red", colour(first.reread(bytes(""))));
    assertEquals("green", colour(first), "the first stays as it was");
  }

  @Test
  void keepsWhatWasSetBesideTheDocument() {
    Settings set =
        Settings.parse(bytes("paint: {colour: green}"), "a.yaml", Map.of())
            .with("paint", "coat", "thick")
            .with("paint", "coat", "thicker");
    Settings again = set.reread(bytes("paint: {colour: red, coat: none}"));
    assertEquals("red", colour(again));
    assertEquals("thicker", coat(again));
    assertEquals("thicker", coat(again.reread(bytes(""))));
  }

  @Test
  void keepsNameAndEnvironment() {
    Settings first = Settings.parse(bytes(""), "a.yaml", Map.of("TOKEN", "t"));
    Settings again = first.reread(bytes("paint: {key: 'env:TOKEN'}"));
    assertEquals("t", again.section("paint").secret("key", "a key").orElseThrow().reveal());
    Failure wrong = assertThrows(Failure.class, () -> first.reread(bytes("paint")));
    assertTrue(String.valueOf(wrong.getMessage()).startsWith("a.yaml"), wrong.getMessage());
  }

  @Test
  void aChoiceIsOneOfItsWords() {
    Settings wrong = Settings.parse(bytes("paint: {colour: blue}"), "a.yaml", Map.of());
    Failure failure = assertThrows(Failure.class, () -> colour(wrong));
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.contains("a.yaml paint.colour"), message);
    assertTrue(message.contains("red or green"), message);
    assertEquals("red", colour(Settings.standard()));
  }

  @Test
  void aCopiedHasherGoesOnByItself() {
    Digest.Hasher hasher = new Digest.Hasher().update(bytes("a"), 0, 1);
    Digest.Hasher copy = hasher.copy().update(bytes("c"), 0, 1);
    hasher.update(bytes("b"), 0, 1);
    assertEquals(Digest.of("ab"), hasher.digest());
    assertEquals(Digest.of("ac"), copy.digest());
  }
}
