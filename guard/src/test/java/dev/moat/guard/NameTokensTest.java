package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NameTokensTest {
  private static final int TEXTS = 400;

  @Test
  void wordsNumbersAndSymbolsAreTokens() {
    assertEquals(
        List.of("Anna", "O", "'", "Neil", ",", "12a", "Main", "-", "St", "."),
        tokens("Anna O'Neil, 12a Main-St."));
  }

  @Test
  void escapedLineEndsAreNoPartOfAWord() {
    assertEquals(List.of("Anna", "Berlin", "\\", "x"), tokens("Anna\\nBerlin\\x"));
  }

  @Test
  void letterCasesAreTold() {
    assertEquals(
        List.of(
            NameTokens.SMALL,
            NameTokens.CAPITALISED,
            NameTokens.CAPITALS,
            NameTokens.INITIAL,
            NameTokens.MIXED,
            NameTokens.DIGITS,
            NameTokens.DIGITS_MIXED,
            NameTokens.SYMBOL),
        fields("anna Anna ANNA A McAnna 12 12a +", NameTokens.CASE));
  }

  @Test
  void theGapBeforeAWordIsTold() {
    assertEquals(List.of(0, 1, 2, 3, 3, 0), fields("a b \n c\n\nd\n\n\n\ne.", NameTokens.GAP));
  }

  @Test
  void hashesDoNotDependOnCaseNorDigits() {
    List<Integer> hashes = fields("Anna ANNA anna 123 456 12", NameTokens.LOWER);
    assertEquals(hashes.get(0), hashes.get(1));
    assertEquals(hashes.get(0), hashes.get(2));
    assertEquals(NameTokens.hash("aNNa"), hashes.get(0));
    assertEquals(hashes.get(3), hashes.get(4));
    assertNotEquals(hashes.get(4), hashes.get(5));
  }

  @Test
  void wordsOfOneEndingShareItsHash() {
    List<Integer> endings = fields("Johnson Eriksson son on", NameTokens.SUFFIX + 2);
    assertEquals(endings.get(0), endings.get(1));
    assertEquals(endings.get(0), endings.get(2));
    assertEquals(0, endings.get(3));
  }

  @Test
  void modeTellsTextInSmallLettersOrCapitals() {
    assertEquals(1, modeAtEnd("my name is anna smith"));
    assertEquals(2, modeAtEnd("MY NAME IS ANNA SMITH"));
    assertEquals(0, modeAtEnd("My name is Anna SMITH"));
    assertEquals(3, modeAtEnd("12 34"));
  }

  @Test
  void longRunsAndGapsAreCutSoThatNobodyWaits() {
    assertEquals(4, tokens("x".repeat(150)).size());
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    NameTokens tokens = new NameTokens(window, NameTrainer.UNTRAINED);
    String text = "a" + " ".repeat(300) + "b";
    normaliser.accept(text, 0, text.length());
    assertTrue(tokens.next());
  }

  @Test
  void waitsForThreeTokensAheadButNotAtTheEnd() {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    NameTokens tokens = new NameTokens(window, NameTrainer.UNTRAINED);
    normaliser.accept("a b c d", 0, 7);
    assertFalse(tokens.next());
    normaliser.accept(" ", 0, 1);
    assertTrue(tokens.next());
    assertFalse(tokens.next());
    normaliser.finish();
    for (int rest = 0; rest < 3; rest++) {
      assertTrue(tokens.next());
      assertFalse(tokens.isPastEnd());
    }
    assertTrue(tokens.next());
    assertTrue(tokens.isPastEnd());
  }

  @Test
  void tokensAreTheSameInAnyPieces() {
    Random random = new Random(51);
    TextMaker maker = new TextMaker(random);
    for (int i = 0; i < TEXTS; i++) {
      String text = maker.text(8);
      Window window = new Window();
      Normaliser normaliser = new Normaliser(window);
      NameTokens tokens = new NameTokens(window, NameTrainer.UNTRAINED);
      List<List<Integer>> seen = new ArrayList<>();
      for (int at = 0; at < text.length(); at++) {
        normaliser.accept(text, at, at + 1);
        while (tokens.next()) {
          seen.add(all(tokens));
        }
      }
      normaliser.finish();
      while (tokens.next() && !tokens.isPastEnd()) {
        seen.add(all(tokens));
      }
      assertEquals(whole(text), seen, text);
    }
  }

  private static List<List<Integer>> whole(String text) {
    List<List<Integer>> seen = new ArrayList<>();
    NameTokens tokens = new NameTokens(NameTrainer.window(text), NameTrainer.UNTRAINED);
    while (tokens.next() && !tokens.isPastEnd()) {
      seen.add(all(tokens));
    }
    return seen;
  }

  private static List<Integer> all(NameTokens tokens) {
    List<Integer> fields = new ArrayList<>(List.of(tokens.start(), tokens.end()));
    for (int field = NameTokens.LOWER; field < NameTokens.SUFFIX + 4; field++) {
      fields.add(tokens.field(0, field));
    }
    return fields;
  }

  private static List<Integer> fields(String text, int field) {
    List<Integer> values = new ArrayList<>();
    NameTokens tokens = new NameTokens(NameTrainer.window(text), NameTrainer.UNTRAINED);
    while (tokens.next() && !tokens.isPastEnd()) {
      values.add(tokens.field(0, field));
    }
    return values;
  }

  private static int modeAtEnd(String text) {
    NameTokens tokens = new NameTokens(NameTrainer.window(text), NameTrainer.UNTRAINED);
    while (tokens.next() && !tokens.isPastEnd()) {
      assertTrue(tokens.end() > tokens.start());
    }
    return tokens.mode();
  }

  private static List<String> tokens(String text) {
    List<String> words = new ArrayList<>();
    NameTokens tokens = new NameTokens(NameTrainer.window(text), NameTrainer.UNTRAINED);
    while (tokens.next() && !tokens.isPastEnd()) {
      words.add(text.substring(tokens.start(), tokens.end()));
    }
    return words;
  }
}
