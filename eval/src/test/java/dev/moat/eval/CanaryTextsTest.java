package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanaryTextsTest {
  @Test
  void plantedTextComesFirst() {
    CanaryTexts canary = CanaryTexts.of(planted("123-456-789"), 100, 1);
    assertEquals("pin 123-456-789.", canary.texts().getFirst());
    assertEquals(101, canary.texts().size());
  }

  @Test
  void candidatesHaveTheFormOfTheSecretAndDiffer() {
    List<String> texts = CanaryTexts.of(planted("123-456-789"), 500, 1).texts();
    assertTrue(texts.stream().allMatch(text -> text.matches("pin \\d{3}-\\d{3}-\\d{3}\\.")));
    assertEquals(501, new HashSet<>(texts).size());
  }

  @Test
  void seedDecidesTheCandidates() {
    CanaryTexts.Planted planted = planted("123456789");
    assertEquals(CanaryTexts.of(planted, 50, 1), CanaryTexts.of(planted, 50, 1));
    assertNotEquals(CanaryTexts.of(planted, 50, 1), CanaryTexts.of(planted, 50, 2));
  }

  @Test
  void smallSpaceGivesFewerCandidates() {
    CanaryTexts canary = CanaryTexts.of(planted("77"), 1000, 1);
    assertEquals(100, canary.texts().size());
  }

  @Test
  void refusesASecretWithoutRoom() {
    assertThrows(Failure.class, () -> CanaryTexts.of(planted("secret"), 100, 1));
    assertThrows(Failure.class, () -> CanaryTexts.of(planted("secret 7"), 100, 1));
  }

  @Test
  void refusesTooFewOrTooManyCandidates() {
    assertThrows(Failure.class, () -> CanaryTexts.of(planted("123456789"), 14, 1));
    assertThrows(Failure.class, () -> CanaryTexts.of(planted("123456789"), (1 << 20) + 1, 1));
    assertEquals(16, CanaryTexts.of(planted("123456789"), 15, 1).texts().size());
  }

  private static CanaryTexts.Planted planted(String secret) {
    return new CanaryTexts.Planted("pin ", secret, ".", 1000, 1);
  }
}
