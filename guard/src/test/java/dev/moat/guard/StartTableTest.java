package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StartTableTest {
  private static final int TEXTS = 3_000;
  private static final Alphabet LOWER_A = Alphabet.of("a");
  private static final SignDetectors SIGNS =
      SignDetectors.of(
          GuardPolicy.defaults().with(Channel.USER, Kind.LEAK, Action.FLAG).channel(Channel.USER));

  private static Window of(String text) {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept(text, 0, text.length());
    normaliser.finish();
    return window;
  }

  private static Word wordOf(String text) {
    Window window = of(text);
    window.stand(0);
    Word word = new Word();
    word.read(window, 0);
    return word;
  }

  @Test
  void asksByTheCharacterAndTheOneBefore() {
    StartTable table =
        new StartTable(
            List.of(Start.at(LOWER_A), Start.behind(Alphabet.of("=")), Start.at(LOWER_A)));
    assertEquals(0b101, table.at('a', ' '));
    assertEquals(0b111, table.at('a', '='));
    assertEquals(0b010, table.at('b', '='));
    assertEquals(0, table.at('b', ' '));
  }

  @Test
  void onlyWhoTakesAnythingIsAskedAtOtherScripts() {
    StartTable table =
        new StartTable(
            List.of(Start.at(LOWER_A), Start.behind(Alphabet.of("=")), Start.at(LOWER_A)));
    assertEquals(0b010, table.at('ж', '='));
    assertEquals(0b101, table.at('a', Window.END));
    assertEquals(0, table.at('ж', Window.END));
  }

  @Test
  void asksByTheEndOfAShortWordOnly() {
    StartTable table =
        new StartTable(List.of(Start.at(LOWER_A).endedBy(Alphabet.of("@")), Start.at(LOWER_A)));
    assertEquals(0b11, table.at(wordOf("abc@")));
    assertEquals(0b10, table.at(wordOf("abc ")));
    assertEquals(0b10, table.at(wordOf("a".repeat(13) + " ")));
    assertEquals(0b11, table.at(wordOf("a".repeat(14) + " ")));
  }

  @Test
  void asksByTheWordWhereItIsAWordOfProse() {
    StartTable table =
        new StartTable(List.of(Start.at(LOWER_A.withCapitals()).with(Set.of("ask", "act"))));
    assertEquals(1, table.at(wordOf("ASK me")));
    assertEquals(0, table.at(wordOf("and me")));
    assertEquals(1, table.at(wordOf("and's")));
    assertEquals(1, table.at(wordOf("andж")));
  }

  @Test
  void asksWhoNeedsADigitOnlyWhereThereIsOne() {
    StartTable table = new StartTable(List.of(Start.at(LOWER_A).withDigit(), Start.at(LOWER_A)));
    assertEquals(0b11, table.at(wordOf("ab1 ")));
    assertEquals(0b10, table.at(wordOf("abc ")));
    assertEquals(0b10, table.at(wordOf("a".repeat(30))));
  }

  @Test
  void holdsAsManyAsANumberHasBits() {
    new StartTable(Collections.nCopies(32, Start.at(LOWER_A)));
    List<Start> more = Collections.nCopies(33, Start.at(LOWER_A));
    assertThrows(IllegalArgumentException.class, () -> new StartTable(more));
  }

  @Test
  void noTableHidesWhatADetectorFinds() {
    TextMaker maker = new TextMaker(new Random(23));
    int found = 0;
    for (int i = 0; i < TEXTS; i++) {
      String text = maker.text(6);
      Window window = of(text);
      for (int at = 0; at < window.end(); at++) {
        window.stand(at);
        String all = foundByAll(window, at);
        assertEquals(all, foundByChosen(window, at), text);
        found += all.equals("0 []") ? 0 : 1;
      }
    }
    assertTrue(found > TEXTS, "found only " + found);
  }

  private static String foundByAll(Window window, int at) {
    boolean letter = Alphabet.ALNUM.has(window.at(at));
    Best best = new Best();
    Signs signs = new Signs();
    for (Detector detector : (letter ? Detectors.AT_WORDS : Detectors.AT_SYMBOLS).all()) {
      detector.find(window, at, best);
    }
    for (SignDetector detector : SIGNS.all()) {
      detector.find(window, at, signs);
    }
    return told(best, signs);
  }

  private static String foundByChosen(Window window, int at) {
    Best best = new Best();
    Signs signs = new Signs();
    if (Alphabet.ALNUM.has(window.at(at))) {
      Word word = new Word();
      word.read(window, at);
      Detectors.AT_WORDS.find(window, word, best);
      SIGNS.find(window, word, signs);
    } else {
      Detectors.AT_SYMBOLS.find(window, at, best);
      SIGNS.find(window, at, signs);
    }
    return told(best, signs);
  }

  private static String told(Best best, Signs signs) {
    List<String> rules = new ArrayList<>();
    for (int i = 0; i < signs.count(); i++) {
      rules.add(signs.sign(i).rule() + signs.end(i));
    }
    return best.type() + best.end() + " " + rules;
  }

  @Test
  void aWordOfOneDoesNotHideAnotherThatTakesAnyWord() {
    Start any = Start.at(LOWER_A);
    Start ask = any.with(Set.of("ask"));
    Start act = any.with(Set.of("act"));
    StartTable table = new StartTable(List.of(any, ask, act, any));
    assertEquals(0b1011, table.at(wordOf("ask me")));
    assertEquals(0b1101, table.at(wordOf("act now")));
    assertEquals(0b1001, table.at(wordOf("and me")));
    StartTable turned = new StartTable(List.of(ask, any, any, act));
    assertEquals(0b0111, turned.at(wordOf("ask me")));
    assertEquals(0b0110, turned.at(wordOf("and me")));
  }

  @Test
  void aTableOfNobodyAsksNobody() {
    StartTable table = new StartTable(List.of());
    assertEquals(0, table.at('a', ' '));
    assertEquals(0, table.at(wordOf("ask me")));
  }

  @Test
  void allOfAsciiIsAnythingAndOneCharacterLessIsNot() {
    Alphabet all = new Alphabet(-1, -1);
    for (int c = 0; c < 128; c++) {
      Alphabet less = c < 64 ? new Alphabet(~(1L << c), -1) : new Alphabet(-1, ~(1L << (c - 64)));
      StartTable table = new StartTable(List.of(Start.at(all), Start.at(less)));
      assertEquals(0b01, table.at('\u0436', ' '));
      assertEquals(0b01, table.at((char) c, ' '));
      assertEquals(0b11, table.at((char) (c ^ 1), ' '));
    }
  }
}
