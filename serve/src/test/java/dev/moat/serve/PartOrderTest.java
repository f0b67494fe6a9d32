package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartOrderTest {
  /** Writes down what it is told, and insists on the order that it was promised. */
  private static final class Notes implements PartOrder.Teller {
    private final List<String> parts = new ArrayList<>();
    private final Map<Piece, String> texts = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();
    private Piece kind = new Piece.Text("");
    private boolean open;

    @Override
    public void begin(Piece first) {
      assertFalse(open, "a part begins inside another");
      open = true;
      kind = OutputGuard.kind(first);
      text.setLength(0);
    }

    @Override
    public void more(Piece piece) {
      assertTrue(open);
      assertEquals(kind, OutputGuard.kind(piece));
      text.append(OutputGuard.text(piece));
    }

    @Override
    public void end() {
      assertTrue(open);
      open = false;
      parts.add(word(kind) + " " + text);
      texts.merge(kind, text.toString(), String::concat);
    }

    private static String word(Piece kind) {
      return switch (kind) {
        case Piece.Text _ -> "text";
        case Piece.Reasoning _ -> "thought";
        case Piece.Declined _ -> "declined";
        case Piece.ToolCall call -> "call" + call.index();
        case Piece.Data _ -> throw new AssertionError("not a part with a text");
      };
    }
  }

  private final Notes notes = new Notes();
  private final PartOrder order = new PartOrder(notes);

  private static Piece text(String text) {
    return new Piece.Text(text);
  }

  private static Piece thought(String text) {
    return new Piece.Reasoning(text);
  }

  private static Piece call(int index, String arguments) {
    return new Piece.ToolCall(index, "", "", arguments);
  }

  private void tell(Piece... pieces) {
    List.of(pieces).forEach(order::accept);
  }

  @Test
  void tellsThePartThatIsOpenAtOnce() {
    tell(text("a"), text("b"));
    assertEquals("ab", notes.text.toString());
    assertTrue(notes.open);
    order.finish();
    assertEquals(List.of("text ab"), notes.parts);
  }

  @Test
  void aThoughtEndsWhereAnotherPartBegins() {
    tell(thought("hm"), text("a"));
    assertEquals(List.of("thought hm"), notes.parts);
    assertEquals("a", notes.text.toString());
  }

  @Test
  void callsWaitForTheEndOfTheText() {
    tell(text("a"), call(0, "x"), text("b"), call(1, "y"), call(0, "z"));
    assertEquals(List.of(), notes.parts);
    order.finish();
    assertEquals(List.of("text ab", "call0 xz", "call1 y"), notes.parts);
  }

  @Test
  void theFirstCallIsToldAtOnceAndTheNextWait() {
    tell(call(0, "x"), call(1, "y"), call(0, "z"));
    assertEquals("xz", notes.text.toString());
    order.finish();
    assertEquals(List.of("call0 xz", "call1 y"), notes.parts);
  }

  @Test
  void keepsTheNameOfACallThatWaits() {
    List<Piece> firsts = new ArrayList<>();
    PartOrder named =
        new PartOrder(
            new PartOrder.Teller() {
              @Override
              public void begin(Piece first) {
                firsts.add(first);
              }

              @Override
              public void more(Piece piece) {}

              @Override
              public void end() {}
            });
    Piece first = new Piece.ToolCall(0, "id", "name", "");
    List.of(text("a"), first, call(0, "x")).forEach(named::accept);
    named.finish();
    assertEquals(List.of(text("a"), first), firsts);
  }

  @Test
  void forgetsWhatWaitsWhenItIsDropped() {
    tell(text("a"), call(0, "x"));
    order.drop();
    assertEquals(List.of("text a"), notes.parts);
    tell(new Piece.Declined("no"));
    order.finish();
    assertEquals(List.of("text a", "declined no"), notes.parts);
  }

  @Test
  void anEmptyAnswerHasNoParts() {
    order.finish();
    order.drop();
    order.finish();
    assertEquals(List.of(), notes.parts);
  }

  @Test
  void losesAndMixesNothing() {
    Random random = new Random(101);
    for (int round = 0; round < 2000; round++) {
      Notes heard = new Notes();
      PartOrder some = new PartOrder(heard);
      Map<Piece, String> said = new LinkedHashMap<>();
      for (int i = random.nextInt(20); i > 0; i--) {
        String word = Integer.toString(i);
        Piece piece =
            switch (random.nextInt(4)) {
              case 0 -> text(word);
              case 1 -> thought(word);
              case 2 -> new Piece.Declined(word);
              default -> call(random.nextInt(3), word);
            };
        said.merge(OutputGuard.kind(piece), word, String::concat);
        some.accept(piece);
      }
      some.finish();
      assertEquals(said, heard.texts);
      assertFalse(heard.open);
    }
  }
}
