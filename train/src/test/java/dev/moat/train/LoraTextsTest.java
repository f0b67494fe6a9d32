package dev.moat.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.engine.Batch;
import dev.moat.engine.ModelConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LoraTextsTest {
  private static LoraSettings settings(int rows, int length, long seed) {
    return new LoraSettings(
        2, 4, List.of("q_proj"), 0.01, rows, length, 2, 100, 0, 1, 1, 1, seed, 1);
  }

  private static LoraTexts texts(List<String> train, List<String> validation) {
    return new LoraTexts(train, validation, Bytes.CONFIG, Bytes.TOKENIZER, settings(2, 8, 1));
  }

  /** All pairs of a token and its target that the batches count, in no order. */
  private static List<String> pairs(List<Batch> batches) {
    List<String> out = new ArrayList<>();
    for (Batch batch : batches) {
      for (int row = 0; row < batch.tokens().length; row++) {
        for (int i = 0; i < batch.tokens()[row].length; i++) {
          out.add(batch.tokens()[row][i] + ">" + batch.targets()[row][i]);
        }
      }
    }
    return out.stream().sorted().toList();
  }

  private static List<String> expected(int[] tokens) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i + 1 < tokens.length; i++) {
      out.add(tokens[i] + ">" + tokens[i + 1]);
    }
    return out.stream().sorted().toList();
  }

  @Test
  void anEpochReadsEveryTokenOnce() {
    List<String> train = List.of("public int size() {", "return 42;", "}", "abcdefghijklmnopq");
    int[] tokens = TokenStream.join(train, Bytes.TOKENIZER, 0);
    LoraTexts texts = texts(train, List.of());
    for (int epoch = 0; epoch < 3; epoch++) {
      List<Batch> batches = new ArrayList<>();
      for (int step = 0; step < texts.stepsPerEpoch(); step++) {
        batches.add(texts.batch((long) epoch * texts.stepsPerEpoch() + step));
      }
      assertEquals(expected(tokens), pairs(batches), "epoch " + epoch);
    }
  }

  @Test
  void epochsDifferInOrder() {
    LoraTexts texts = texts(List.of("abcdefghijklmnopqrstuvwxyz".repeat(10)), List.of());
    int steps = texts.stepsPerEpoch();
    int[][] first = texts.batch(0).tokens();
    int[][] second = texts.batch(steps).tokens();
    assertTrue(!Arrays.deepEquals(first, second));
    assertTrue(Arrays.deepEquals(first, texts.batch(0).tokens()));
  }

  @Test
  void everyLengthOfTextHasItsBatches() {
    for (int length = 1; length < 60; length++) {
      LoraTexts texts = texts(List.of("x".repeat(length)), List.of());
      int positions = 0;
      for (int step = 0; step < texts.stepsPerEpoch(); step++) {
        positions += texts.batch(step).positions();
      }
      assertEquals(length, positions, "length " + length);
    }
  }

  @Test
  void measuresTheValidationTextsInOrder() {
    List<String> validation = List.of("0123456789", "abc");
    int[] tokens = TokenStream.join(validation, Bytes.TOKENIZER, 0);
    List<Batch> batches = texts(List.of("train"), validation).validation();
    assertEquals(expected(tokens), pairs(batches));
    assertArrayEquals(Arrays.copyOf(tokens, 8), batches.getFirst().tokens()[0]);
  }

  @Test
  void measuresNothingWithoutValidationTexts() {
    assertEquals(List.of(), texts(List.of("train"), List.of()).validation());
    assertEquals(List.of(), texts(List.of("train"), List.of("")).validation());
  }

  @Test
  void limitsWhatItMeasures() {
    List<Batch> batches = texts(List.of("train"), List.of("y".repeat(100_000))).validation();
    int positions = batches.stream().mapToInt(Batch::positions).sum();
    assertEquals(24_575, positions);
  }

  @Test
  void theDigestFollowsTheTexts() {
    LoraTexts one = texts(List.of("a", "b"), List.of("c"));
    assertEquals(one.digest(), texts(List.of("a", "b"), List.of("c")).digest());
    assertNotEquals(one.digest(), texts(List.of("a", "c"), List.of("b")).digest());
    assertNotEquals(one.digest(), texts(List.of("ab"), List.of("c")).digest());
    assertNotEquals(one.digest(), texts(List.of("a", "b", "c"), List.of()).digest());
  }

  @Test
  void refusesNoTextLongRowsAndModelsWithoutAnEnd() {
    Failure empty = assertThrows(Failure.class, () -> texts(List.of(), List.of("v")));
    assertTrue(empty.getMessage().contains("no text to learn from"), empty.getMessage());
    ModelConfig endless = Bytes.config(64, -1);
    Failure end =
        assertThrows(
            Failure.class,
            () ->
                new LoraTexts(
                    List.of("a"), List.of(), endless, Bytes.TOKENIZER, settings(1, 8, 1)));
    assertTrue(end.getMessage().contains("eos_token_id"), end.getMessage());
    Failure length =
        assertThrows(
            Failure.class,
            () ->
                new LoraTexts(
                    List.of("a"), List.of(), Bytes.CONFIG, Bytes.TOKENIZER, settings(1, 65, 1)));
    assertTrue(length.getMessage().contains("sequence-length: 65"), length.getMessage());
  }
}
