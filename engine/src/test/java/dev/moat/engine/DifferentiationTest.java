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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DifferentiationTest {
  private static Differentiation whole(Model model) {
    return new Differentiation(model, Optional.empty(), 2);
  }

  private static void assertLikeReference(ModelConfig config, int... lengths) {
    Model model = Models.rough(config, 21);
    int[][] rows = Models.tokens(config, 22, lengths);
    ReferenceDecoder reference = new ReferenceDecoder(model);
    try (Differentiation differentiation = whole(model)) {
      float[][] logits = differentiation.logits(rows);
      float[][] losses = differentiation.tokenLosses(Batch.shifted(rows));
      int position = 0;
      for (int row = 0; row < rows.length; row++) {
        double[][] expected = reference.logits(rows[row]);
        for (int place = 0; place < rows[row].length; place++) {
          for (int token = 0; token < config.vocabularySize(); token++) {
            assertEquals(expected[place][token], logits[position][token], 2e-3);
          }
          if (place + 1 < rows[row].length) {
            double loss = ReferenceDecoder.loss(expected[place], rows[row][place + 1]);
            assertEquals(loss, losses[row][place], 2e-3);
          }
          position++;
        }
      }
    }
  }

  @Test
  void computesLlamasWithGroupedHeads() {
    assertLikeReference(Models.config(61, 48, 40, 2).heads(6, 2).build(), 130, 48, 1, 49);
  }

  @Test
  void computesTiedModelsWithOneKeyValueHead() {
    assertLikeReference(Models.config(61, 48, 40, 2).heads(3, 1).tied().build(), 97, 5);
  }

  @Test
  void computesQwen2WithItsBiases() {
    assertLikeReference(Models.config(61, 32, 40, 2).heads(4, 4).bias().build(), 33, 64);
  }

  @Test
  void computesQwen3WithItsHeadNormsAndWideHeads() {
    ModelConfig config =
        Models.config(61, 32, 40, 2).heads(4, 2).headSize(34).headNorms().tied().build();
    assertLikeReference(config, 70, 20);
  }

  @Test
  void computesLlama3ScaledRotation() {
    RopeConfig rope = new RopeConfig(500_000, new RopeConfig.Scaling.Llama3(32, 1, 4, 64));
    assertLikeReference(
        Models.config(61, 32, 40, 2).heads(2, 1).headSize(64).rope(rope).build(), 300);
  }

  @Test
  void givesTheSameLossWithAndWithoutGradients() {
    ModelConfig config = Models.config(61, 32, 40, 3).build();
    Batch batch = Batch.shifted(Models.tokens(config, 1, 60, 20));
    try (Differentiation differentiation = whole(Models.rough(config, 2))) {
      Loss evaluated = differentiation.evaluate(batch);
      assertEquals(78, evaluated.count());
      assertEquals(evaluated, differentiation.gradients(batch));
      assertEquals(evaluated, differentiation.evaluate(batch));
      double sum = 0;
      for (float[] row : differentiation.tokenLosses(batch)) {
        for (float loss : row) {
          sum += loss;
        }
      }
      assertEquals(evaluated.sum(), sum, 1e-9);
    }
  }

  @Test
  void treatsEachRowByItself() {
    ModelConfig config = Models.config(61, 32, 40, 2).build();
    int[][] rows = Models.tokens(config, 3, 90, 31, 64);
    try (Differentiation differentiation = whole(Models.rough(config, 2))) {
      float[][] together = differentiation.tokenLosses(Batch.shifted(rows));
      for (int row = 0; row < rows.length; row++) {
        float[][] alone = differentiation.tokenLosses(Batch.shifted(new int[][] {rows[row]}));
        assertArrayEquals(alone[0], together[row]);
      }
    }
  }

  @Test
  void doesNotLookAhead() {
    ModelConfig config = Models.config(61, 32, 40, 2).build();
    int[] row = Models.tokens(config, 3, 80)[0];
    int[] changed = row.clone();
    changed[79] = (changed[79] + 1) % 61;
    changed[50] = (changed[50] + 1) % 61;
    try (Differentiation differentiation = whole(Models.rough(config, 2))) {
      float[][] before = differentiation.logits(new int[][] {row});
      float[][] after = differentiation.logits(new int[][] {changed});
      for (int place = 0; place < 50; place++) {
        assertArrayEquals(before[place], after[place]);
      }
      assertNotEquals(before[50][0], after[50][0]);
    }
  }

  @Test
  void countsOnlyTargetsThatAreAsked() {
    ModelConfig config = Models.config(61, 32, 40, 2).build();
    Batch all = Batch.shifted(Models.tokens(config, 3, 20));
    Batch some = Batch.shifted(Models.tokens(config, 3, 20));
    Arrays.fill(some.targets()[0], 0, 15, Batch.IGNORED);
    try (Differentiation differentiation = whole(Models.rough(config, 2))) {
      float[] losses = differentiation.tokenLosses(all)[0];
      float[] counted = differentiation.tokenLosses(some)[0];
      assertArrayEquals(new float[15], Arrays.copyOf(counted, 15));
      assertArrayEquals(Arrays.copyOfRange(losses, 15, 20), Arrays.copyOfRange(counted, 15, 20));
      assertEquals(0f, losses[19]);
      assertEquals(4, differentiation.evaluate(some).count());
    }
  }

  @Test
  void givesNoGradientWhereNothingIsCounted() {
    ModelConfig config = Models.config(61, 32, 40, 2).build();
    Batch none = Batch.shifted(Models.tokens(config, 3, 1, 1));
    try (Differentiation differentiation = whole(Models.rough(config, 2))) {
      Loss loss = differentiation.gradients(none);
      assertEquals(new Loss(0, 0), loss);
      assertTrue(Double.isNaN(loss.mean()));
      for (Tensor gradient : differentiation.gradients().values()) {
        assertArrayEquals(new float[gradient.values().length], gradient.values());
      }
    }
  }

  @Test
  void addsGradientsUntilTheyAreZeroed() {
    ModelConfig config = Models.config(61, 32, 40, 2).tied().build();
    Batch batch = Batch.shifted(Models.tokens(config, 3, 20));
    try (Differentiation differentiation = whole(Models.rough(config, 2))) {
      differentiation.gradients(batch);
      float[] once = gradient(differentiation).clone();
      differentiation.gradients(batch);
      for (int i = 0; i < once.length; i++) {
        assertEquals(2 * once[i], gradient(differentiation)[i], 1e-5 + 1e-3 * Math.abs(once[i]));
      }
      differentiation.zeroGradients();
      assertArrayEquals(new float[once.length], gradient(differentiation));
      differentiation.gradients(batch);
      assertArrayEquals(once, gradient(differentiation));
    }
  }

  private static float[] gradient(Differentiation differentiation) {
    return Models.values(differentiation.gradients(), ModelConfig.EMBEDDING);
  }

  @Test
  void cutsLargeVocabulariesIntoStretches() {
    ModelConfig config = Models.config(70_000, 8, 8, 1).heads(2, 1).tied().build();
    Model model = Models.rough(config, 5);
    int[][] rows = Models.tokens(config, 6, 40, 30);
    ReferenceDecoder reference = new ReferenceDecoder(model);
    try (Differentiation differentiation = whole(model)) {
      float[][] losses = differentiation.tokenLosses(Batch.shifted(rows));
      Loss loss = differentiation.gradients(Batch.shifted(rows));
      double sum = 0;
      for (float[] row : losses) {
        for (float value : row) {
          sum += value;
        }
      }
      assertEquals(loss.sum(), sum, 1e-9);
      double[][] logits = reference.logits(rows[1]);
      assertEquals(ReferenceDecoder.loss(logits[28], rows[1][29]), losses[1][28], 2e-3);
    }
  }

  @Test
  void equalsTheBaseExactlyWhileTheAdapterIsFresh() {
    ModelConfig config = Models.config(61, 32, 40, 2).bias().build();
    Model model = Models.rough(config, 2);
    Adapter adapter = Adapter.initial(config, new LoraConfig(4, 8, LoraConfig.ALL_PROJECTIONS), 7);
    int[][] rows = Models.tokens(config, 3, 40, 9);
    try (Differentiation base = whole(model);
        Differentiation tuned = new Differentiation(model, Optional.of(adapter), 1)) {
      float[][] expected = base.logits(rows);
      float[][] actual = tuned.logits(rows);
      for (int i = 0; i < expected.length; i++) {
        assertArrayEquals(expected[i], actual[i]);
      }
    }
  }

  @Test
  void leavesTheModelAloneWhenItTrainsAnAdapter() {
    ModelConfig config = Models.config(61, 32, 40, 2).build();
    Model model = Models.rough(config, 2);
    Model copy = Models.rough(config, 2);
    Adapter adapter = Adapter.initial(config, new LoraConfig(4, 8, List.of("down_proj")), 7);
    Batch batch = Batch.shifted(Models.tokens(config, 3, 40));
    try (Differentiation differentiation = new Differentiation(model, Optional.of(adapter), 2)) {
      AdamW optimiser =
          new AdamW(differentiation.trainable(), new AdamW.Settings(0.9, 0.99, 1e-8, 0));
      double before = differentiation.gradients(batch).mean();
      for (int step = 0; step < 5; step++) {
        optimiser.step(differentiation.gradients(), 1e-2);
        differentiation.weightsChanged();
        differentiation.zeroGradients();
        differentiation.gradients(batch);
      }
      assertTrue(differentiation.evaluate(batch).mean() < before);
      assertEquals(adapter.parameters().keySet(), differentiation.gradients().keySet());
    }
    for (Tensor tensor : model.parameters().values()) {
      assertArrayEquals(Models.values(copy.parameters(), tensor.name()), tensor.values());
    }
  }

  @Test
  void seesChangedWeightsOnceTold() {
    ModelConfig config = Models.config(61, 32, 40, 1).build();
    Model model = Models.rough(config, 2);
    Batch batch = Batch.shifted(Models.tokens(config, 3, 10));
    try (Differentiation differentiation = whole(model)) {
      double before = differentiation.evaluate(batch).sum();
      Arrays.fill(Models.values(model.parameters(), ModelConfig.OUTPUT), 0f);
      differentiation.weightsChanged();
      double after = differentiation.evaluate(batch).sum();
      assertNotEquals(before, after);
      assertEquals(9 * Math.log(61), after, 1e-4);
    }
  }

  @Test
  void refusesRowsBeyondTheContextAndUnknownTokens() {
    ModelConfig config = Models.config(61, 32, 40, 1).context(16).build();
    try (Differentiation differentiation = whole(Models.rough(config, 2))) {
      assertEquals(15, differentiation.evaluate(rows(config, 16)).count());
      assertInvalid(differentiation, rows(config, 17), "17 tokens are more than the context of 16");
      Batch unknown = Batch.shifted(new int[][] {{1, 2}, {3, 61}});
      assertInvalid(differentiation, unknown, "row 1 position 1: token 61");
      Batch negative = new Batch(new int[][] {{1, -1}}, new int[][] {{1, 1}});
      assertInvalid(differentiation, negative, "row 0 position 1: token -1");
      Batch wrongTarget = new Batch(new int[][] {{1, 1}}, new int[][] {{1, -2}});
      assertInvalid(differentiation, wrongTarget, "row 0 position 1: token -2");
      assertInvalid(differentiation, Batch.shifted(new int[0][]), "0 rows");
    }
  }

  private static Batch rows(ModelConfig config, int length) {
    return Batch.shifted(Models.tokens(config, 3, length));
  }

  private static void assertInvalid(Differentiation differentiation, Batch batch, String part) {
    Failure failure = assertThrows(Failure.class, () -> differentiation.gradients(batch));
    assertInstanceOf(Problem.Invalid.class, failure.problem());
    assertTrue(failure.getMessage().contains(part), failure.getMessage());
  }

  @Test
  void refusesBatchesWhoseArraysWouldBeTooLarge() {
    ModelConfig config = Models.config(61, 32, 1 << 20, 1).build();
    Batch batch = Batch.shifted(Models.tokens(config, 3, 512, 512));
    Failure failure = assertThrows(Failure.class, () -> batch.requireFits(config));
    assertTrue(failure.getMessage().contains("too many at once"));
  }
}
