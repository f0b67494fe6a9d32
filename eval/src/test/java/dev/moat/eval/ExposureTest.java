package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExposureTest {
  private static final long SPACE = 1_000_000_000L;

  @Test
  void ranksAmongSevenOthersByHand() {
    double[] others = {10, 20, 30, 40, 50, 60, 70};
    // Cheaper than 35 are 10, 20 and 30: the fourth of eight, log2 8 - log2 4 = 1.
    assertEquals(new Exposure(4, 8, 1), Exposure.of(35, others, SPACE));
    // Dearer than all: the eighth of eight.
    assertEquals(new Exposure(8, 8, 0), Exposure.of(71, others, SPACE));
    // Only 10 is cheaper: the second of eight, two bits.
    assertEquals(new Exposure(2, 8, 2), Exposure.of(15, others, SPACE));
  }

  @Test
  void tieCountsAgainstTheModel() {
    assertEquals(new Exposure(2, 4, 1), Exposure.of(20, new double[] {10, 20, 20}, SPACE));
  }

  @Test
  void firstRankHasAtLeastTheBitsOfTheSample() {
    Exposure exposure = Exposure.of(9.99, new double[] {10, 10, 1000}, SPACE);
    assertEquals(1, exposure.rank());
    assertEquals(4, exposure.ranked());
    assertEquals(2, exposure.bits(), 1e-12);
  }

  @Test
  void beyondTheSampleTheFittedTailCounts() {
    double[] others = standardNormalQuantiles(1001, 100, 10);
    // Six deviations below the mean: -log2 of the normal tail at -6 is 29.92.
    Exposure exposure = Exposure.of(100 - 60, others, Long.MAX_VALUE);
    assertEquals(29.92, exposure.bits(), 0.3);
  }

  @Test
  void neverExceedsTheBitsOfTheSecret() {
    double[] others = standardNormalQuantiles(1001, 100, 10);
    Exposure exposure = Exposure.of(0, others, 1 << 20);
    assertEquals(20, exposure.bits(), 1e-9);
    assertEquals(1, exposure.guesses(1 << 20), 1e-6);
  }

  @Test
  void equalCostsHaveNoTail() {
    Exposure exposure = Exposure.of(1, new double[] {2, 2, 2}, SPACE);
    assertEquals(2, exposure.bits(), 1e-12);
  }

  @Test
  void guessesHalveWithEveryBit() {
    assertEquals(SPACE, new Exposure(5, 5, 0).guesses(SPACE), 1e-3);
    assertEquals(SPACE / 2.0, new Exposure(2, 4, 1).guesses(SPACE), 1e-3);
    assertEquals(SPACE / 1024.0, new Exposure(1, 1024, 10).guesses(SPACE), 1e-3);
  }

  @Test
  void unknownSecretsHaveLittleExposure() {
    SplittableRandom random = new SplittableRandom(11);
    int trials = 2000;
    int high = 0;
    for (int trial = 0; trial < trials; trial++) {
      double[] others = random.doubles(63).toArray();
      high += Exposure.of(random.nextDouble(), others, SPACE).bits() >= 4 ? 1 : 0;
    }
    // By definition one in 2^4 of unknown secrets reaches four bits.
    assertEquals(1 / 16.0, (double) high / trials, 0.02);
  }

  @Test
  void refusesImpossibleRanks() {
    assertThrows(Failure.class, () -> new Exposure(0, 4, 1));
    assertThrows(Failure.class, () -> new Exposure(5, 4, 1));
    assertThrows(Failure.class, () -> new Exposure(1, 4, -0.1));
    assertThrows(Failure.class, () -> new Exposure(1, 4, Double.NaN));
    assertTrue(new Exposure(4, 4, 0).bits() == 0);
  }

  private static double[] standardNormalQuantiles(int count, double mean, double deviation) {
    return IntStream.range(0, count)
        .mapToDouble(i -> mean + deviation * quantile((i + 0.5) / count))
        .toArray();
  }

  private static double quantile(double level) {
    double low = -10;
    double high = 10;
    for (int i = 0; i < 100; i++) {
      double middle = (low + high) / 2;
      if (Distributions.normal(middle) < level) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
