package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Every hand-derived gradient against central differences. */
class GradientTest {
  private static final float STEP = 1f / 512;

  @Test
  void holdForGroupedHeadsUntied() {
    assertGradients(Models.config(37, 24, 20, 2).heads(4, 2).build(), Optional.empty());
  }

  @Test
  void holdForTiedEmbeddings() {
    assertGradients(Models.config(37, 24, 20, 2).heads(4, 1).tied().build(), Optional.empty());
  }

  @Test
  void holdForBiases() {
    assertGradients(Models.config(37, 24, 20, 2).heads(2, 2).bias().build(), Optional.empty());
  }

  @Test
  void holdForHeadNorms() {
    ModelConfig config =
        Models.config(37, 24, 20, 2).heads(4, 2).headSize(10).headNorms().tied().build();
    assertGradients(config, Optional.empty());
  }

  @Test
  void holdForScaledRotation() {
    RopeConfig rope = new RopeConfig(500, new RopeConfig.Scaling.Llama3(8, 1, 4, 64));
    assertGradients(Models.config(37, 24, 20, 2).heads(2, 1).rope(rope).build(), Optional.empty());
  }

  @Test
  void holdForAdaptersOfEveryProjection() {
    ModelConfig config = Models.config(37, 24, 20, 2).heads(4, 2).bias().headNorms().build();
    LoraConfig lora = new LoraConfig(3, 5, LoraConfig.ALL_PROJECTIONS);
    Adapter adapter = Adapter.initial(config, lora, 5);
    SplittableRandom random = new SplittableRandom(6);
    for (Tensor tensor : adapter.parameters().values()) {
      for (int i = 0; i < tensor.values().length; i++) {
        tensor.values()[i] = (float) (0.3 * random.nextGaussian());
      }
    }
    assertGradients(config, Optional.of(adapter));
  }

  private static void assertGradients(ModelConfig config, Optional<Adapter> adapter) {
    Model model = Models.rough(config, 3);
    Batch batch = Batch.shifted(Models.tokens(config, 4, 9, 5, 1));
    Arrays.fill(batch.targets()[0], 2, 4, Batch.IGNORED);
    try (Differentiation differentiation = new Differentiation(model, adapter, 1)) {
      differentiation.gradients(batch);
      for (Tensor tensor : differentiation.trainable().values()) {
        float[] gradient = Models.values(differentiation.gradients(), tensor.name());
        assertTensor(differentiation, batch, tensor, gradient);
      }
    }
  }

  /** Compares some elements, and the slope along the gradient itself, which sums over all. */
  private static void assertTensor(
      Differentiation differentiation, Batch batch, Tensor tensor, float[] gradient) {
    double norm = Math.sqrt(sumOfSquares(gradient));
    assertTrue(norm > 1e-4, tensor.name() + " has no gradient");
    float[] direction = new float[gradient.length];
    for (int i = 0; i < gradient.length; i++) {
      direction[i] = (float) (gradient[i] / norm);
    }
    assertEquals(
        norm,
        slope(differentiation, batch, tensor, direction),
        0.01 * norm + 2e-4,
        tensor.name() + " along the gradient");
    SplittableRandom random = new SplittableRandom(tensor.name().hashCode());
    for (int sample = 0; sample < 4; sample++) {
      int element = random.nextInt(gradient.length);
      float[] axis = new float[gradient.length];
      axis[element] = 1;
      assertEquals(
          gradient[element],
          slope(differentiation, batch, tensor, axis),
          0.02 * Math.abs(gradient[element]) + 5e-4,
          tensor.name() + " element " + element);
    }
  }

  private static double slope(
      Differentiation differentiation, Batch batch, Tensor tensor, float[] direction) {
    float[] values = tensor.values();
    float[] before = values.clone();
    double above = lossAt(differentiation, batch, values, before, direction, STEP);
    double below = lossAt(differentiation, batch, values, before, direction, -STEP);
    double above2 = lossAt(differentiation, batch, values, before, direction, 2 * STEP);
    double below2 = lossAt(differentiation, batch, values, before, direction, -2 * STEP);
    System.arraycopy(before, 0, values, 0, values.length);
    differentiation.weightsChanged();
    return (8 * (above - below) - (above2 - below2)) / (12 * STEP);
  }

  private static double lossAt(
      Differentiation differentiation,
      Batch batch,
      float[] values,
      float[] before,
      float[] direction,
      float step) {
    for (int i = 0; i < values.length; i++) {
      values[i] = before[i] + step * direction[i];
    }
    differentiation.weightsChanged();
    return differentiation.evaluate(batch).mean();
  }

  private static double sumOfSquares(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }

  @Test
  void areTheSameBitsForOneAndTwoThreads() {
    ModelConfig config = Models.config(300, 48, 80, 3).heads(4, 2).bias().headNorms().build();
    float[][][] results = new float[3][][];
    int[] threads = {1, 2, 3};
    for (int run = 0; run < threads.length; run++) {
      Model model = Models.rough(config, 3);
      try (Differentiation differentiation =
          new Differentiation(model, Optional.empty(), threads[run])) {
        AdamW optimiser =
            new AdamW(differentiation.trainable(), new AdamW.Settings(0.9, 0.99, 1e-8, 0.1));
        for (int step = 0; step < 3; step++) {
          differentiation.zeroGradients();
          differentiation.gradients(Batch.shifted(Models.tokens(config, step, 130, 70, 33)));
          optimiser.step(differentiation.gradients(), 1e-3);
          differentiation.weightsChanged();
        }
        results[run] =
            model.parameters().values().stream().map(Tensor::values).toArray(float[][]::new);
      }
    }
    for (int i = 0; i < results[0].length; i++) {
      assertArrayEquals(results[0][i], results[1][i]);
      assertArrayEquals(results[0][i], results[2][i]);
    }
  }
}
