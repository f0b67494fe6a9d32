package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/**
 * The very bits of some training runs, as found with vectors of 128, 256 and 512 bits, interpreted
 * and compiled. A change of these figures means that old runs can no longer be repeated: it needs a
 * note in the changelog.
 */
class ReproducibilityTest {
  private static final int WHOLE = 1_420_348_988;
  private static final int ADAPTER = 212_485_496;
  private static final int RANDOM_MODEL = -1_790_026_235;
  private static final int RANDOM_ADAPTER = 372498535;

  private static int digest(SortedMap<String, Tensor> tensors) {
    int digest = 0;
    for (Tensor tensor : tensors.values()) {
      digest = 31 * digest + Arrays.hashCode(tensor.values());
    }
    return digest;
  }

  private static int digestAfterTraining(Model model, Optional<Adapter> adapter, int threads) {
    try (Differentiation differentiation = new Differentiation(model, adapter, threads)) {
      AdamW optimiser =
          new AdamW(differentiation.trainable(), new AdamW.Settings(0.9, 0.99, 1e-8, 0.1));
      for (int step = 0; step < 4; step++) {
        differentiation.zeroGradients();
        differentiation.gradients(Batch.shifted(Models.tokens(model.config(), step, 70, 33)));
        optimiser.step(differentiation.gradients(), 1e-3);
        differentiation.weightsChanged();
      }
      return digest(differentiation.trainable());
    }
  }

  private static ModelConfig config() {
    return Models.config(300, 48, 80, 2).heads(4, 2).bias().headNorms().tied().build();
  }

  @Test
  void trainsAllWeightsToTheSameBitsOnEveryMachine() {
    for (int threads = 1; threads <= 2; threads++) {
      Model model = Models.rough(config(), 3);
      assertEquals(WHOLE, digestAfterTraining(model, Optional.empty(), threads));
    }
  }

  @Test
  void trainsAnAdapterToTheSameBitsOnEveryMachine() {
    LoraConfig lora = new LoraConfig(4, 8, LoraConfig.ALL_PROJECTIONS);
    for (int threads = 1; threads <= 2; threads++) {
      Adapter adapter = Adapter.initial(config(), lora, 5);
      Model model = Models.rough(config(), 3);
      assertEquals(ADAPTER, digestAfterTraining(model, Optional.of(adapter), threads));
    }
  }

  @Test
  void beginsFromTheSameBitsOnEveryMachine() {
    assertEquals(RANDOM_MODEL, digest(Model.random(config(), 1).parameters()));
    LoraConfig lora = new LoraConfig(4, 8, List.of("q_proj"));
    assertEquals(RANDOM_ADAPTER, digest(Adapter.initial(config(), lora, 1).parameters()));
  }
}
