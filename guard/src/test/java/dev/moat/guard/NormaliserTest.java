package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NormaliserTest {
  private static final int TEXTS = 3000;

  private static Window window(String... pieces) {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    for (String piece : pieces) {
      normaliser.accept(piece, 0, piece.length());
    }
    normaliser.finish();
    return window;
  }

  private static String copy(String... pieces) {
    Window window = window(pieces);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < window.end(); i++) {
      out.append(window.arrived(i));
    }
    return out.toString();
  }

  /** Each character with the stretch it stands for. */
  private static String describe(Window window) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < window.end(); i++) {
      out.append(window.arrived(i)).append('@').append(window.originStart(i));
      out.append('-').append(window.originEnd(i));
    }
    return out.toString();
  }

  @Test
  void hasAllOfATextThatIsCompleteWhateverItEndsWith() {
    for (String last : List.of("\u202A", "\u202E", "\u2066", "\u2069", "\u001B", "\u009B")) {
      assertEquals(3, offsetOfComplete("ab" + last), last);
      assertEquals(4, offsetOfComplete("ab" + last + "\uD83D"), last);
      assertEquals(4, offsetOfComplete("ab" + last + "\u200B"), last);
    }
    assertEquals(3, offsetOfComplete("ab\uDB40"));
    assertEquals(3, offsetOfComplete("ab\u200B"));
    assertEquals(0, offsetOfComplete(""));
  }

  private static int offsetOfComplete(String text) {
    Normaliser normaliser = new Normaliser(new Window());
    normaliser.accept(text, 0, text.length());
    normaliser.finish();
    return normaliser.offset();
  }

  @Test
  void leavesAsciiAsItIs() {
    String ascii = "The quick (brown) fox: \"jumps\" over_the-lazy dog; 0123456789 ~`!@#$%^&*\t\n";
    assertEquals(ascii, copy(ascii));
  }

  @Test
  void foldsWidthsFontsAndMarks() {
    assertEquals("abc123", copy("ａｂｃ１２３"));
    assertEquals("Hello", copy("𝐇𝐞𝐥𝐥𝐨"));
    assertEquals("Hello", copy("ℋ𝑒𝓁𝓁𝕠"));
    assertEquals("naive cafe", copy("naïve café"));
    assertEquals("cafe", copy("cafe\u0301"));
    assertEquals("fi 1/2 ...", copy("ﬁ ½ …"));
    assertEquals("(1) IV kg", copy("⑴ Ⅳ ㎏"));
    assertEquals("123", copy("١٢٣"));
    assertEquals("123", copy("१२३"));
    assertEquals("AB", copy("🅐🅱"));
  }

  @Test
  void foldsLettersThatPassForLatin() {
    assertEquals("paypal", copy("раураl"));
    assertEquals("Apple", copy("Αррlе"));
    assertEquals("\"it's\" - a/b", copy("“it’s” — a∕b"));
    assertEquals("user@host.com", copy("user﹫host․com"));
  }

  @Test
  void leavesOtherScriptsReadable() {
    assertEquals("中文字", copy("中文字"));
    assertEquals("한국어", copy("한국어"));
    assertEquals("жзл", copy("жзл"));
    assertEquals("שלום", copy("שלום"));
  }

  @Test
  void dropsWhatDoesNotShow() {
    assertEquals("ab", copy("a\u200B\u200C\u200D\u2060\uFEFF\u00ADb"));
    assertEquals("ab", copy("a\u202E\u2066b"));
    assertEquals("ab", copy("a\u0001\u007F\u0000b"));
    assertEquals("ab", copy("a\uE000\u0378b"));
    assertEquals("a b", copy("a\u00A0b"));
    assertEquals("a\nb", copy("a\u2028b"));
  }

  @Test
  void breaksAtALongInvisibleRun() {
    assertEquals("ab", copy("a" + "\u200B".repeat(Normaliser.INVISIBLE_RUN_MAX) + "b"));
    assertEquals("a\0b", copy("a" + "\u200B".repeat(Normaliser.INVISIBLE_RUN_MAX + 1) + "b"));
  }

  @Test
  void readsTagsAndMarksThem() {
    Window window = window("a\uDB40\uDC62c");
    assertEquals("abc", copy("a\uDB40\uDC62c"));
    assertTrue(window.marked(1, Window.SMUGGLED));
    assertTrue(!window.marked(0, Window.SMUGGLED) && !window.marked(2, Window.SMUGGLED));
    assertTrue(window("a\u202Eb").marked(1, Window.REVERSED));
  }

  @Test
  void breaksAtLoneSurrogates() {
    assertEquals("a\0b", copy("a\uD83Db"));
    assertEquals("a\0b", copy("a\uDE00b"));
    assertEquals("a\0", copy("a\uD83D"));
    assertEquals("\0\0", copy("\uD83D\uD83D"));
  }

  @Test
  void joinsASurrogatePairThatWasCut() {
    assertEquals(describe(window("x𝐀y")), describe(window("x\uD835", "\uDC00y")));
    assertEquals("xAy", copy("x\uD835", "\uDC00y"));
  }

  @Test
  void everyCodePointFoldsToVisibleCharactersOrNothing() {
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      if (Character.getType(codePoint) == Character.SURROGATE) {
        continue;
      }
      String text = Character.toString(codePoint);
      Window window = window(text);
      for (int i = 0; i < window.end(); i++) {
        char c = window.arrived(i);
        assertTrue(c < Folds.SEVERAL && c != Window.END && c >= '\t', "of " + codePoint);
        assertEquals(0, window.originStart(i));
        assertEquals(text.length(), window.originEnd(i));
      }
    }
  }

  @Test
  void foldingTwiceChangesNothing() {
    for (int c = 0; c < 0x10000; c++) {
      if (Character.isSurrogate((char) c)) {
        continue;
      }
      String once = copy(String.valueOf((char) c));
      assertEquals(once, copy(once), "of " + c);
    }
  }

  @Test
  void originsCoverTheTextInOrder() {
    Random random = new Random(51);
    TextMaker maker = new TextMaker(random);
    for (int i = 0; i < TEXTS; i++) {
      String text = maker.text(10);
      Window window = window(text);
      int last = 0;
      for (int at = 0; at < window.end(); at++) {
        assertTrue(window.originStart(at) >= last - 2 && window.originStart(at) >= 0, text);
        assertTrue(window.originEnd(at) > window.originStart(at), text);
        assertTrue(window.originEnd(at) <= text.length(), text);
        last = window.originEnd(at);
      }
    }
  }

  @Test
  void anyCutGivesTheSameCopy() {
    Random random = new Random(52);
    TextMaker maker = new TextMaker(random);
    for (int i = 0; i < TEXTS; i++) {
      String text = maker.text(8);
      int cut = random.nextInt(text.length() + 1);
      assertEquals(
          describe(window(text)),
          describe(window(text.substring(0, cut), text.substring(cut))),
          text);
    }
  }
}
