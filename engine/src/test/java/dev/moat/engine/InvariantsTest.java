package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Laws that hold for any decoder, whatever its weights. */
class InvariantsTest {
  private static final ModelConfig CONFIG =
      Models.config(61, 32, 40, 2).heads(4, 2).bias().headNorms().build();

  private final SplittableRandom random = new SplittableRandom(29);

  private static float[][] logits(Model model, Optional<Adapter> adapter, int[]... rows) {
    try (Differentiation differentiation = new Differentiation(model, adapter, 2)) {
      return differentiation.logits(rows);
    }
  }

  private static Adapter roughAdapter(ModelConfig config, LoraConfig lora, long seed) {
    Adapter adapter = Adapter.initial(config, lora, seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (Tensor tensor : adapter.parameters().values()) {
      for (int i = 0; i < tensor.values().length; i++) {
        tensor.values()[i] = (float) (0.2 * random.nextGaussian());
      }
    }
    return adapter;
  }

  @Test
  void aPrefixDoesNotKnowWhatFollows() {
    Model model = Models.rough(CONFIG, 1);
    int[] whole = Models.tokens(CONFIG, 2, 150)[0];
    float[][] expected = logits(model, Optional.empty(), whole);
    for (int length : new int[] {1, 2, 47, 48, 49, 96, 149}) {
      float[][] prefix = logits(model, Optional.empty(), Arrays.copyOf(whole, length));
      for (int place = 0; place < length; place++) {
        assertArrayEquals(expected[place], prefix[place]);
      }
    }
  }

  @Test
  void theOrderOfRowsMakesNoDifference() {
    Model model = Models.rough(CONFIG, 1);
    int[][] rows = Models.tokens(CONFIG, 2, 30, 5, 64);
    float[][] forwards = logits(model, Optional.empty(), rows[0], rows[1], rows[2]);
    float[][] backwards = logits(model, Optional.empty(), rows[2], rows[1], rows[0]);
    for (int place = 0; place < 30; place++) {
      assertArrayEquals(forwards[place], backwards[69 + place]);
    }
    for (int place = 0; place < 64; place++) {
      assertArrayEquals(forwards[35 + place], backwards[place]);
    }
  }

  @Test
  void anAdapterDoesWhatTheChangedWeightsDo() {
    Model model = Models.rough(CONFIG, 1);
    LoraConfig lora = new LoraConfig(3, 5, LoraConfig.ALL_PROJECTIONS);
    Adapter adapter = roughAdapter(CONFIG, lora, 4);
    Map<String, Tensor> changed = new TreeMap<>();
    for (Tensor tensor : model.parameters().values()) {
      changed.put(tensor.name(), changed(tensor, adapter));
    }
    int[] row = Models.tokens(CONFIG, 2, 40)[0];
    float[][] expected = logits(Model.of(CONFIG, changed), Optional.empty(), row);
    float[][] actual = logits(model, Optional.of(adapter), row);
    for (int place = 0; place < row.length; place++) {
      assertArrayEquals(expected[place], actual[place], 1e-3f);
    }
  }

  private static Tensor changed(Tensor weight, Adapter adapter) {
    float[] values = weight.values().clone();
    String nameA = "base_model.model." + weight.name().replace(".weight", ".lora_A.weight");
    Tensor a = adapter.parameters().get(nameA);
    if (a != null) {
      float[] b = Models.values(adapter.parameters(), nameA.replace("lora_A", "lora_B"));
      int rank = a.shape()[0];
      int inputs = a.shape()[1];
      for (int i = 0; i < values.length; i++) {
        double change = 0;
        for (int r = 0; r < rank; r++) {
          change += b[i / inputs * rank + r] * a.values()[r * inputs + i % inputs];
        }
        values[i] += (float) (adapter.config().scale() * change);
      }
    }
    return new Tensor(weight.name(), weight.shape(), values);
  }

  @Test
  void logitsGrowWithTheFinalNorm() {
    Model model = Models.rough(CONFIG, 1);
    int[] row = Models.tokens(CONFIG, 2, 10)[0];
    float[][] before = logits(model, Optional.empty(), row);
    float[] norm = model.values(ModelConfig.FINAL_NORM);
    for (int i = 0; i < norm.length; i++) {
      norm[i] *= 2;
    }
    float[][] after = logits(model, Optional.empty(), row);
    for (int place = 0; place < row.length; place++) {
      for (int token = 0; token < 61; token++) {
        assertEquals(2 * before[place][token], after[place][token]);
      }
    }
  }

  @Test
  void theScaleOfTheEmbeddingMakesNoDifferenceToANormedStream() {
    // With all projections into the stream zero, only the embedding reaches the last norm.
    Model model = Models.rough(CONFIG, 1);
    for (Tensor tensor : model.parameters().values()) {
      if (tensor.name().endsWith("o_proj.weight") || tensor.name().endsWith("down_proj.weight")) {
        Arrays.fill(tensor.values(), 0f);
      }
    }
    int[] row = Models.tokens(CONFIG, 2, 10)[0];
    float[][] before = logits(model, Optional.empty(), row);
    float[] embedding = model.values(ModelConfig.EMBEDDING);
    for (int i = 0; i < embedding.length; i++) {
      embedding[i] *= 4;
    }
    float[][] after = logits(model, Optional.empty(), row);
    for (int place = 0; place < row.length; place++) {
      assertArrayEquals(before[place], after[place], 1e-3f);
    }
  }

  @Test
  void probabilitiesOfTheNextTokenAddUpToOne() {
    Model model = Models.rough(CONFIG, 1);
    int[] row = Models.tokens(CONFIG, 2, 12)[0];
    int[][] rows = new int[61][];
    int[][] targets = new int[61][];
    for (int token = 0; token < 61; token++) {
      rows[token] = row;
      targets[token] = new int[12];
      Arrays.fill(targets[token], Batch.IGNORED);
      targets[token][11] = token;
    }
    try (Differentiation differentiation = new Differentiation(model, Optional.empty(), 2)) {
      double sum = 0;
      for (float[] losses : differentiation.tokenLosses(new Batch(rows, targets))) {
        sum += Math.exp(-losses[11]);
      }
      assertEquals(1.0, sum, 1e-4);
    }
  }

  @Test
  void turnedHeadsKnowOnlyTheirDistance() {
    Rope rope = new Rope(Models.config(9, 8, 8, 1).heads(1, 1).headSize(32).build());
    rope.reach(600);
    float[] query = new float[32];
    float[] key = new float[32];
    for (int i = 0; i < 32; i++) {
      query[i] = (float) random.nextGaussian();
      key[i] = (float) random.nextGaussian();
    }
    for (int distance : new int[] {0, 1, 17, 200}) {
      double first = turnedProduct(rope, query, key, distance, 0);
      for (int shift : new int[] {1, 50, 399}) {
        assertEquals(first, turnedProduct(rope, query, key, distance + shift, shift), 1e-3);
      }
    }
  }

  private static double turnedProduct(
      Rope rope, float[] query, float[] key, int queryPlace, int keyPlace) {
    float[] q = query.clone();
    float[] k = key.clone();
    rope.turn(q, 0, queryPlace);
    rope.turn(k, 0, keyPlace);
    return VectorMath.dot(q, 0, k, 0, q.length);
  }

  @Test
  void gradientsOfAShiftOfAllLogitsVanish() {
    // A step of the output weights by the same vector for every token changes no probability.
    ModelConfig config = Models.config(61, 32, 40, 1).build();
    try (Differentiation differentiation =
        new Differentiation(Models.rough(config, 1), Optional.empty(), 2)) {
      differentiation.gradients(Batch.shifted(Models.tokens(config, 2, 30)));
      float[] gradient = Models.values(differentiation.gradients(), ModelConfig.OUTPUT);
      for (int i = 0; i < 32; i++) {
        double sum = 0;
        for (int token = 0; token < 61; token++) {
          sum += gradient[token * 32 + i];
        }
        assertEquals(0.0, sum, 1e-5);
      }
    }
  }

  @Test
  void tokensThatDoNotOccurGetNoGradient() {
    ModelConfig config = Models.config(61, 32, 40, 1).build();
    try (Differentiation differentiation =
        new Differentiation(Models.rough(config, 1), Optional.empty(), 2)) {
      differentiation.gradients(Batch.shifted(new int[][] {{3, 5, 3, 7}}));
      float[] gradient = Models.values(differentiation.gradients(), ModelConfig.EMBEDDING);
      for (int token = 0; token < 61; token++) {
        boolean read = token == 3 || token == 5;
        float[] row = Arrays.copyOfRange(gradient, token * 32, token * 32 + 32);
        assertEquals(read, !Arrays.equals(new float[32], row), "token " + token);
      }
    }
  }

  @Test
  void enginesSideBySideDoNotDisturbEachOther() throws Exception {
    SortedMap<String, Tensor> expected = trained(1);
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Callable<SortedMap<String, Tensor>>> calls = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        calls.add(() -> trained(2));
      }
      for (Future<SortedMap<String, Tensor>> future : threads.invokeAll(calls)) {
        SortedMap<String, Tensor> actual = future.get();
        for (Tensor tensor : expected.values()) {
          assertArrayEquals(tensor.values(), Models.values(actual, tensor.name()));
        }
      }
    }
  }

  private static SortedMap<String, Tensor> trained(int threads) {
    Model model = Models.rough(CONFIG, 1);
    try (Differentiation differentiation = new Differentiation(model, Optional.empty(), threads)) {
      AdamW optimiser =
          new AdamW(differentiation.trainable(), new AdamW.Settings(0.9, 0.99, 1e-8, 0.1));
      for (int step = 0; step < 3; step++) {
        differentiation.zeroGradients();
        differentiation.gradients(Batch.shifted(Models.tokens(CONFIG, step, 20, 33)));
        optimiser.step(differentiation.gradients(), 1e-3);
        differentiation.weightsChanged();
      }
    }
    return model.parameters();
  }

  @Test
  void lossesGoDownAlongTheNegativeGradient() {
    Model model = Models.rough(CONFIG, 1);
    Batch batch = Batch.shifted(Models.tokens(CONFIG, 2, 30));
    try (Differentiation differentiation = new Differentiation(model, Optional.empty(), 2)) {
      double before = differentiation.gradients(batch).mean();
      double squares = 0;
      for (Tensor gradient : differentiation.gradients().values()) {
        for (float value : gradient.values()) {
          squares += (double) value * value;
        }
      }
      float rate = (float) (1e-3 / Math.sqrt(squares));
      differentiation
          .trainable()
          .forEach((name, tensor) -> descend(tensor, differentiation.gradients(), rate));
      differentiation.weightsChanged();
      double after = differentiation.evaluate(batch).mean();
      assertTrue(after < before);
      assertEquals(before - 1e-3 * Math.sqrt(squares), after, 2e-4 * Math.sqrt(squares));
    }
  }

  private static void descend(Tensor tensor, SortedMap<String, Tensor> gradients, float rate) {
    float[] gradient = Models.values(gradients, tensor.name());
    for (int i = 0; i < gradient.length; i++) {
      tensor.values()[i] -= rate * gradient[i];
    }
  }
}
