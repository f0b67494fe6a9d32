package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The values that go in and out of the engine: what they hold and what they refuse. */
class ValuesTest {
  private static final ModelConfig CONFIG = Models.config(61, 32, 40, 2).heads(4, 2).build();
  private static final LoraConfig LORA = new LoraConfig(4, 8, List.of("q_proj", "down_proj"));

  private static void assertInvalid(Runnable maker, String part) {
    Failure failure = assertThrows(Failure.class, maker::run);
    assertInstanceOf(Problem.Invalid.class, failure.problem());
    assertTrue(failure.getMessage().contains(part), failure.getMessage());
  }

  @Test
  void tensorsHaveAsManyValuesAsTheirShapeTakes() {
    assertEquals(6, new Tensor("x", new int[] {2, 3}, new float[6]).values().length);
    assertThrows(
        IllegalArgumentException.class, () -> new Tensor("x", new int[] {2, 3}, new float[5]));
    assertThrows(ArithmeticException.class, () -> Tensor.zeros("x", 1 << 30, 1 << 30, 1 << 30));
  }

  @Test
  void lossesAddUp() {
    Loss both = new Loss(3, 2).plus(new Loss(5, 6));
    assertEquals(new Loss(8, 8), both);
    assertEquals(1.0, both.mean());
  }

  @Test
  void batchesShiftTargetsInsideEachRow() {
    Batch batch = Batch.shifted(new int[][] {{5, 6, 7}, {8}});
    assertArrayEquals(new int[] {6, 7, Batch.IGNORED}, batch.targets()[0]);
    assertArrayEquals(new int[] {Batch.IGNORED}, batch.targets()[1]);
    assertEquals(4, batch.positions());
    assertEquals(2, batch.counted());
  }

  @Test
  void batchesRefuseRowsThatDoNotMatch() {
    int[][] one = {{1, 2}};
    assertThrows(IllegalArgumentException.class, () -> new Batch(one, new int[0][]));
    assertThrows(IllegalArgumentException.class, () -> new Batch(one, new int[][] {{1}}));
    assertThrows(IllegalArgumentException.class, () -> Batch.shifted(new int[][] {{}}));
  }

  @Test
  void loraSettingsRefuseWhatMakesNoSense() {
    assertEquals(2f, new LoraConfig(4, 8, List.of("q_proj")).scale());
    assertInvalid(() -> new LoraConfig(0, 8, List.of("q_proj")), "lora r: 0");
    assertInvalid(() -> new LoraConfig(1_025, 8, List.of("q_proj")), "lora r: 1025");
    assertEquals(1_024, new LoraConfig(1_024, 8, List.of("q_proj")).rank());
    assertInvalid(() -> new LoraConfig(1, 0, List.of("q_proj")), "alpha");
    assertInvalid(() -> new LoraConfig(1, Float.NaN, List.of("q_proj")), "alpha");
    assertInvalid(() -> new LoraConfig(1, 1, List.of()), "target modules");
    assertInvalid(() -> new LoraConfig(1, 1, List.of("q_proj", "q_proj")), "each once");
    assertInvalid(() -> new LoraConfig(1, 1, List.of("lm_head")), "lm_head: unknown");
  }

  @Test
  void adaptersBeginWithoutEffect() {
    Adapter adapter = Adapter.initial(CONFIG, LORA, 1);
    assertEquals(
        List.of(
            "base_model.model.model.layers.0.mlp.down_proj.lora_A.weight",
            "base_model.model.model.layers.0.mlp.down_proj.lora_B.weight",
            "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight",
            "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight"),
        List.copyOf(adapter.parameters().keySet()).subList(0, 4));
    assertEquals(8, adapter.parameters().size());
    for (Tensor tensor : adapter.parameters().values()) {
      boolean down = tensor.name().contains("down_proj");
      if (tensor.name().endsWith("lora_A.weight")) {
        assertArrayEquals(new int[] {4, down ? 40 : 32}, tensor.shape());
        assertUniform(tensor.values(), 1 / Math.sqrt(tensor.shape()[1]));
      } else {
        assertArrayEquals(new int[] {32, 4}, tensor.shape());
        assertArrayEquals(new float[32 * 4], tensor.values());
      }
    }
  }

  private static void assertUniform(float[] values, double bound) {
    double squares = 0;
    for (float value : values) {
      assertTrue(Math.abs(value) <= bound);
      squares += value * value;
    }
    assertEquals(bound * bound / 3, squares / values.length, bound * bound / 6);
  }

  @Test
  void adaptersAreTheSameForTheSameSeed() {
    String name = Adapter.initial(CONFIG, LORA, 1).parameters().firstKey();
    float[] first = Models.values(Adapter.initial(CONFIG, LORA, 1).parameters(), name);
    assertArrayEquals(first, Models.values(Adapter.initial(CONFIG, LORA, 1).parameters(), name));
    assertNotEquals(
        first[0], Models.values(Adapter.initial(CONFIG, LORA, 2).parameters(), name)[0]);
  }

  @Test
  void adaptersNeedExactlyTheTensorsOfTheModel() {
    SortedMap<String, Tensor> tensors =
        new TreeMap<>(Adapter.initial(CONFIG, LORA, 1).parameters());
    Adapter adapter = Adapter.of(CONFIG, LORA, tensors);
    assertEquals(tensors.keySet(), adapter.parameters().keySet());
    String name = tensors.firstKey();
    Tensor first = tensors.remove(name);
    assertInvalid(() -> Adapter.of(CONFIG, LORA, tensors), name + ": missing");
    tensors.put(name, Tensor.zeros(name, 4, 41));
    assertInvalid(() -> Adapter.of(CONFIG, LORA, tensors), "shape [4, 41]");
    tensors.put(name, first);
    tensors.put("base_model.model.extra", Tensor.zeros("extra", 1));
    assertInvalid(() -> Adapter.of(CONFIG, LORA, tensors), "base_model.model.extra");
  }

  @Test
  void adaptersOfAWrongPrefixAreRefusedNotIgnored() {
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    Adapter.initial(CONFIG, LORA, 1)
        .parameters()
        .forEach((name, tensor) -> tensors.put(name.replace("base_model.model.", ""), tensor));
    assertInvalid(() -> Adapter.of(CONFIG, LORA, tensors), "no such projection");
  }

  @Test
  void modelsNeedExactlyTheTensorsOfTheirConfig() {
    SortedMap<String, Tensor> tensors = new TreeMap<>(Model.random(CONFIG, 1).parameters());
    assertEquals(tensors.keySet(), Model.of(CONFIG, tensors).parameters().keySet());
    Tensor norm = tensors.get(ModelConfig.FINAL_NORM);
    tensors.remove(ModelConfig.FINAL_NORM);
    assertInvalid(() -> Model.of(CONFIG, tensors), "model.norm.weight: missing");
    tensors.put(ModelConfig.FINAL_NORM, Tensor.zeros(ModelConfig.FINAL_NORM, 33));
    assertInvalid(() -> Model.of(CONFIG, tensors), "shape [33]");
    tensors.put(ModelConfig.FINAL_NORM, norm);
    tensors.put("rotary.inv_freq", Tensor.zeros("rotary.inv_freq", 1));
    assertInvalid(() -> Model.of(CONFIG, tensors), "rotary.inv_freq");
  }

  @Test
  void randomModelsAreReproducibleAndOfTheRightScale() {
    ModelConfig config = Models.config(300, 64, 96, 2).heads(4, 2).bias().headNorms().build();
    Model model = Model.random(config, 9);
    Model again = Model.random(config, 9);
    for (Tensor tensor : model.parameters().values()) {
      assertArrayEquals(tensor.values(), Models.values(again.parameters(), tensor.name()));
      double deviation = deviation(tensor.values());
      if (tensor.name().endsWith("norm.weight")) {
        assertEquals(1f, tensor.values()[0]);
        assertEquals(1.0, deviation, 1e-9);
      } else if (tensor.name().endsWith(".bias")) {
        assertEquals(0.0, deviation);
      } else {
        boolean residual =
            tensor.name().endsWith("o_proj.weight") || tensor.name().endsWith("down_proj.weight");
        assertEquals(residual ? 0.01 : 0.02, deviation, 0.001, tensor.name());
      }
    }
    assertNotEquals(
        Models.values(model.parameters(), ModelConfig.EMBEDDING)[0],
        Models.values(Model.random(config, 10).parameters(), ModelConfig.EMBEDDING)[0]);
  }

  private static double deviation(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares / values.length);
  }

  @Test
  void modelsCannotBeGivenMoreTensorsLater() {
    Model model = Model.random(CONFIG, 1);
    assertThrows(
        UnsupportedOperationException.class,
        () -> model.parameters().put("x", Tensor.zeros("x", 1)));
    assertThrows(IllegalArgumentException.class, () -> model.values("x"));
  }

  @Test
  void freshModelsKnowNothing() {
    try (Differentiation differentiation =
        new Differentiation(Model.random(CONFIG, 1), java.util.Optional.empty(), 1)) {
      Batch batch = Batch.shifted(Models.tokens(CONFIG, 1, 50));
      assertEquals(Math.log(61), differentiation.evaluate(batch).mean(), 0.05);
    }
  }

  @Test
  void layoutsPutRowsOneUnderTheOther() {
    Layout layout = Layout.of(new int[][] {{9, 9, 9}, {9}, {9, 9}});
    assertArrayEquals(new int[] {0, 3, 4, 6}, layout.starts());
    assertArrayEquals(new int[] {0, 1, 2, 0, 0, 1}, layout.places());
    assertEquals(3, layout.rows());
    assertEquals(6, layout.positions());
    assertEquals(2, layout.length(2));
    assertEquals(3, layout.longest());
  }

  @Test
  void optimiserSettingsRefuseWhatMakesNoSense() {
    assertInvalid(() -> new AdamW.Settings(1, 0.9, 1e-8, 0), "beta1");
    assertInvalid(() -> new AdamW.Settings(0.9, -0.1, 1e-8, 0), "beta2");
    assertInvalid(() -> new AdamW.Settings(0.9, 0.9, 0, 0), "epsilon");
    assertInvalid(() -> new AdamW.Settings(0.9, 0.9, 1e-8, -1), "weight decay");
    assertEquals(0.0, new AdamW.Settings(0, 0, 1e-8, 0).beta1());
  }

  @Test
  void optimiserFollowsItsFormula() {
    SortedMap<String, Tensor> parameters = new TreeMap<>();
    parameters.put("bias", Tensor.zeros("bias", 21));
    parameters.put("matrix", Tensor.zeros("matrix", 3, 7));
    parameters.values().forEach(tensor -> Arrays.fill(tensor.values(), 2f));
    AdamW optimiser = new AdamW(parameters, new AdamW.Settings(0.9, 0.99, 1e-6, 0.1));
    SortedMap<String, Tensor> gradients = new TreeMap<>();
    parameters.forEach((name, tensor) -> gradients.put(name, Tensor.zeros(name, tensor.shape())));
    double[][] state = new double[21][3];
    for (double[] element : state) {
      element[0] = 2;
    }
    double[][] matrixState = Arrays.stream(state).map(double[]::clone).toArray(double[][]::new);
    for (int step = 1; step <= 10; step++) {
      for (int i = 0; i < 21; i++) {
        float gradient = (float) Math.sin(step * 3 + i);
        gradients.values().forEach(setter(i, gradient));
        adamw(state[i], gradient, step, 0);
        adamw(matrixState[i], gradient, step, 0.1);
      }
      optimiser.step(gradients, 0.05);
    }
    assertEquals(10, optimiser.steps());
    for (int i = 0; i < 21; i++) {
      assertEquals(state[i][0], parameters.get("bias").values()[i], 1e-5);
      assertEquals(matrixState[i][0], parameters.get("matrix").values()[i], 1e-5);
    }
  }

  private static java.util.function.Consumer<Tensor> setter(int i, float value) {
    return tensor -> tensor.values()[i] = value;
  }

  /** One step on a weight and its two means. */
  private static void adamw(double[] element, double gradient, int step, double decay) {
    element[1] = 0.9 * element[1] + 0.1 * gradient;
    element[2] = 0.99 * element[2] + 0.01 * gradient * gradient;
    double first = element[1] / (1 - Math.pow(0.9, step));
    double second = element[2] / (1 - Math.pow(0.99, step));
    element[0] -= 0.05 * (decay * element[0] + first / (Math.sqrt(second) + 1e-6));
  }

  @Test
  void optimiserContinuesFromItsStateBitForBit() {
    Adapter whole = Adapter.initial(CONFIG, LORA, 1);
    Adapter resumed = Adapter.initial(CONFIG, LORA, 1);
    SortedMap<String, Tensor> gradients = Adapter.initial(CONFIG, LORA, 2).parameters();
    AdamW.Settings settings = new AdamW.Settings(0.9, 0.999, 1e-8, 0.01);
    AdamW one = new AdamW(whole.parameters(), settings);
    AdamW before = new AdamW(resumed.parameters(), settings);
    for (int step = 0; step < 3; step++) {
      one.step(gradients, 0.01);
      before.step(gradients, 0.01);
    }
    AdamW after = new AdamW(resumed.parameters(), settings);
    after.restore(before.state(), before.steps());
    for (int step = 0; step < 3; step++) {
      one.step(gradients, 0.01);
      after.step(gradients, 0.01);
    }
    assertEquals(one.steps(), after.steps());
    whole
        .parameters()
        .forEach(
            (name, tensor) ->
                assertArrayEquals(
                    tensor.values(), Models.values(resumed.parameters(), name), name));
  }

  @Test
  void optimiserRefusesForeignStateAndGradients() {
    AdamW optimiser =
        new AdamW(
            Adapter.initial(CONFIG, LORA, 1).parameters(), new AdamW.Settings(0.9, 0.99, 1e-8, 0));
    assertInvalid(() -> optimiser.restore(Collections.emptyMap(), 1), "missing");
    assertInvalid(() -> optimiser.restore(optimiser.state(), -1), "negative");
    assertInvalid(() -> optimiser.step(new TreeMap<>(), 0.1), "lora_A.weight");
  }
}
