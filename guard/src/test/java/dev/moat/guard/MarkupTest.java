package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkupTest {
  private static Markup read(String text) {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept(text, 0, text.length());
    normaliser.finish();
    window.stand(0);
    return Markup.read(window, 0);
  }

  @Test
  void readsNameAndAttributes() {
    Markup tag = read("<DIV a=1 B = \"two words\" c='3' d>rest");
    assertEquals("div", tag.name());
    assertEquals("1", tag.value("a"));
    assertEquals("two words", tag.value("b"));
    assertEquals("3", tag.value("c"));
    assertTrue(tag.has("d"));
    assertFalse(tag.has("e"));
    assertTrue(tag.whole());
    assertEquals(33, tag.end());
  }

  @Test
  void aTagWithoutEndIsReadAsFarAsItGoes() {
    assertEquals(List.of(new Markup.Attribute("b", "c")), read("<a b=\"c").attributes());
    assertFalse(read("<a b=\"c").whole());
    assertFalse(read("<a " + "b ".repeat(1000) + ">").whole());
  }

  @Test
  void whatIsNoTagIsNone() {
    for (String text : List.of("<", "< a>", "<1>", "</a>", "<a", "<a,b>", "<!-- -->")) {
      assertEquals(Markup.NONE, read(text), text);
    }
  }

  @Test
  void aClosingTailKnowsWhatItOpensAndCloses() {
    assertEquals(5, closed(ClosingTail.element("p"), "</p  >x"));
    assertEquals(18, closed(ClosingTail.element("p"), "<p>a</p><p </p></P>x"));
    assertEquals(8, closed(ClosingTail.comment(), "- -- --->"));
    assertEquals(-1, closed(ClosingTail.comment(), "-- >"));
  }

  /** The index of the character with which the tail ends, or -1. */
  private static int closed(Tail tail, String text) {
    int state = 0;
    for (int i = 0; i < text.length(); i++) {
      state = tail.next(state, text.charAt(i));
      if (state == Tail.STOP_AFTER) {
        return i;
      }
    }
    return -1;
  }
}
