package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumberRuleTest {
  private static NumberRule rule(String shapes, String form) {
    return NumberRule.standing("x", shapes, form, NumberRule.UNCHECKED);
  }

  private static String foundBy(NumberRule rule, String text) {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept(text, 0, text.length());
    normaliser.finish();
    window.stand(0);
    Best best = new Best();
    NumberRuleDetector.ofDigits(List.of(rule)).find(window, 0, best);
    return text.substring(0, best.end());
  }

  @Test
  void anUnderscoreIsEachOfTheUsualGaps() {
    assertEquals(List.of("3 2", "3-2", "3.2", "5"), rule("3_2|5", "D5").shapes());
  }

  @Test
  void theFormTellsCapitalsFromOtherLetters() {
    assertTrue(rule("3", "D1L1N1").holds("1AB", "1AB"));
    assertFalse(rule("3", "D1L1N1").holds("1aB", "1AB"));
    assertTrue(rule("3", "D1l1n1").holds("1ab", "1AB"));
    assertFalse(rule("3", "D1l1n1").holds("11b", "11B"));
    assertFalse(rule("3", "D3").holds("12", "12"));
    assertThrows(IllegalArgumentException.class, () -> rule("3", "X3"));
  }

  @Test
  void groupsAreMetOnlyAsTheyAreWritten() {
    NumberRule rule = rule("3_2|2/4", "D1N4");
    NumberRule six = rule("2/4", "D6");
    assertEquals("123-45", foundBy(rule, "123-45"));
    assertEquals("123 45", foundBy(rule, "123 45 67"));
    assertEquals("12/3456", foundBy(six, "12/3456."));
    assertEquals("", foundBy(rule, "123/45"));
    assertEquals("", foundBy(rule, "123-456"));
    assertEquals("", foundBy(rule, "123-45-6"));
    assertEquals("", foundBy(rule, "123-45a"));
    assertEquals("", foundBy(rule, "123--45"));
    assertEquals("", foundBy(rule, "12345"));
  }

  @Test
  void aBracketMustBeClosed() {
    NumberRule rule = rule("3(1", "D4");
    assertEquals("123(4)", foundBy(rule, "123(4) x"));
    assertEquals("", foundBy(rule, "123(4"));
    assertEquals("", foundBy(rule, "123(4]"));
  }

  @Test
  void theLongestShapeWins() {
    assertEquals("123-45", foundBy(rule("3-2", "D5"), "123-45"));
    NumberRuleDetector both =
        NumberRuleDetector.ofDigits(
            List.of(rule("3", "D3"), rule("3 2", "D5"), rule("3 2 1", "D6")));
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept("123 45 6 7", 0, 10);
    normaliser.finish();
    window.stand(0);
    Best best = new Best();
    both.find(window, 0, best);
    assertEquals(8, best.end());
  }

  @Test
  void wordsOfOtherScriptsAreReadAsTheCopyShowsThem() {
    NumberRule rule =
        NumberRule.named("x", "4", "D4", NumberRule.UNCHECKED, "егн|αμκα|マイナンバー|ת.ז|बैंक|เลข");
    for (String word : List.of("ЕГН", "егн", "ΑΜΚΑ", "αμκα", "マイナンバー", "ת.ז", "बैंक", "เลข")) {
      String text = word + " 1234";
      Window window = new Window();
      Normaliser normaliser = new Normaliser(window);
      normaliser.accept(text, 0, text.length());
      normaliser.finish();
      int at = window.end() - 4;
      window.stand(at);
      Best best = new Best();
      NumberRuleDetector.ofDigits(List.of(rule)).find(window, at, best);
      assertEquals("x", best.type(), word);
    }
  }

  @Test
  void theFormCountsEachOfItsClasses() {
    List<Alphabet> form =
        List.of(
            Alphabet.DIGITS,
            Alphabet.DIGITS,
            Alphabet.UPPER,
            Alphabet.LETTERS,
            Alphabet.UPPER_ALNUM,
            Alphabet.ALNUM);
    assertEquals(form, rule("6", "D2L1l1N1n1").form());
    assertEquals(Collections.nCopies(17, Alphabet.ALNUM), rule("17", "n17").form());
    assertEquals(List.of(Alphabet.UPPER), rule("1", "D0L1").form());
  }

  @Test
  void refusesAFormThatDoesNotCount() {
    for (String form : List.of("D", "DL1", "D1L", "1D", "D1-2", "D 1", "d1", "D99999999999")) {
      assertThrows(IllegalArgumentException.class, () -> rule("3", form), form);
    }
  }

  @Test
  void eachUnderscoreOfAShapeIsTheSameGap() {
    assertEquals(List.of("1 2 3", "1-2-3", "1.2.3"), rule("1_2_3", "D6").shapes());
    assertEquals(
        List.of("6", "2/4", "4 2", "4-2", "4.2", "3(3"), rule("6|2/4|4_2|3(3", "D6").shapes());
  }

  @Test
  void wordsAreTheSameWhetherSharedOrNot() {
    String said = "sort code|BLZ|код банка";
    ContextWords words = ContextWords.of(ContextWords.folded(said));
    NumberRule shared = NumberRule.named("x", "4", "D4", NumberRule.UNCHECKED, words);
    assertEquals(shared, NumberRule.named("x", "4", "D4", NumberRule.UNCHECKED, said));
  }

  @Test
  void severalWordsAreSpeltAsCodeSpellsThemAndEachOnce() {
    assertEquals(
        List.of("tax id", "tax_id", "tax-id", "taxid", "nif", "a b c", "a_b_c", "a-b-c", "abc"),
        ContextWords.of("tax id|nif|taxid|nif|a b c|tax_id").words());
  }
}
