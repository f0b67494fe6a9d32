package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QualityTest {
  private static final Interval SOME = new Interval(-0.5, 0.1);
  private static final PairedBootstrap BOOTSTRAP = new PairedBootstrap(200, 0.95, 1);

  @Test
  void sumsDocumentsAndCountsWins() {
    Quality quality =
        Quality.of(
            List.of(
                new DocumentScore("better", 100, 40, 200, 150),
                new DocumentScore("worse", 300, 60, 600, 650),
                new DocumentScore("equal", 100, 20, 150, 150)),
            BOOTSTRAP);
    assertEquals(3, quality.documents());
    assertEquals(500, quality.bytes());
    assertEquals(120, quality.tokens());
    assertEquals(950, quality.baseBits());
    assertEquals(950, quality.tunedBits());
    assertEquals(1, quality.wins(), "equal is no win");
    assertTrue(quality.difference().contains(0));
  }

  @Test
  void ratiosAreOfTheSums() {
    Quality quality = new Quality(2, 1000, 400, 2000, 1600, SOME, 1);
    assertEquals(2, quality.baseBitsPerByte());
    assertEquals(1.6, quality.tunedBitsPerByte());
    assertEquals(32, quality.basePerplexity(), 1e-9);
    assertEquals(16, quality.tunedPerplexity(), 1e-9);
    assertEquals(-20, quality.changePercent(), 1e-9);
  }

  @Test
  void modelThatKnowsEverythingHasNoChange() {
    Quality quality = new Quality(1, 10, 5, 0, 0, SOME, 0);
    assertEquals(0, quality.changePercent());
    assertEquals(1, quality.basePerplexity());
  }

  @Test
  void intervalHoldsThePointOfTheSample() {
    SplittableRandom random = new SplittableRandom(9);
    for (int trial = 0; trial < 50; trial++) {
      List<DocumentScore> scores =
          IntStream.range(0, 12)
              .mapToObj(i -> score(random.nextLong(10, 500), random.nextDouble()))
              .toList();
      Quality quality = Quality.of(scores, BOOTSTRAP);
      double point = quality.tunedBitsPerByte() - quality.baseBitsPerByte();
      assertTrue(quality.difference().contains(point), point + " in " + quality.difference());
    }
  }

  @Test
  void refusesCountsThatDoNotFit() {
    assertThrows(Failure.class, () -> new Quality(0, 10, 5, 1, 1, SOME, 0));
    assertThrows(Failure.class, () -> new Quality(3, 2, 5, 1, 1, SOME, 0));
    assertThrows(Failure.class, () -> new Quality(3, 10, 2, 1, 1, SOME, 0));
    assertThrows(Failure.class, () -> new Quality(3, 10, 5, 1, 1, SOME, 4));
    assertThrows(Failure.class, () -> new Quality(3, 10, 5, 1, 1, SOME, -1));
    assertThrows(Failure.class, () -> new Quality(3, 10, 5, -1, 1, SOME, 1));
    assertThrows(Failure.class, () -> new Quality(3, 10, 5, 1, Double.NaN, SOME, 1));
    assertEquals(3, new Quality(3, 3, 3, 1, 1, SOME, 3).wins());
  }

  @Test
  void documentNeedsSomethingToDivideBy() {
    assertThrows(Failure.class, () -> new DocumentScore("d", 0, 1, 1, 1));
    assertThrows(Failure.class, () -> new DocumentScore("d", 1, 0, 1, 1));
    assertThrows(Failure.class, () -> new DocumentScore("d", 1, 1, -0.1, 1));
    assertThrows(Failure.class, () -> new DocumentScore("d", 1, 1, 1, Double.POSITIVE_INFINITY));
    Failure nan = assertThrows(Failure.class, () -> new DocumentScore("d", 1, 1, Double.NaN, 1));
    assertTrue(nan.getMessage().contains("weights are damaged"), nan.getMessage());
    assertEquals(-0.5, new DocumentScore("d", 1, 1, 1, 0.5).difference());
  }

  @Test
  void intervalHasTwoFiniteEndsInOrder() {
    assertTrue(new Interval(1, 1).contains(1));
    assertTrue(SOME.contains(-0.5));
    assertTrue(SOME.contains(0.1));
    assertFalse(SOME.contains(0.100001));
    assertFalse(SOME.contains(-0.500001));
    assertThrows(Failure.class, () -> new Interval(1, 0.999));
    assertThrows(Failure.class, () -> new Interval(Double.NaN, 1));
    assertThrows(Failure.class, () -> new Interval(0, Double.POSITIVE_INFINITY));
  }

  @Test
  void canaryScoreHasASpaceAndCopies() {
    Exposure exposure = new Exposure(1, 2, 0);
    assertThrows(Failure.class, () -> new CanaryScore(1, 1, exposure, exposure));
    assertThrows(Failure.class, () -> new CanaryScore(2, 0, exposure, exposure));
    assertEquals(2, new CanaryScore(2, 1, exposure, exposure).space());
  }

  private static DocumentScore score(long bytes, double change) {
    return new DocumentScore("d", bytes, bytes, 2.0 * bytes, (1.5 + change) * bytes);
  }
}
