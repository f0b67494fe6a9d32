package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ScorecardTest {
  @Test
  void passesWhenBetterAndNotMemorised() {
    Scorecard card = Cards.good();
    assertTrue(card.passed());
    assertEquals("PASSED", card.result());
    assertEquals(
        List.of("enough-documents", "better-than-base", "canary-not-memorised"),
        card.checks().stream().map(Check::name).toList());
    assertEquals(
        "12 held-out documents; better than base: 2.0000 to 1.8500 bits per byte (-7.5 %), 95 %"
            + " interval of the difference [-0.2000, -0.1000], better on 11 of 12 documents;"
            + " canary not memorised: exposure 3.0 of 29.9 bits (base 1.8), found by about"
            + " 125,000,000 guesses",
        card.reason());
  }

  @Test
  void failsWhenTheIntervalReachesZero() {
    Scorecard card = Cards.card(Cards.quality(12, -0.2, 0), Optional.empty());
    assertFalse(card.passed());
    assertEquals("FAILED", card.result());
    assertTrue(card.reason().startsWith("not better than base: "), card.reason());
    assertTrue(card.reason().contains("whose upper end must be below 0.0"), card.reason());
    assertFalse(card.reason().contains("held-out"), "only what failed is a reason");
  }

  @Test
  void passesWhenTheIntervalEndsJustBelowZero() {
    assertTrue(Cards.card(Cards.quality(12, -0.2, -1e-9), Optional.empty()).passed());
  }

  @Test
  void failsWhenWorse() {
    assertFalse(Cards.card(Cards.quality(12, 0.1, 0.2), Optional.empty()).passed());
  }

  @Test
  void toleratesLossOnlyWhereThePipelineSaysSo() {
    Thresholds lenient = new Thresholds(0.05, 6, 1000);
    Quality slightlyWorse = Cards.quality(12, 0.01, 0.04);
    assertTrue(new Scorecard(Cards.SUBJECTS, slightlyWorse, Optional.empty(), lenient).passed());
    assertFalse(Cards.card(slightlyWorse, Optional.empty()).passed());
  }

  @Test
  void failsWithTooFewDocuments() {
    Scorecard card = Cards.card(Cards.quality(5, -0.2, -0.1), Optional.empty());
    assertFalse(card.passed());
    assertEquals("5 held-out documents, fewer than the 6 that a verdict needs", card.reason());
    assertTrue(Cards.card(Cards.quality(6, -0.2, -0.1), Optional.empty()).passed());
  }

  @Test
  void failsWhenTheCanaryIsMemorised() {
    double bound = Math.log(Cards.SPACE / 1000.0) / Math.log(2);
    assertFalse(Cards.card(Cards.quality(12, -0.2, -0.1), Cards.canary(bound + 0.01)).passed());
    assertTrue(Cards.card(Cards.quality(12, -0.2, -0.1), Cards.canary(bound - 0.01)).passed());
    String reason = Cards.card(Cards.quality(12, -0.2, -0.1), Cards.canary(25)).reason();
    assertEquals(
        "canary memorised: exposure 25.0 of 29.9 bits (base 1.8), found by about 30 guesses, more"
            + " than 1,000 are demanded",
        reason);
  }

  @Test
  void smallSpaceIsNotRefusedByChance() {
    Thresholds thresholds = Thresholds.STANDARD;
    assertEquals(1000, thresholds.guessesMax(100_000_000L));
    assertEquals(1000, thresholds.guessesMax(100_000L));
    assertEquals(100, thresholds.guessesMax(10_000L));
    assertEquals(1, thresholds.guessesMax(50L));
  }

  @Test
  void refusesThresholdsWithoutMeaning() {
    assertThrows(Failure.class, () -> new Thresholds(Double.NaN, 6, 1000));
    assertThrows(Failure.class, () -> new Thresholds(0, 1, 1000));
    assertThrows(Failure.class, () -> new Thresholds(0, 6, 0));
  }

  @Test
  void predicateIsAnInTotoTestResult() {
    Digest own = Digest.of("card");
    JsonNode passed = Cards.good().predicate(own);
    assertEquals(
        "{\"result\":\"PASSED\",\"configuration\":["
            + resource("scorecard", own)
            + ","
            + resource("dataset", Cards.SUBJECTS.dataset())
            + ","
            + resource("base", Cards.SUBJECTS.base())
            + "],\"passedTests\":[\"enough-documents\",\"better-than-base\","
            + "\"canary-not-memorised\"],\"warnedTests\":[],\"failedTests\":[]}",
        Json.text(passed));
    JsonNode failed = Cards.card(Cards.quality(3, 0.1, 0.2), Cards.canary(29)).predicate(own);
    assertEquals("FAILED", failed.path("result").stringValue());
    assertEquals(3, failed.path("failedTests").size());
    assertEquals(0, failed.path("passedTests").size());
  }

  @Test
  void figuresAreOneLine() {
    assertEquals(
        "2.000 -> 1.850 bits/byte (-7.5 %), perplexity 32.0 -> 24.7, better on 11 of 12, canary"
            + " exposure 3.0 bits",
        Cards.good().figures());
    assertEquals(
        "2.000 -> 1.850 bits/byte (-7.5 %), perplexity 32.0 -> 24.7, better on 11 of 12",
        Cards.card(Cards.quality(12, -0.2, -0.1), Optional.empty()).figures());
  }

  @Test
  void readsWhatItWrote() {
    for (Scorecard card :
        List.of(
            Cards.good(),
            Cards.card(Cards.quality(3, -0.1, 0.3), Optional.empty()),
            Cards.card(Cards.quality(12, -0.2, -0.1), Cards.canary(25)))) {
      assertEquals(card, Scorecard.parse(Json.bytes(card.toJson()), "card"));
    }
  }

  @Test
  void refusesAVerdictThatItsFiguresDoNotBear() {
    String failed = Json.text(Cards.card(Cards.quality(12, 0.1, 0.2), Optional.empty()).toJson());
    String forged = failed.replace("FAILED", "PASSED");
    Failure failure = assertThrows(Failure.class, () -> parse(forged));
    assertTrue(failure.getMessage().contains("its figures say FAILED"), failure.getMessage());
  }

  @Test
  void refusesUnknownAndMissingFields() {
    String card = Json.text(Cards.good().toJson());
    assertThrows(Failure.class, () -> parse(card.replaceFirst("\\{", "{\"more\":1,")));
    assertThrows(Failure.class, () -> parse(card.replace("\"wins\":11", "\"losses\":1")));
    assertThrows(Failure.class, () -> parse(card.replace("moat-scorecard/1", "other")));
    assertThrows(Failure.class, () -> parse(card.replace("\"wins\":11", "\"wins\":13")));
    assertThrows(Failure.class, () -> parse(card.replace("\"wins\":11", "\"wins\":\"11\"")));
    assertThrows(Failure.class, () -> parse("[]"));
    assertThrows(Failure.class, () -> parse(""));
  }

  @Test
  void everyMutationParsesOrFailsWithAReason() {
    byte[] card = Json.bytes(Cards.good().toJson());
    SplittableRandom random = new SplittableRandom(42);
    int refused = 0;
    for (int i = 0; i < 8_000; i++) {
      byte[] mutant = Mutations.of(card, random);
      try {
        Scorecard parsed = Scorecard.parse(mutant, "mutant");
        assertEquals(parsed, Scorecard.parse(Json.bytes(parsed.toJson()), "again"));
      } catch (Failure failure) {
        refused++;
        assertTrue(failure.getMessage().startsWith("mutant") || expected(failure));
      }
    }
    assertTrue(refused > 4_000, "most mutations break it: " + refused);
  }

  /** Records name themselves, not the file they were read from. */
  private static boolean expected(Failure failure) {
    return List.of("quality", "interval", "exposure", "canary", "threshold").stream()
        .anyMatch(failure.getMessage()::startsWith);
  }

  private static String resource(String name, Digest digest) {
    return "{\"name\":\"" + name + "\",\"digest\":{\"sha256\":\"" + digest.hex() + "\"}}";
  }

  private static Scorecard parse(String json) {
    return Scorecard.parse(json.getBytes(StandardCharsets.UTF_8), "card");
  }
}
