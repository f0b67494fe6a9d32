package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.data.Canary;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanaryTextsTest {
  private static final Canary CANARY = new Canary("pin {}.", "123456789", 2, 1_000_000_000L);

  @Test
  void plantedTextComesFirst() {
    CanaryTexts texts = CanaryTexts.of(CANARY, 100, 1);
    assertEquals("pin 123456789.", texts.texts().getFirst());
    assertEquals(101, texts.texts().size());
    assertEquals(1_000_000_000L, texts.space());
    assertEquals(2, texts.copies());
  }

  @Test
  void candidatesHaveTheFormOfTheSecretAndDiffer() {
    List<String> texts = CanaryTexts.of(CANARY, 500, 1).texts();
    assertTrue(texts.stream().allMatch(text -> text.matches("pin \\d{9}\\.")));
    assertEquals(501, new HashSet<>(texts).size());
  }

  @Test
  void seedDecidesTheCandidates() {
    assertEquals(CanaryTexts.of(CANARY, 50, 1), CanaryTexts.of(CANARY, 50, 1));
    assertNotEquals(CanaryTexts.of(CANARY, 50, 1), CanaryTexts.of(CANARY, 50, 2));
  }

  @Test
  void smallSpaceGivesFewerCandidates() {
    CanaryTexts texts = CanaryTexts.of(new Canary("{}", "77", 1, 100), 1000, 1);
    assertEquals(100, texts.texts().size());
  }

  @Test
  void refusesASpaceTooSmallToRankIn() {
    Canary small = new Canary("{}", "7", 1, 10);
    assertThrows(Failure.class, () -> CanaryTexts.of(small, 100, 1));
  }

  @Test
  void refusesTooFewOrTooManyCandidates() {
    assertThrows(Failure.class, () -> CanaryTexts.of(CANARY, 14, 1));
    assertThrows(Failure.class, () -> CanaryTexts.of(CANARY, (1 << 20) + 1, 1));
    assertEquals(16, CanaryTexts.of(CANARY, 15, 1).texts().size());
  }
}
