package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Linear layers that share an input, with biases and low-rank changes, against their formulas. */
class ProjectionTest {
  private static final int INPUTS = 37;
  private static final int ROWS = 29;

  private final SplittableRandom random = new SplittableRandom(23);
  private final Workers workers = new Workers(2);
  private final Gemm gemm = new Gemm(workers);

  @AfterEach
  void close() {
    workers.close();
  }

  private float[] randoms(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private Projection.Part plain(int outputs) {
    return new Projection.Part(
        randoms(outputs * INPUTS), outputs, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private Projection.Part trained(int outputs) {
    Projection.Bias bias = new Projection.Bias(randoms(outputs), Optional.of(new float[outputs]));
    return new Projection.Part(
        randoms(outputs * INPUTS),
        outputs,
        Optional.of(bias),
        Optional.of(new float[outputs * INPUTS]),
        Optional.empty());
  }

  private LowRank lowRank(int outputs, int rank) {
    return new LowRank(
        new Tensor("a", new int[] {rank, INPUTS}, randoms(rank * INPUTS)),
        new Tensor("b", new int[] {outputs, rank}, randoms(outputs * rank)),
        Tensor.zeros("ga", rank, INPUTS),
        Tensor.zeros("gb", outputs, rank),
        0.5f);
  }

  private Projection.Part adapted(int outputs, int rank) {
    return new Projection.Part(
        randoms(outputs * INPUTS),
        outputs,
        Optional.empty(),
        Optional.empty(),
        Optional.of(lowRank(outputs, rank)));
  }

  /** One element of the weight that counts. */
  private static double weight(Projection.Part part, int output, int input) {
    double weight = part.weight()[output * INPUTS + input];
    if (part.lowRank().isPresent()) {
      LowRank low = part.lowRank().get();
      for (int r = 0; r < low.rank(); r++) {
        weight +=
            low.scale()
                * low.b().values()[output * low.rank() + r]
                * low.a().values()[r * INPUTS + input];
      }
    }
    return weight;
  }

  private static double output(Projection.Part part, int output, float[] x, int row) {
    double sum = part.bias().isPresent() ? part.bias().get().values()[output] : 0;
    for (int i = 0; i < INPUTS; i++) {
      sum += weight(part, output, i) * x[row * INPUTS + i];
    }
    return sum;
  }

  private void assertForward(List<Projection.Part> parts) {
    Projection projection = new Projection(gemm, parts, INPUTS);
    projection.packForward();
    float[] x = randoms(ROWS * INPUTS);
    float[] y = randoms(ROWS * projection.outputs());
    projection.forward(x, y, ROWS, false);
    for (int row = 0; row < ROWS; row++) {
      int at = row * projection.outputs();
      for (Projection.Part part : parts) {
        for (int output = 0; output < part.outputs(); output++) {
          assertEquals(output(part, output, x, row), y[at++], 1e-3);
        }
      }
    }
  }

  @Test
  void putsTheOutputsOfAllPartsSideBySide() {
    assertForward(List.of(plain(5)));
    assertForward(List.of(plain(40), plain(16), plain(16)));
    assertForward(List.of(trained(33), trained(1), trained(70)));
    assertForward(List.of(adapted(20, 1), plain(7), adapted(90, 8)));
  }

  @Test
  void addsToTheOutputsWhereItAccumulates() {
    Projection projection = new Projection(gemm, List.of(plain(21)), INPUTS);
    projection.packForward();
    float[] x = randoms(ROWS * INPUTS);
    float[] once = new float[ROWS * 21];
    projection.forward(x, once, ROWS, false);
    float[] twice = once.clone();
    projection.forward(x, twice, ROWS, true);
    for (int i = 0; i < once.length; i++) {
      assertEquals(2 * once[i], twice[i], 1e-4);
    }
  }

  @Test
  void passesGradientsToItsInputs() {
    List<Projection.Part> parts = List.of(plain(12), trained(9), adapted(40, 3));
    Projection projection = new Projection(gemm, parts, INPUTS);
    projection.packBoth();
    float[] dy = randoms(ROWS * projection.outputs());
    float[] dx = new float[ROWS * INPUTS];
    Matrix gradient = Matrix.of(dy, projection.outputs());
    projection.inputGradient(gradient, Matrix.of(dx, INPUTS), ROWS, false);
    for (int row = 0; row < ROWS; row++) {
      for (int i = 0; i < INPUTS; i++) {
        double expected = 0;
        int at = row * projection.outputs();
        for (Projection.Part part : parts) {
          for (int output = 0; output < part.outputs(); output++) {
            expected += weight(part, output, i) * dy[at++];
          }
        }
        assertEquals(expected, dx[row * INPUTS + i], 1e-3);
      }
    }
  }

  @Test
  void addsTheGradientsOfWeightsAndBiases() {
    List<Projection.Part> parts = List.of(trained(12), plain(9), trained(70));
    Projection projection = new Projection(gemm, parts, INPUTS);
    float[] dy = randoms(ROWS * projection.outputs());
    float[] x = randoms(ROWS * INPUTS);
    Matrix gradient = Matrix.of(dy, projection.outputs());
    Projection.Scratch scratch = new Projection.Scratch();
    projection.weightGradients(gradient, Matrix.of(x, INPUTS), ROWS, scratch);
    projection.weightGradients(gradient, Matrix.of(x, INPUTS), ROWS, scratch);
    int first = 0;
    for (Projection.Part part : parts) {
      if (part.gradient().isPresent()) {
        assertTrainedGradients(part, dy, x, first, projection.outputs());
      }
      first += part.outputs();
    }
  }

  private static void assertTrainedGradients(
      Projection.Part part, float[] dy, float[] x, int first, int stride) {
    float[] weights = part.gradient().orElseThrow();
    float[] biases = part.bias().orElseThrow().gradient().orElseThrow();
    for (int output = 0; output < part.outputs(); output++) {
      double bias = 0;
      double[] expected = new double[INPUTS];
      for (int row = 0; row < ROWS; row++) {
        double slope = 2.0 * dy[row * stride + first + output];
        bias += slope;
        for (int i = 0; i < INPUTS; i++) {
          expected[i] += slope * x[row * INPUTS + i];
        }
      }
      assertEquals(bias, biases[output], 1e-3);
      for (int i = 0; i < INPUTS; i++) {
        assertEquals(expected[i], weights[output * INPUTS + i], 1e-3);
      }
    }
  }

  @Test
  void addsTheGradientsOfLowRankMatrices() {
    for (int rank : new int[] {1, 4, 16, 33}) {
      Projection.Part part = adapted(50, rank);
      Projection projection = new Projection(gemm, List.of(plain(6), part), INPUTS);
      float[] dy = randoms(ROWS * 56);
      float[] x = randoms(ROWS * INPUTS);
      Matrix gradient = Matrix.of(dy, 56);
      projection.weightGradients(gradient, Matrix.of(x, INPUTS), ROWS, new Projection.Scratch());
      assertLowRankGradients(part.lowRank().orElseThrow(), dy, x);
    }
  }

  private static void assertLowRankGradients(LowRank low, float[] dy, float[] x) {
    int rank = low.rank();
    double[] expectedA = new double[rank * INPUTS];
    double[] expectedB = new double[50 * rank];
    for (int row = 0; row < ROWS; row++) {
      for (int r = 0; r < rank; r++) {
        double reduced = 0;
        for (int i = 0; i < INPUTS; i++) {
          reduced += (double) low.a().values()[r * INPUTS + i] * x[row * INPUTS + i];
        }
        double pulled = 0;
        for (int output = 0; output < 50; output++) {
          double slope = dy[row * 56 + 6 + output];
          expectedB[output * rank + r] += low.scale() * slope * reduced;
          pulled += slope * low.b().values()[output * rank + r];
        }
        for (int i = 0; i < INPUTS; i++) {
          expectedA[r * INPUTS + i] += low.scale() * pulled * x[row * INPUTS + i];
        }
      }
    }
    for (int i = 0; i < expectedA.length; i++) {
      assertEquals(expectedA[i], low.gradientA().values()[i], 2e-3);
    }
    for (int i = 0; i < expectedB.length; i++) {
      assertEquals(expectedB[i], low.gradientB().values()[i], 2e-3);
    }
  }

  @Test
  void trainsOnlyWhatHasGradients() {
    assertFalse(new Projection(gemm, List.of(plain(3)), INPUTS).trains());
    assertTrue(new Projection(gemm, List.of(plain(3), trained(2)), INPUTS).trains());
    assertTrue(new Projection(gemm, List.of(plain(3), adapted(2, 1)), INPUTS).trains());
  }

  @Test
  void usesChangedWeightsOnceTheyArePackedAgain() {
    Projection.Part part = adapted(8, 2);
    Projection projection = new Projection(gemm, List.of(part), INPUTS);
    projection.packForward();
    float[] x = randoms(INPUTS);
    float[] before = new float[8];
    projection.forward(x, before, 1, false);
    part.lowRank().orElseThrow().b().values()[0] += 1f;
    float[] same = new float[8];
    projection.forward(x, same, 1, false);
    assertArrayEquals(before, same);
    projection.packForward();
    float[] after = new float[8];
    projection.forward(x, after, 1, false);
    assertEquals(output(part, 0, x, 0), after[0], 1e-3);
    assertEquals(before[1], after[1]);
  }

  @Test
  void mergesNothingExactlyWhereTheSecondMatrixIsZero() {
    float[] weight = randoms(20 * INPUTS);
    LowRank low = lowRank(20, 5);
    java.util.Arrays.fill(low.b().values(), 0f);
    float[] merged = new float[13 * INPUTS];
    low.merge(weight, new Range(4, 17), merged);
    assertArrayEquals(java.util.Arrays.copyOfRange(weight, 4 * INPUTS, 17 * INPUTS), merged);
  }
}
