package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class HarmlessTest {
  private static final String SMILE = "\uD83D\uDE00";

  private static String json(String text) {
    return Harmless.json(Json.text(Json.object().put("t", text)));
  }

  private static void assertEscaped(String written, String text) {
    String json = json(text);
    assertEquals("{\"t\":\"" + written + "\"}", json);
    JsonNode read = Json.parse(json, "json");
    assertEquals(text, read.path("t").stringValue());
  }

  @Test
  void aPlainTextStaysTheSameObject() {
    String plain = "{\"t\":\"gr\u00FC\u00DFe " + SMILE + "\"}";
    assertSame(plain, Harmless.json(plain));
  }

  @Test
  void halvesOfCharactersAreEscaped() {
    assertEscaped("a\\uD800b", "a\uD800b");
    assertEscaped("\\uDC00", "\uDC00");
    assertEscaped("\\uDC00\\uD800", "\uDC00\uD800");
    assertEscaped("\\uD83D", SMILE.substring(0, 1));
    assertEscaped(SMILE + "\\uDE00", SMILE + SMILE.substring(1));
  }

  @Test
  void controlsOfBothBlocksAreEscaped() {
    assertEscaped("\\u0000\\u001B[31m", "\u0000\u001B[31m");
    assertEscaped("~\\u007F\\u0080\\u009B31m\\u009F\u00A0", "~\u007F\u0080\u009B31m\u009F\u00A0");
  }

  @Test
  void whatTurnsOrHidesWritingIsEscaped() {
    assertEscaped(
        "a\\u202Eb\\u2066c\\u200Bd\\uFEFFe\\u00ADf", "a\u202Eb\u2066c\u200Bd\uFEFFe\u00ADf");
    assertEscaped("\\u2028\\u2029", "\u2028\u2029");
    assertEscaped("\\uDB40\\uDC41", "\uDB40\uDC41"); // a tag character
  }

  @Test
  void anyTextComesBackFromItsJson() {
    for (int first = 0; first < Character.MIN_SUPPLEMENTARY_CODE_POINT; first += 7) {
      String text = (char) first + "x" + SMILE + (char) (0xFFFF - first);
      String json = json(text);
      assertEquals(text, Json.parse(json, "json").path("t").stringValue());
      assertTrue(json.chars().noneMatch(c -> c < ' ' || (c >= 0x7F && c < 0xA0)), json);
    }
  }

  @Test
  void aLineHasOneBlankForARunOfControls() {
    assertEquals("a b", Harmless.line("a\r\n\u001B \u009B\u202E b", 80));
    assertEquals("a", Harmless.line("\u0007a\n", 80));
    assertEquals("", Harmless.line("\n\n", 80));
    assertEquals("x", Harmless.line("\uD800x\uDC00", 80));
  }

  @Test
  void aLineIsCutBetweenCharacters() {
    assertEquals("abc", Harmless.line("abc", 3));
    assertEquals("abc...", Harmless.line("abcd", 3));
    assertEquals("ab" + SMILE + "...", Harmless.line("ab" + SMILE + "c", 3));
    assertEquals("...", Harmless.line("a", 0));
  }
}
