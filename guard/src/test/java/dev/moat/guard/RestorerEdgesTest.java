package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RestorerEdgesTest {
  private static final String NAME = "<EMAIL_kqfwapzr>";

  private static String text(Map<String, String> values, String text) {
    Restorer restorer = Restorer.ofText(values);
    return restorer.accept(text) + restorer.finish();
  }

  private static String value(String value, String text) {
    return text(Map.of(NAME, value), text);
  }

  private static String json(String value, String text) {
    Restorer restorer = Restorer.ofJson(Map.of(NAME, value));
    return restorer.accept(text) + restorer.finish();
  }

  @Test
  void aValueIsPutBackAsItIs() {
    for (String value :
        List.of("$1", "\\1", "a\\b", "\"", "<b>", "", " ", "\n", "\uD83D\uDE00", "\uD83D", "%s")) {
      assertEquals("[" + value + "] ", value(value, "[" + NAME + "] "));
    }
  }

  @Test
  void aValueThatLooksLikeANameIsNotRestoredAgain() {
    assertEquals(NAME + ".", value(NAME, NAME + "."));
    Map<String, String> both = Map.of(NAME, "<CARD_abcdefgh>", "<CARD_abcdefgh>", "4111");
    assertEquals("<CARD_abcdefgh> 4111", text(both, NAME + " <CARD_abcdefgh>"));
  }

  @Test
  void aValueIsNotPartOfTheWordThatFollows() {
    assertEquals("janejane", value("jane", NAME + NAME));
    assertEquals("janex", value("jane", NAME + "x"));
    assertEquals("xjane", value("jane", "x" + NAME));
  }

  @Test
  void namesThatDifferInTheLastLetterAreToldApart() {
    Map<String, String> values = new HashMap<>();
    StringBuilder names = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (char c = 'a'; c <= 'z'; c++) {
      values.put("<EMAIL_kqfwapz" + c + ">", "value-" + c);
      names.append("<EMAIL_kqfwapz").append(c).append("> ");
      expected.append("value-").append(c).append(' ');
    }
    assertEquals(expected.toString(), text(values, names.toString()));
  }

  @Test
  void manyNamesAreAllPutBack() {
    Map<String, String> values = new HashMap<>();
    StringBuilder names = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    List<String> types = List.of("email", "phone", "us-ssn", "card", "person");
    for (int i = 0; i < 2_000; i++) {
      String name = Pseudonym.of(types.get(i % 5), Digest.of("value " + i).raw());
      values.put(name, "value " + i);
      names.append(name).append(", ");
      expected.append("value ").append(i).append(", ");
    }
    Restorer restorer = Restorer.ofText(values);
    assertEquals(expected.toString(), restorer.accept(names.toString()) + restorer.finish());
    assertEquals(2_000, restorer.restored());
    assertEquals(0, restorer.unknown());
  }

  @Test
  void aNameOfEveryTypeIsPutBack() {
    byte[] digest = Digest.of("value").raw();
    for (String type : FoundTypes.known()) {
      String name = Pseudonym.of(type, digest);
      Map<String, String> values = Map.of(name, "value");
      assertEquals("a value b", text(values, "a " + name + " b"), name);
      String bare = name.substring(1, name.length() - 1);
      assertEquals("a value b", text(values, "a " + bare + " b"), bare);
    }
  }

  @Test
  void nothingComesTwice() {
    Restorer restorer = Restorer.ofText(Map.of(NAME, "jane"));
    assertEquals("", restorer.accept(""));
    assertEquals("", restorer.accept("<EMAIL_kq"));
    assertEquals("", restorer.accept(""));
    assertEquals("<EMAIL_kq", restorer.finish());
    assertEquals("", restorer.finish());
    assertEquals(0, restorer.restored());
  }

  @Test
  void aTextThatEndsInsideANameIsHandedOnWhole() {
    for (int length = 0; length < NAME.length() - 1; length++) {
      String cut = "to " + NAME.substring(0, length);
      assertEquals(cut, value("jane", cut));
    }
    assertEquals("to jane", value("jane", "to " + NAME.substring(0, NAME.length() - 1)));
  }

  @Test
  void halvesOfCharactersAreHandedOn() {
    for (String half : List.of("\uD83D", "\uDC00", "\uDC00\uD83D", "\uD83D\uDE00")) {
      assertEquals(half + "jane" + half, value("jane", half + NAME + half));
      Restorer restorer = Restorer.ofText(Map.of(NAME, "jane"));
      StringBuilder out = new StringBuilder();
      for (String piece : (half + NAME + half).split("")) {
        out.append(restorer.accept(piece));
      }
      assertEquals(half + "jane" + half, out.append(restorer.finish()).toString());
    }
  }

  @Test
  void restoredJsonIsJsonAndHoldsTheValue() {
    Random random = new Random(81);
    for (int round = 0; round < 500; round++) {
      StringBuilder made = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        made.append((char) (random.nextInt(3) == 0 ? random.nextInt(40) : random.nextInt(0x3000)));
      }
      String value = made.toString();
      String document = json(value, "{\"to\":\"" + NAME + "\",\"n\":[1,\"x " + NAME + "\"]}");
      var parsed = Json.parse(document.getBytes(StandardCharsets.UTF_8), "restored");
      assertEquals(value, parsed.path("to").asString());
      assertEquals("x " + value, parsed.path("n").path(1).asString());
    }
  }

  @Test
  void aNameThatIsAKeyOfJsonIsPutBackThere() {
    assertEquals("{\"a\\\"b\":1}", json("a\"b", "{\"" + NAME + "\":1}"));
  }

  @Test
  void holdsBackLittleOfSignsThatOnlyLookLikeABeginning() {
    for (String sign : List.of("<", "[", "\\", "&", "&lt;", "*", "_", "\"", "\\u003c", "<*", "E")) {
      Restorer restorer = Restorer.ofText(Map.of(NAME, "jane"));
      String text = sign.repeat(500);
      int given = 0;
      for (int at = 0; at < text.length(); at++) {
        given += restorer.accept(text.substring(at, at + 1)).length();
        assertTrue(at + 1 - given <= Restorer.HELD_CHARACTERS_MAX, sign);
      }
      assertEquals(text.length() - given, restorer.finish().length());
    }
  }

  @Test
  void unknownNamesAreCountedHoweverTheyAreCut() {
    String text = "<CARD_abcdefgh> and <PHONE_bcdefghi>, " + NAME + " <x> <CARD_abc> <<A_aaaaaaaa>";
    for (int cut = 0; cut <= text.length(); cut++) {
      Restorer restorer = Restorer.ofText(Map.of(NAME, "jane"));
      restorer.accept(text.substring(0, cut));
      restorer.accept(text.substring(cut));
      restorer.finish();
      assertEquals(3, restorer.unknown(), "cut at " + cut);
      assertEquals(1, restorer.restored());
    }
  }

  @Test
  void whatAGuardReplacedIsPutBack() {
    Guard guard =
        Guard.of(
            GuardPolicy.defaults()
                .with(Channel.USER, Kind.PERSONAL, Action.PSEUDONYM)
                .with(Channel.USER, Kind.SECRET, Action.PSEUDONYM),
            new HeadWeights().model());
    TextMaker maker = new TextMaker(new Random(82));
    int replaced = 0;
    for (int i = 0; i < 400; i++) {
      String original = maker.text(8);
      Map<String, String> values = new HashMap<>();
      Verdict verdict =
          guard.judge(
              Channel.USER,
              original,
              (type, value) -> {
                String name = Pseudonym.of(type, Digest.of(value).raw());
                values.put(name, value);
                return name;
              });
      if (verdict instanceof Verdict.Redact redact && !redact.text().contains("[redacted:")) {
        assertEquals(original, text(values, redact.text()));
        replaced++;
      }
    }
    assertTrue(replaced > 50, replaced + " texts");
  }
}
