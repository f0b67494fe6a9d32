package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** What training must bring about: models that learn, and adapters that fit where they are put. */
class TrainingTest {
  private static final AdamW.Settings SETTINGS = new AdamW.Settings(0.9, 0.95, 1e-8, 0.01);

  private static List<Double> losses(Differentiation differentiation, Batch batch, int steps) {
    AdamW optimiser = new AdamW(differentiation.trainable(), SETTINGS);
    List<Double> losses = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      differentiation.zeroGradients();
      losses.add(differentiation.gradients(batch).mean());
      optimiser.step(differentiation.gradients(), 1e-2);
      differentiation.weightsChanged();
    }
    return losses;
  }

  @Test
  void learnsAFewTextsByHeart() {
    ModelConfig config = Models.config(50, 32, 64, 2).heads(4, 2).tied().build();
    Batch batch = Batch.shifted(Models.tokens(config, 1, 24, 24));
    try (Differentiation differentiation =
        new Differentiation(Model.random(config, 1), Optional.empty(), 2)) {
      List<Double> losses = losses(differentiation, batch, 150);
      assertEquals(Math.log(50), losses.getFirst(), 0.1);
      assertTrue(losses.getLast() < 0.05, "last loss " + losses.getLast());
    }
  }

  @Test
  void learnsToLookBack() {
    // Each row is a random half and its repetition: only attention can foretell the second half.
    ModelConfig config = Models.config(24, 48, 96, 2).heads(4, 2).tied().build();
    try (Differentiation differentiation =
        new Differentiation(Model.random(config, 1), Optional.empty(), 2)) {
      AdamW optimiser = new AdamW(differentiation.trainable(), SETTINGS);
      double first = 0;
      double last = 0;
      for (int step = 0; step < 300; step++) {
        differentiation.zeroGradients();
        last = differentiation.gradients(repetitions(config, step)).mean();
        first = step == 0 ? last : first;
        optimiser.step(differentiation.gradients(), 3e-3);
        differentiation.weightsChanged();
      }
      assertTrue(last < first / 2, "from " + first + " to " + last);
    }
  }

  private static Batch repetitions(ModelConfig config, int step) {
    int[][] halves = Models.tokens(config, step, 8, 8, 8, 8, 8, 8, 8, 8);
    int[][] rows = new int[halves.length][16];
    int[][] targets = new int[halves.length][16];
    for (int row = 0; row < rows.length; row++) {
      for (int i = 0; i < 16; i++) {
        rows[row][i] = halves[row][i % 8];
        targets[row][i] = i < 8 || i == 15 ? Batch.IGNORED : halves[row][(i + 1) % 8];
      }
    }
    return new Batch(rows, targets);
  }

  @Test
  void learnsThroughAnAdapterAlone() {
    ModelConfig config = Models.config(50, 32, 64, 2).heads(4, 2).build();
    Model model = Models.rough(config, 2);
    LoraConfig lora = new LoraConfig(8, 16, LoraConfig.ALL_PROJECTIONS);
    Adapter adapter = Adapter.initial(config, lora, 3);
    Batch batch = Batch.shifted(Models.tokens(config, 1, 24));
    try (Differentiation differentiation = new Differentiation(model, Optional.of(adapter), 2)) {
      List<Double> losses = losses(differentiation, batch, 80);
      assertTrue(losses.getLast() < losses.getFirst() / 10, losses.toString());
    }
  }

  @Test
  void repeatsItselfBitForBit() {
    ModelConfig config = Models.config(50, 32, 64, 2).heads(4, 2).headNorms().build();
    Batch batch = Batch.shifted(Models.tokens(config, 1, 100, 30));
    List<List<Double>> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      try (Differentiation differentiation =
          new Differentiation(Model.random(config, 1), Optional.empty(), 2)) {
        runs.add(losses(differentiation, batch, 12));
      }
    }
    assertEquals(runs.get(0), runs.get(1));
  }

  @Test
  void givesEachRowOfABatchItsShareOfTheGradient() {
    Model model = GoldenRunTest.model();
    Adapter adapter = GoldenRunTest.adapter(model);
    int[][] tokens = GoldenRunTest.tokens();
    try (Differentiation differentiation = new Differentiation(model, Optional.of(adapter), 1)) {
      differentiation.gradients(Batch.shifted(tokens));
      List<float[]> together = copies(differentiation.gradients());
      differentiation.zeroGradients();
      differentiation.gradients(Batch.shifted(new int[][] {tokens[0]}));
      differentiation.gradients(Batch.shifted(new int[][] {tokens[1]}));
      List<float[]> summed = copies(differentiation.gradients());
      for (int i = 0; i < together.size(); i++) {
        for (int j = 0; j < together.get(i).length; j++) {
          assertEquals(2 * together.get(i)[j], summed.get(i)[j], 1e-6);
        }
      }
    }
  }

  private static List<float[]> copies(SortedMap<String, Tensor> tensors) {
    return tensors.values().stream().map(tensor -> tensor.values().clone()).toList();
  }

  /** The norms that PyTorch and PEFT give for the golden model, before any step. */
  @Test
  void givesTheReferenceNormsForSingleRows() {
    Model model = GoldenRunTest.model();
    Adapter adapter = GoldenRunTest.adapter(model);
    int[][] tokens = GoldenRunTest.tokens();
    double[] expected = {3.842518e-01, 2.562221e-01};
    try (Differentiation differentiation = new Differentiation(model, Optional.of(adapter), 1)) {
      for (int row = 0; row < 2; row++) {
        differentiation.zeroGradients();
        differentiation.gradients(Batch.shifted(new int[][] {tokens[row]}));
        assertEquals(expected[row], norm(differentiation.gradients()), 1e-5);
      }
    }
  }

  private static double norm(SortedMap<String, Tensor> tensors) {
    double squares = 0;
    for (Tensor tensor : tensors.values()) {
      for (float value : tensor.values()) {
        squares += (double) value * value;
      }
    }
    return Math.sqrt(squares);
  }

  @Test
  void givesTheSameGradientsWhateverElseIsAdapted() {
    ModelConfig config = Models.config(50, 32, 64, 2).heads(4, 2).build();
    Model model = Models.rough(config, 2);
    Batch batch = Batch.shifted(Models.tokens(config, 1, 40));
    Adapter all = Adapter.initial(config, new LoraConfig(4, 4, List.of("q_proj")), 3);
    Adapter more = Adapter.initial(config, new LoraConfig(4, 4, List.of("q_proj", "up_proj")), 3);
    all.parameters()
        .forEach((name, tensor) -> copyInto(tensor, Models.values(more.parameters(), name)));
    try (Differentiation one = new Differentiation(model, Optional.of(all), 1);
        Differentiation two = new Differentiation(model, Optional.of(more), 1)) {
      assertEquals(one.gradients(batch), two.gradients(batch));
      one.gradients()
          .forEach(
              (name, gradient) ->
                  assertArrayEquals(gradient.values(), Models.values(two.gradients(), name), name));
    }
  }

  private static void copyInto(Tensor from, float[] to) {
    System.arraycopy(from.values(), 0, to, 0, to.length);
  }
}
