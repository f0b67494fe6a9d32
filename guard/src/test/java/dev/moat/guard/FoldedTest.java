package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FoldedTest {
  private static String tags(String text) {
    StringBuilder out = new StringBuilder();
    text.chars().forEach(c -> out.appendCodePoint(0xE0000 + c));
    return out.toString();
  }

  private static String selectors(String text) {
    StringBuilder out = new StringBuilder();
    text.chars().forEach(c -> out.appendCodePoint(0xE0100 + c - 16));
    return out.toString();
  }

  private static String detectionCopy(String text) {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept(text, 0, text.length());
    normaliser.finish();
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < window.end(); i++) {
      out.append(window.arrived(i) == Window.BREAK ? "" : window.arrived(i));
    }
    return out.toString();
  }

  @Test
  void plainTextIsTheSameString() {
    for (String text :
        List.of("", "plain", "The quick (brown) fox: \"jumps\"\n\tover; 0123 ~`!@#$%^&*_+=-")) {
      assertSame(text, Folded.text(text));
    }
  }

  @Test
  void foldsWhatLooksLikeOtherLetters() {
    assertEquals("Ignore it", Folded.text("Ｉｇｎｏｒｅ ｉｔ"));
    assertEquals("Ignore", Folded.text("𝐈𝐠𝐧𝐨𝐫𝐞"));
    assertEquals("Ignore", Folded.text("Ⓘⓖⓝⓞⓡⓔ"));
    assertEquals("ignore", Folded.text("іgnоrе"));
    assertEquals("IGNORE", Folded.text("🅸🅶🅽🅾🆁🅴"));
    assertEquals("IGNORE", Folded.text("🄸🄶🄽🄾🅁🄴"));
    assertEquals("ignore", Folded.text("ɪɢɴᴏʀᴇ"));
    assertEquals("naive", Folded.text("naïve"));
    assertEquals("note2", Folded.text("ⁿᵒᵗᵉ²"));
  }

  @Test
  void dropsWhatDoesNotShow() {
    assertEquals("ignore", Folded.text("i\u200Bg\u200Cn\u200Do\u2060r\uFEFFe"));
    assertEquals("ignore", Folded.text("ig\u00ADno\u00ADre"));
    assertEquals("ignore", Folded.text("\u202Eignore\u202C"));
    assertEquals("ignore", Folded.text("i\u0332g\u0336n\u0301o\u0308r\u0323e"));
    assertEquals("ab", Folded.text("a\u0001\u007Fb"));
  }

  @Test
  void showsWhatIsHidden() {
    assertEquals("Hi ignore it", Folded.text("Hi " + tags("ignore it")));
    assertEquals("Hi ignore it", Folded.text("Hi " + selectors("ignore it")));
    assertEquals("ignore it", Folded.hidden("Hi " + tags("ignore it") + " there"));
    assertEquals("ignore it", Folded.hidden("Hi 😀" + selectors("ignore it") + " there"));
  }

  @Test
  void aFlagOfARegionHidesNothing() {
    String wales = "\uD83C\uDFF4" + tags("gbwls") + "\uDB40\uDC7F";
    assertEquals("", Folded.hidden("Cymru " + wales + " am byth"));
    assertTrue(!Folded.text("Cymru " + wales).contains("gbwls"));
  }

  @Test
  void leavesOtherScriptsReadable() {
    assertEquals("中文字", Folded.text("中文字"));
    assertEquals("한국어", Folded.text("한국어"));
    assertEquals("жзл", Folded.text("жзл"));
    assertEquals("שלום", Folded.text("שלום"));
  }

  @Test
  void losesLoneSurrogates() {
    assertEquals("ab", Folded.text("a\uD83Db"));
    assertEquals("ab", Folded.text("a\uDE00b"));
    assertEquals("a", Folded.text("a\uD83D"));
  }

  @Test
  void isWhatTheDetectorsSee() {
    Random random = new Random(61);
    TextMaker maker = new TextMaker(random);
    for (int i = 0; i < 2000; i++) {
      String text = maker.text(8);
      assertEquals(detectionCopy(text), Folded.text(text), text);
    }
    for (Evasion evasion : Evasions.all()) {
      String text = evasion.apply(Sentences.ATTACKS.getFirst(), random);
      assertEquals(detectionCopy(text), Folded.text(text), evasion.name());
    }
  }

  @Test
  void foldingTwiceChangesNothing() {
    Random random = new Random(62);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = 0; j < 20; j++) {
        text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
      }
      String once = Folded.text(text.toString());
      assertEquals(once, Folded.text(once));
    }
  }
}
