package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.engine.Generation.Request;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final int DRAWS = 40_000;

  private static Sampler sampler(double temperature, int topK, double topP) {
    return new Sampler(new Request(new int[] {0}, 1, temperature, topK, topP, 5, List.of(), false));
  }

  private static float[] logits(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]);
    }
    return logits;
  }

  private static double[] frequencies(Sampler sampler, float[] logits) {
    double[] frequencies = new double[logits.length];
    for (int draw = 0; draw < DRAWS; draw++) {
      frequencies[sampler.next(logits, 0, logits.length)] += 1.0 / DRAWS;
    }
    return frequencies;
  }

  @Test
  void takesTheLikeliestAtTemperatureZeroAndTheFirstOfEquals() {
    assertEquals(1, sampler(0, 0, 1).next(new float[] {9, 1, 4, 4, 0}, 1, 4));
    assertEquals(0, sampler(0, 0, 1).next(new float[] {-1, -2, -3}, 0, 3));
  }

  @Test
  void drawsWithTheProbabilitiesOfTheLogits() {
    double[] expected = {0.5, 0.25, 0.15, 0.07, 0.03};
    assertArrayEquals(expected, frequencies(sampler(1, 0, 1), logits(expected)), 0.012);
    assertArrayEquals(expected, frequencies(sampler(1, 5, 1), logits(expected)), 0.012);
    assertArrayEquals(expected, frequencies(sampler(1, 9, 0.9999), logits(expected)), 0.012);
  }

  @Test
  void flattensOrSharpensByTemperature() {
    double[] half = frequencies(sampler(0.5, 0, 1), logits(0.6, 0.3, 0.1));
    assertArrayEquals(new double[] {0.36 / 0.46, 0.09 / 0.46, 0.01 / 0.46}, half, 0.012);
    double[] sorted = frequencies(sampler(0.5, 3, 1), logits(0.6, 0.3, 0.1));
    assertArrayEquals(half, sorted, 0.015);
  }

  @Test
  void drawsAmongTheLikeliestOnly() {
    double[] frequencies = frequencies(sampler(1, 2, 1), logits(0.1, 0.4, 0.2, 0.3));
    assertArrayEquals(new double[] {0, 4.0 / 7, 0, 3.0 / 7}, frequencies, 0.012);
  }

  @Test
  void drawsAmongTheFewestThatReachTheProbability() {
    float[] logits = logits(0.1, 0.4, 0.2, 0.3);
    double[] two = frequencies(sampler(1, 0, 0.69), logits);
    assertArrayEquals(new double[] {0, 4.0 / 7, 0, 3.0 / 7}, two, 0.012);
    double[] three = frequencies(sampler(1, 0, 0.71), logits);
    assertArrayEquals(new double[] {0, 4.0 / 9, 2.0 / 9, 3.0 / 9}, three, 0.012);
    double[] one = frequencies(sampler(1, 0, 1e-9), logits);
    assertArrayEquals(new double[] {0, 1, 0, 0}, one, 1e-9);
  }

  @Test
  void appliesTopKBeforeTopP() {
    double[] frequencies = frequencies(sampler(1, 2, 0.6), logits(0.1, 0.4, 0.2, 0.3));
    assertArrayEquals(new double[] {0, 4.0 / 7, 0, 3.0 / 7}, frequencies, 0.012);
  }

  @Test
  void prefersSmallerTokensAmongEquals() {
    double[] frequencies = frequencies(sampler(1, 2, 1), new float[] {0, 3, 3, 3});
    assertArrayEquals(new double[] {0, 0.5, 0.5, 0}, frequencies, 0.012);
  }

  @Test
  void repeatsItselfForTheSameSeed() {
    float[] logits = new float[50];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) random.nextGaussian();
    }
    Sampler one = sampler(1, 0, 1);
    Sampler other = sampler(1, 0, 1);
    int[] first = new int[100];
    int[] second = new int[100];
    Arrays.setAll(first, _ -> one.next(logits, 0, 50));
    Arrays.setAll(second, _ -> other.next(logits, 0, 50));
    assertArrayEquals(first, second);
  }

  @Test
  void neverDrawsWhatIsImpossible() {
    float[] logits = {Float.NEGATIVE_INFINITY, 0, -200, Float.NEGATIVE_INFINITY};
    for (int topK : new int[] {0, 3}) {
      Sampler sampler = sampler(1, topK, 1);
      for (int draw = 0; draw < 1_000; draw++) {
        assertEquals(1, sampler.next(logits, 0, 4));
      }
    }
  }

  @Test
  void refusesLogitsThatAreNotNumbers() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      float[] logits = {1, bad, 2};
      Failure failure = assertThrows(Failure.class, () -> sampler(0, 0, 1).next(logits, 0, 3));
      assertInstanceOf(Problem.Broken.class, failure.problem());
    }
    float[] none = {Float.NEGATIVE_INFINITY};
    assertTrue(
        assertThrows(Failure.class, () -> sampler(1, 0, 1).next(none, 0, 1))
            .getMessage()
            .contains("not finite"));
  }
}
