package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PhraseDetectorTest {
  private static final Sign SIGN = new Sign("injection.test", 0.5);

  /** The end of the phrase at the beginning of {@code text}, or -1. */
  private static int end(String pattern, String text) {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept(text, 0, text.length());
    normaliser.finish();
    window.stand(0);
    Signs signs = new Signs();
    new PhraseDetector(List.of(Phrase.of(SIGN, pattern))).find(window, 0, signs);
    return signs.count() == 0 ? -1 : signs.end(0);
  }

  @Test
  void matchesWordsWhateverStandsBetween() {
    assertEquals(5, end("a b c", "a b c"));
    assertEquals(6, end("a b c", "A, b\nC."));
    assertEquals(-1, end("a b c", "a b d"));
    assertEquals(-1, end("a b c", "a. b c"));
    assertEquals(-1, end("a b c", "ab c"));
    assertEquals(-1, end("a b", "a bc"));
  }

  @Test
  void passesOverOptionalPlaces() {
    assertEquals(3, end("a b? c", "a c"));
    assertEquals(5, end("a b? c", "a b c"));
    assertEquals(-1, end("a b? c", "a b b c"));
    assertEquals(3, end("a b? c? d", "a d"));
  }

  @Test
  void bridgesAFewWords() {
    assertEquals(3, end("a *2 b", "a b"));
    assertEquals(7, end("a *2 b", "a x y b"));
    assertEquals(-1, end("a *2 b", "a x y z b"));
  }

  @Test
  void takesAnyOfTheAlternatives() {
    assertEquals(3, end("a|x b|y", "x y"));
    assertEquals(3, end("a|x b|y", "a y"));
    assertEquals(-1, end("a|x b|y", "b a"));
  }

  @Test
  void refusesAPatternThatBeginsWithNothing() {
    assertThrows(IllegalArgumentException.class, () -> Phrase.of(SIGN, "a? b"));
    assertThrows(IllegalArgumentException.class, () -> Phrase.of(SIGN, "*2 b"));
    assertThrows(IllegalArgumentException.class, () -> Phrase.of(SIGN, "a *70 b"));
  }

  /** Compares the automaton with a plain recursive matcher on random patterns and texts. */
  @Test
  void agreesWithPlainRecursion() {
    Random random = new Random(21);
    int matched = 0;
    for (int i = 0; i < 20_000; i++) {
      List<String> pattern = new ArrayList<>(List.of(letter(random)));
      for (int j = random.nextInt(4); j > 0; j--) {
        switch (random.nextInt(3)) {
          case 0 -> pattern.add(letter(random));
          case 1 -> pattern.add(letter(random) + "?");
          default -> pattern.add("*" + (1 + random.nextInt(2)));
        }
      }
      pattern.add(letter(random));
      List<String> text = new ArrayList<>();
      for (int j = random.nextInt(6); j >= 0; j--) {
        text.add(letter(random));
      }
      boolean expected = matches(pattern, 0, text, 0);
      int end = end(String.join(" ", pattern), String.join(" ", text));
      assertEquals(expected, end >= 0, pattern + " on " + text);
      matched += expected ? 1 : 0;
    }
    assertTrue(matched > 1000);
  }

  private static boolean matches(List<String> pattern, int p, List<String> text, int t) {
    if (p == pattern.size()) {
      return true;
    }
    String place = pattern.get(p);
    if (place.startsWith("*")) {
      int gap = place.charAt(1) - '0';
      for (int skip = 0; skip <= gap && t + skip <= text.size(); skip++) {
        if (matches(pattern, p + 1, text, t + skip)) {
          return true;
        }
      }
      return false;
    }
    boolean here = t < text.size() && text.get(t).charAt(0) == place.charAt(0);
    boolean skipped = place.endsWith("?") && matches(pattern, p + 1, text, t);
    return skipped || (here && matches(pattern, p + 1, text, t + 1));
  }

  private static String letter(Random random) {
    return String.valueOf((char) ('a' + random.nextInt(3)));
  }
}
