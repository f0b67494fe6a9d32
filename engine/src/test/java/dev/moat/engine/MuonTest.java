package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MuonTest {
  private static final Muon.Settings PLAIN = new Muon.Settings(0.9, 0);

  private static Tensor random(String name, long seed, int rows, int columns) {
    Tensor tensor = Tensor.zeros(name, rows, columns);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < tensor.values().length; i++) {
      tensor.values()[i] = (float) random.nextGaussian();
    }
    return tensor;
  }

  private static SortedMap<String, Tensor> one(Tensor tensor) {
    return new TreeMap<>(Map.of(tensor.name(), tensor));
  }

  /** The change of a zero weight by one step, in units of the step. */
  private static double[][] change(Tensor gradient) {
    int rows = gradient.shape()[0];
    int columns = gradient.shape()[1];
    Tensor weight = Tensor.zeros(gradient.name(), rows, columns);
    try (Muon muon = new Muon(one(weight), PLAIN, 1)) {
      muon.step(one(gradient), 1);
    }
    double scale = -0.2 * Math.sqrt(Math.max(rows, columns));
    double[][] out = new double[rows][columns];
    for (int i = 0; i < rows * columns; i++) {
      out[i / columns][i % columns] = weight.values()[i] / scale;
    }
    return out;
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] out = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        for (int k = 0; k < b.length; k++) {
          out[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return out;
  }

  private static double[][] transposed(double[][] a) {
    double[][] out = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        out[j][i] = a[i][j];
      }
    }
    return out;
  }

  /** The definition in double precision, of a gradient with no more rows than columns. */
  private static double[][] reference(Tensor gradient) {
    int columns = gradient.shape()[1];
    double[][] x = new double[gradient.shape()[0]][columns];
    double squares = 0;
    for (float value : gradient.values()) {
      squares += (double) value * value;
    }
    for (int i = 0; i < gradient.values().length; i++) {
      x[i / columns][i % columns] = gradient.values()[i] / Math.sqrt(squares);
    }
    for (int iteration = 0; iteration < 5; iteration++) {
      double[][] square = product(x, transposed(x));
      double[][] fourth = product(square, square);
      for (int i = 0; i < square.length; i++) {
        for (int j = 0; j < square.length; j++) {
          square[i][j] = -4.7750 * square[i][j] + 2.0315 * fourth[i][j];
        }
        square[i][i] += 3.4445;
      }
      x = product(square, x);
    }
    return x;
  }

  @Test
  void stepsAsTheDefinitionSays() {
    Tensor gradient = random("w", 1, 12, 20);
    double[][] expected = reference(gradient);
    double[][] found = change(gradient);
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], found[i], 1e-4, "row " + i);
    }
  }

  @Test
  void aTallMatrixStepsAsItsTransposeDoes() {
    Tensor wide = random("w", 2, 9, 33);
    Tensor tall = Tensor.zeros("w", 33, 9);
    for (int i = 0; i < 9; i++) {
      for (int j = 0; j < 33; j++) {
        tall.values()[j * 9 + i] = wide.values()[i * 33 + j];
      }
    }
    double[][] expected = transposed(change(wide));
    double[][] found = change(tall);
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], found[i], 1e-5, "row " + i);
    }
  }

  @Test
  void theChangeIsNearlyOrthogonal() {
    double[][] change = change(random("w", 3, 32, 96));
    double[][] gram = product(change, transposed(change));
    for (int i = 0; i < gram.length; i++) {
      assertTrue(gram[i][i] > 0.4 && gram[i][i] < 1.5, "length of row " + i + " " + gram[i][i]);
    }
  }

  @Test
  void theSizeOfTheGradientDoesNotMatter() {
    Tensor gradient = random("w", 4, 16, 16);
    Tensor larger = random("w", 4, 16, 16);
    for (int i = 0; i < larger.values().length; i++) {
      larger.values()[i] *= 1024;
    }
    double[][] one = change(gradient);
    double[][] other = change(larger);
    for (int i = 0; i < one.length; i++) {
      assertArrayEquals(one[i], other[i], 1e-5);
    }
  }

  @Test
  void aZeroGradientChangesNothing() {
    for (double[] row : change(Tensor.zeros("w", 5, 7))) {
      assertArrayEquals(new double[7], row, 1e-12);
    }
  }

  @Test
  void decaysWeightsByTheLearningRate() {
    Tensor weight = random("w", 5, 4, 4);
    float[] before = weight.values().clone();
    try (Muon muon = new Muon(one(weight), new Muon.Settings(0.9, 0.5), 1)) {
      muon.step(one(Tensor.zeros("w", 4, 4)), 0.1);
    }
    for (int i = 0; i < before.length; i++) {
      assertEquals(before[i] * 0.95f, weight.values()[i], 1e-6f);
    }
  }

  @Test
  void threadsDoNotChangeABit() {
    float[] single = trained(1);
    assertArrayEquals(single, trained(2));
    assertArrayEquals(single, trained(3));
  }

  private static float[] trained(int threads) {
    Tensor weight = random("w", 6, 64, 48);
    try (Muon muon = new Muon(one(weight), new Muon.Settings(0.95, 0.01), threads)) {
      for (int step = 0; step < 3; step++) {
        muon.step(one(random("w", 100 + step, 64, 48)), 0.01);
      }
    }
    return weight.values();
  }

  @Test
  void continuesFromItsStateWithTheSameBits() {
    Tensor through = random("w", 7, 24, 40);
    Tensor resumed = random("w", 7, 24, 40);
    SortedMap<String, Tensor> state;
    try (Muon muon = new Muon(one(through), PLAIN, 1);
        Muon first = new Muon(one(resumed), PLAIN, 1)) {
      for (int step = 0; step < 4; step++) {
        muon.step(one(random("w", 50 + step, 24, 40)), 0.1);
      }
      first.step(one(random("w", 50, 24, 40)), 0.1);
      first.step(one(random("w", 51, 24, 40)), 0.1);
      state = new TreeMap<>(first.state());
    }
    try (Muon second = new Muon(one(resumed), PLAIN, 1)) {
      second.restore(state);
      second.step(one(random("w", 52, 24, 40)), 0.1);
      second.step(one(random("w", 53, 24, 40)), 0.1);
    }
    assertArrayEquals(through.values(), resumed.values());
  }

  @Test
  void refusesVectorsMissingGradientsAndForeignStates() {
    assertThrows(
        IllegalArgumentException.class, () -> new Muon(one(Tensor.zeros("norm", 8)), PLAIN, 1));
    try (Muon muon = new Muon(one(Tensor.zeros("w", 2, 2)), PLAIN, 1)) {
      assertThrows(IllegalArgumentException.class, () -> muon.step(Map.of(), 1));
      assertThrows(IllegalArgumentException.class, () -> muon.restore(Map.of()));
      Tensor other = Tensor.zeros("w.momentum", 3, 3);
      assertThrows(IllegalArgumentException.class, () -> muon.restore(Map.of("w.momentum", other)));
      assertEquals(java.util.Set.of("w.momentum"), muon.state().keySet());
    }
  }

  @Test
  void learnsFasterThanAdamOnASmallModel() {
    double adam = lossAfter(false);
    double muon = lossAfter(true);
    assertTrue(muon < adam, "Muon " + muon + " AdamW " + adam);
    assertFalse(Double.isNaN(muon));
  }

  /** The loss after a few steps on one repeated batch, the embeddings always trained by AdamW. */
  private static double lossAfter(boolean orthogonal) {
    ModelConfig config = Models.config(48, 32, 64, 2).context(32).tied().build();
    Model model = Model.random(config, 1);
    SortedMap<String, Tensor> inner = new TreeMap<>();
    SortedMap<String, Tensor> outer = new TreeMap<>();
    model
        .parameters()
        .forEach(
            (name, tensor) -> {
              boolean matrix = name.contains("layers") && tensor.shape().length == 2;
              (orthogonal && matrix ? inner : outer).put(name, tensor);
            });
    int[][] rows = new int[8][32];
    for (int row = 0; row < rows.length; row++) {
      int offset = row * 5;
      Arrays.setAll(rows[row], i -> (offset + i * (1 + offset % 3) + i * i % 7) % 48);
    }
    Batch batch = Batch.shifted(rows);
    AdamW adam = new AdamW(outer, new AdamW.Settings(0.9, 0.95, 1e-9, 0));
    try (Muon muon = new Muon(inner, PLAIN, 1);
        Differentiation pass = new Differentiation(model, Optional.empty(), 1)) {
      for (int step = 0; step < 60; step++) {
        pass.zeroGradients();
        pass.gradients(batch);
        muon.step(pass.gradients(), 0.02);
        adam.step(pass.gradients(), 0.005);
        pass.weightsChanged();
      }
      return pass.evaluate(batch).mean();
    }
  }
}
