package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Twenty steps of LoRA whose every figure was computed by PyTorch and PEFT in 32 bits. */
class GoldenRunTest {
  private static final double[] LOSSES = {
    4.652565, 4.609716, 4.529065, 4.436213, 4.357266, 4.292692
  };
  private static final double TOLERANCE = 2e-5;

  static Model model() {
    ModelConfig config = Models.config(64, 32, 48, 2).heads(4, 2).build();
    Map<String, Tensor> tensors = new TreeMap<>();
    int t = 0;
    for (String name : config.parameterNames()) {
      Tensor tensor = Tensor.zeros(name, config.shape(name));
      for (int i = 1; i <= tensor.values().length; i++) {
        boolean norm = name.endsWith("norm.weight");
        tensor.values()[i - 1] = norm ? 1f : (float) (0.05 * Math.sin(0.37 * i + 1.3 * (t + 1)));
      }
      tensors.put(name, tensor);
      t++;
    }
    return Model.of(config, tensors);
  }

  static Adapter adapter(Model model) {
    LoraConfig config = new LoraConfig(4, 8, List.of("q_proj", "v_proj"));
    Adapter adapter = Adapter.initial(model.config(), config, 1);
    int t = 0;
    for (Tensor tensor : adapter.parameters().values()) {
      if (tensor.name().endsWith("lora_A.weight")) {
        for (int i = 1; i <= tensor.values().length; i++) {
          tensor.values()[i - 1] = (float) (0.1 * Math.cos(0.21 * i + 0.7 * (t + 1)));
        }
        t++;
      }
    }
    return adapter;
  }

  static int[][] tokens() {
    int[][] tokens = new int[2][12];
    for (int b = 0; b < 2; b++) {
      for (int s = 0; s < 12; s++) {
        tokens[b][s] = (7 * b + 3 * s + (b * s) % 5) % 64;
      }
    }
    return tokens;
  }

  @Test
  void trainsAsTheReferenceDoes() {
    Model model = model();
    Adapter adapter = adapter(model);
    Batch batch = Batch.shifted(tokens());
    try (Differentiation differentiation = new Differentiation(model, Optional.of(adapter), 2)) {
      AdamW optimiser =
          new AdamW(differentiation.trainable(), new AdamW.Settings(0.9, 0.999, 1e-8, 0));
      for (int step = 0; step < 20; step++) {
        differentiation.zeroGradients();
        Loss loss = differentiation.gradients(batch);
        assertEquals(22, loss.count());
        if (step < LOSSES.length) {
          assertEquals(LOSSES[step], loss.mean(), TOLERANCE);
        }
        if (step == 19) {
          assertEquals(4.142545, loss.mean(), TOLERANCE);
        }
        optimiser.step(differentiation.gradients(), 1e-2);
        differentiation.weightsChanged();
      }
      assertEquals(45.384017, sumOfB(adapter), 1e-4);
      float[][] logits = differentiation.logits(tokens());
      assertLogits(logits[0], 0, 0.106190, 0.013669, -0.085752, -0.141884);
      assertLogits(logits[23], 60, 0.134353, 0.073420, -0.024578, -0.110168);
    }
  }

  private static double sumOfB(Adapter adapter) {
    double sum = 0;
    for (Tensor tensor : adapter.parameters().values()) {
      for (float value : tensor.values()) {
        sum += tensor.name().endsWith("lora_B.weight") ? Math.abs(value) : 0;
      }
    }
    return sum;
  }

  private static void assertLogits(float[] logits, int from, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], logits[from + i], 1e-4);
    }
  }
}
