package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class RestorationTest {
  private static final String NAME = "<PERSON_abcdefgh>";
  private static final String VALUE = "Ann \"A\" Lee";

  private final Pseudonyms names =
      new Pseudonyms(() -> new ConversationScope("a", "1"), new FakeKeys());

  private Restoration of(String format) {
    names.read(NAME);
    names.known(Map.of(NAME, VALUE));
    return new Restoration(Optional.of(names), format);
  }

  private static List<Piece> all(Restoration restoration, Piece... pieces) {
    List<Piece> given = new ArrayList<>();
    for (Piece piece : pieces) {
      given.addAll(restoration.accept(piece));
    }
    given.addAll(restoration.finish());
    restoration.report();
    return given;
  }

  private static String said(List<Piece> pieces, Piece kind) {
    StringBuilder all = new StringBuilder();
    pieces.stream()
        .filter(piece -> OutputGuard.kind(piece).equals(kind))
        .forEach(piece -> all.append(OutputGuard.text(piece)));
    return all.toString();
  }

  @Test
  void passesEverythingWhereThereAreNoNames() {
    Piece text = new Piece.Text("<PERSON_abcd");
    assertEquals(List.of(text), new Restoration(Optional.empty(), "").accept(text));
    Piece vector = new Piece.Vector(new float[] {1});
    assertEquals(List.of(vector), of("").accept(vector));
  }

  @Test
  void restoresEachTextForItself() {
    List<Piece> given =
        all(
            of(""),
            new Piece.Reasoning("it is <PERSON_"),
            new Piece.Reasoning("abcdefgh"),
            new Piece.Text("Ask <PER"),
            new Piece.ToolCall(0, "c", "call", ""),
            new Piece.ToolCall(0, "", "", "{\"who\":\"<PERSON_ab"),
            new Piece.Text("SON_abcdefgh> now"),
            new Piece.ToolCall(0, "", "", "cdefgh>\"}"));
    assertEquals("it is " + VALUE, said(given, new Piece.Reasoning("")));
    assertEquals("Ask " + VALUE + " now", said(given, new Piece.Text("")));
    String arguments = said(given, new Piece.ToolCall(0, "", "", ""));
    assertEquals(VALUE, Json.parse(arguments, "arguments").path("who").stringValue());
    assertTrue(given.contains(new Piece.ToolCall(0, "c", "call", "")));
  }

  @Test
  void restoresWhereverATextIsCut() {
    String text = "Ask " + NAME + " now, or " + NAME + ".";
    for (int first = 0; first <= text.length(); first++) {
      for (int second = first; second <= text.length(); second += 5) {
        List<Piece> given =
            all(
                of(""),
                new Piece.Text(text.substring(0, first)),
                new Piece.Text(text.substring(first, second)),
                new Piece.Text(text.substring(second)));
        String said = said(given, new Piece.Text(""));
        assertEquals("Ask " + VALUE + " now, or " + VALUE + ".", said, first + " " + second);
      }
    }
  }

  @Test
  void restoresCallsThatComeInterleaved() {
    List<Piece> given =
        all(
            of(""),
            new Piece.ToolCall(0, "c0", "mail", "{\"to\":\"<PERSON_"),
            new Piece.ToolCall(1, "c1", "mail", "{\"to\":\"<PERSON_abc"),
            new Piece.ToolCall(0, "", "", "abcdefgh>\"}"),
            new Piece.ToolCall(1, "", "", "defgh>\"}"));
    for (int call = 0; call < 2; call++) {
      String arguments = said(given, new Piece.ToolCall(call, "", "", ""));
      assertEquals(VALUE, Json.parse(arguments, "arguments").path("to").stringValue());
    }
  }

  @Test
  void nothingOfOneTextCompletesAnother() {
    List<Piece> given =
        all(of(""), new Piece.Declined("<PERSON_abcd"), new Piece.Text("efgh> and so on"));
    assertEquals("<PERSON_abcd", said(given, new Piece.Declined("")));
    assertEquals("efgh> and so on", said(given, new Piece.Text("")));
  }

  @Test
  void aNameThatNobodyKnowsStays() {
    List<Piece> given = all(of(""), new Piece.Text("Ask <PERSON_zzzzzzzz> or <EMAIL_abcdefgh>"));
    assertEquals("Ask <PERSON_zzzzzzzz> or <EMAIL_abcdefgh>", said(given, new Piece.Text("")));
  }

  @Test
  void aRefusalIsRestoredToo() {
    List<Piece> given = all(of(""), new Piece.Declined("Not " + NAME + ", no"));
    assertEquals("Not " + VALUE + ", no", said(given, new Piece.Declined("")));
  }

  @Test
  void theNameOfACallComesThoughItsArgumentsAreHeldBack() {
    Restoration restoration = of("");
    assertEquals(
        List.of(new Piece.ToolCall(0, "c", "mail", "")),
        restoration.accept(new Piece.ToolCall(0, "c", "mail", "<PERS")));
  }

  @Test
  void tellsAThoughtWhollyBeforeTheAnswer() {
    List<Piece> given =
        all(of(""), new Piece.Reasoning("so PERSON_abcdefgh"), new Piece.Text("Hi"));
    assertEquals(
        List.of(new Piece.Reasoning("so "), new Piece.Reasoning(VALUE), new Piece.Text("Hi")),
        given);
  }

  @Test
  void escapesATextThatIsJson() {
    for (String format : List.of("json_object", "json_schema")) {
      List<Piece> given = all(of(format), new Piece.Text("{\"a\":\"" + NAME + "\"}"));
      String text = said(given, new Piece.Text(""));
      assertEquals(VALUE, Json.parse(text, "answer").path("a").stringValue());
    }
    assertEquals(VALUE, said(all(of("text"), new Piece.Text(NAME)), new Piece.Text("")));
  }

  @Test
  void beginsAnewWithEachChoice() {
    Piece end = new Piece.ChoiceEnd(FinishReason.STOP, Optional.empty());
    List<Piece> given =
        all(of(""), new Piece.Text("a <PERSON"), end, new Piece.Text("_abcdefgh>"), end);
    assertEquals(
        List.of(
            new Piece.Text("a "),
            new Piece.Text("<PERSON"),
            end,
            new Piece.Text("_abcdefgh>"),
            end),
        given);
  }

  @Test
  void countsOverAllTexts() {
    all(
        of(""),
        new Piece.Reasoning(NAME + " <PERSON_zzzzzzzz>"),
        new Piece.Text(NAME),
        new Piece.ChoiceEnd(FinishReason.STOP, Optional.empty()),
        new Piece.Text(NAME));
    ObjectNode told = Json.object();
    names.describeAnswer(told);
    assertEquals("{\"restored\":3,\"unknown\":1}", Json.text(told));
  }
}
