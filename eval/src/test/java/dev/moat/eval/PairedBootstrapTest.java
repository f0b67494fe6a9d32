package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {
  @Test
  void sameSeedGivesTheSameInterval() {
    List<DocumentScore> scores = scores(new SplittableRandom(1), 40, -0.1);
    PairedBootstrap bootstrap = new PairedBootstrap(2000, 0.95, 7);
    assertEquals(bootstrap.difference(scores), bootstrap.difference(scores));
    assertEquals(
        new PairedBootstrap(2000, 0.95, 7).difference(scores), bootstrap.difference(scores));
  }

  @Test
  void otherSeedGivesAnotherInterval() {
    List<DocumentScore> scores = scores(new SplittableRandom(1), 40, -0.1);
    assertNotEquals(
        new PairedBootstrap(2000, 0.95, 7).difference(scores),
        new PairedBootstrap(2000, 0.95, 8).difference(scores));
  }

  @Test
  void constantDifferenceHasAnIntervalWithoutWidth() {
    List<DocumentScore> scores = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      long bytes = 100L * i;
      scores.add(new DocumentScore("d" + i, bytes, bytes, bytes * 2.0, bytes * 1.5));
    }
    Interval interval = new PairedBootstrap(1000, 0.95, 1).difference(scores);
    assertEquals(-0.5, interval.low(), 1e-12);
    assertEquals(-0.5, interval.high(), 1e-12);
  }

  @Test
  void weighsDocumentsByTheirBytes() {
    DocumentScore large = new DocumentScore("large", 9_000, 9_000, 9_000, 0);
    DocumentScore small = new DocumentScore("small", 1_000, 1_000, 1_000, 2_000);
    Interval interval = new PairedBootstrap(1000, 0.95, 1).difference(List.of(large, small));
    assertEquals(-1, interval.low(), 1e-12);
    assertEquals(1, interval.high(), 1e-12);
  }

  @Test
  void oneDocumentGivesAPoint() {
    DocumentScore only = new DocumentScore("only", 10, 5, 20, 15);
    Interval interval = new PairedBootstrap(1000, 0.95, 1).difference(List.of(only));
    assertEquals(new Interval(-0.5, -0.5), interval);
  }

  @Test
  void pairingRemovesWhatMakesDocumentsHard() {
    SplittableRandom random = new SplittableRandom(3);
    List<DocumentScore> scores = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      double hardness = 1 + 5 * random.nextDouble();
      scores.add(new DocumentScore("d" + i, 100, 50, hardness * 100, hardness * 100 - 1));
    }
    Interval interval = new PairedBootstrap(1000, 0.95, 1).difference(scores);
    assertTrue(interval.high() < 0, "a small but constant gain is certain: " + interval);
  }

  @Test
  void coversTheTruthAboutAsOftenAsItSays() {
    assertCoverage(6);
    assertCoverage(30);
  }

  @Test
  void noDifferenceIsSeldomCalledOne() {
    SplittableRandom random = new SplittableRandom(5);
    int certain = 0;
    for (int trial = 0; trial < 300; trial++) {
      Interval interval = new PairedBootstrap(400, 0.95, trial).difference(scores(random, 12, 0));
      certain += interval.high() < 0 ? 1 : 0;
    }
    assertTrue(certain <= 21, "2.5 % of 300 expected, got " + certain);
  }

  @Test
  void refusesWhatHasNoMeaning() {
    assertThrows(Failure.class, () -> new PairedBootstrap(99, 0.95, 1));
    assertThrows(Failure.class, () -> new PairedBootstrap(1_000_001, 0.95, 1));
    assertThrows(Failure.class, () -> new PairedBootstrap(1000, 0.5, 1));
    assertThrows(Failure.class, () -> new PairedBootstrap(1000, 1, 1));
    assertThrows(Failure.class, () -> new PairedBootstrap(1000, Double.NaN, 1));
    assertThrows(Failure.class, () -> new PairedBootstrap(1000, 0.95, 1).difference(List.of()));
  }

  private static void assertCoverage(int documents) {
    SplittableRandom random = new SplittableRandom(documents);
    int trials = 400;
    int covered = 0;
    for (int trial = 0; trial < trials; trial++) {
      List<DocumentScore> scores = scores(random, documents, -0.05);
      Interval interval = new PairedBootstrap(400, 0.95, trial).difference(scores);
      covered += interval.contains(-0.05) ? 1 : 0;
    }
    double share = (double) covered / trials;
    assertTrue(share > 0.91 && share < 0.99, documents + " documents: covered " + share);
  }

  /** Documents whose differences scatter around {@code mean} bits per byte. */
  private static List<DocumentScore> scores(RandomGenerator random, int count, double mean) {
    List<DocumentScore> scores = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long bytes = 500;
      double base = bytes * (2 + random.nextDouble());
      double change = mean + 0.2 * random.nextGaussian();
      scores.add(new DocumentScore("d" + i, bytes, 200, base, base + bytes * change));
    }
    return scores;
  }
}
