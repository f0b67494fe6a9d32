package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SignReaderTest {
  private static final int REACH = 64;

  private static String signs(String text) {
    SignReader reader = new SignReader();
    StringBuilder signs = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      reader.stand(text, at, REACH, true);
      reader.next();
      signs.append(reader.sign());
      assertTrue(reader.position() > at, "it must go on");
      assertFalse(reader.starved());
      at = reader.position();
    }
    return signs.toString();
  }

  private static boolean starves(String text) {
    SignReader reader = new SignReader();
    reader.stand(text, 0, REACH, false);
    reader.next();
    return reader.starved();
  }

  @Test
  void readsPlainTextAsItIs() {
    assertEquals("a_<b> & c;", signs("a_<b> & c;"));
  }

  @Test
  void readsEscapesAsWhatTheyStandFor() {
    assertEquals("<>\"'", signs("&lt;&GT;&quot;&#39;"));
    assertEquals("<aé", signs("\\u003c\\u0061\\u00E9"));
    assertEquals("_*<>[]\"", signs("\\_\\*\\<\\>\\[\\]\\\""));
    assertEquals("__", signs("\\\\_\\_"));
    assertEquals("a b c d", signs("a\\nb\\tc\\rd"));
  }

  @Test
  void readsAnEscapeThatIsNoneSignBySign() {
    assertEquals("\\u00g", signs("\\u00g"));
    assertEquals("\\x", signs("\\x"));
    assertEquals("\\a", signs("\\\\a"));
    assertEquals("\\", signs("\\"));
    assertEquals("&lx;", signs("&lx;"));
    assertEquals("&", signs("&"));
    assertEquals("&amp;", signs("&amp;"));
  }

  @Test
  void starvesWhereTheNextCharactersDecide() {
    for (String text : new String[] {"", "\\", "\\\\", "\\u", "\\u00", "&", "&l", "&quot"}) {
      assertTrue(starves(text), text);
    }
    for (String text : new String[] {"a", "\\n", "\\_", "\\u003c", "\\ug", "&lt;", "&x", "<"}) {
      assertFalse(starves(text), text);
    }
  }

  @Test
  void seesNoFurtherThanItsReach() {
    SignReader reader = new SignReader();
    reader.stand("abc", 0, 2, false);
    for (char sign : new char[] {'a', 'b', SignReader.END, SignReader.END}) {
      reader.next();
      assertEquals(sign, reader.sign());
    }
    assertEquals(2, reader.position());
    assertFalse(reader.starved(), "what lies beyond is no matter");
  }

  @Test
  void readsFromAPlaceAgain() {
    SignReader reader = new SignReader();
    reader.stand("a&lt;b", 0, REACH, true);
    reader.next();
    reader.next();
    assertEquals(1, reader.before());
    assertEquals(5, reader.position());
    reader.next();
    reader.back(1);
    assertEquals('<', reader.sign());
    assertEquals(5, reader.position());
  }
}
