package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BitsPerByteTest {
  private static final Tokenizer BYTES =
      Tokenizer.parse(TokenizerTrainer.train(List.of(), 257, List.of("<|endoftext|>")));
  private static final int CONTEXT = 16;

  private final ModelConfig config =
      Models.ending(Models.config(257, 16, 24, 1).heads(2, 1).context(CONTEXT).build(), 0);
  private final Model model = Models.rough(config, 5);
  private final Differentiation pass = new Differentiation(model, Optional.empty(), 1);
  private final BitsPerByte measure = new BitsPerByte(pass, config, BYTES);

  @AfterEach
  void close() {
    pass.close();
  }

  /** The bits of the token after a prefix, by a pass of its own. */
  private double bits(int[] prefix, int next) {
    int[] targets = new int[prefix.length];
    Arrays.fill(targets, Batch.IGNORED);
    targets[prefix.length - 1] = next;
    Batch batch = new Batch(new int[][] {prefix}, new int[][] {targets});
    return pass.evaluate(batch).sum() / Math.log(2);
  }

  private int[] started(String text) {
    int[] tokens = BYTES.encode(text);
    int[] out = new int[tokens.length + 1];
    System.arraycopy(tokens, 0, out, 1, tokens.length);
    return out;
  }

  @Test
  void sumsTheBitsOfEachTokenAfterAllBeforeIt() {
    String text = "int x = 1;";
    int[] tokens = started(text);
    double expected = 0;
    for (int i = 1; i < tokens.length; i++) {
      expected += bits(Arrays.copyOf(tokens, i), tokens[i]);
    }
    BitsPerByte.Score score = measure.score(text);
    assertEquals(expected, score.bits(), 1e-4);
    assertEquals(10, score.bytes());
    assertEquals(expected / 10, score.bitsPerByte(), 1e-5);
  }

  @Test
  void countsEachTokenOfALongTextOnceWithHalfAContextBeforeIt() {
    String text = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRS";
    int[] tokens = started(text);
    double expected = 0;
    int end = CONTEXT;
    int start = 0;
    for (int target = 1; target < tokens.length; target++) {
      if (target > end) {
        end = Math.min(tokens.length - 1, end + CONTEXT / 2);
        start = end - CONTEXT;
      }
      expected += bits(Arrays.copyOfRange(tokens, start, target), tokens[target]);
      assertTrue(start == 0 || target - start > CONTEXT / 2, "target " + target);
    }
    assertEquals(expected, measure.score(text).bits(), 1e-3);
  }

  @Test
  void everyLengthAroundTheWindowIsCountedInFull() {
    String text = "x".repeat(70);
    double before = 0;
    for (int length = 1; length <= text.length(); length++) {
      BitsPerByte.Score score = measure.score(text.substring(0, length));
      assertEquals(length, score.bytes());
      assertTrue(score.bits() > before - 20, "length " + length);
      assertTrue(score.bits() > 0, "length " + length);
      before = score.bits();
    }
  }

  @Test
  void countsBytesNotCharacters() {
    String text = "é你\ud83d\ude00";
    assertEquals(text.getBytes(StandardCharsets.UTF_8).length, measure.score(text).bytes());
    assertEquals(9, measure.score(text).bytes());
  }

  @Test
  void anEmptyTextHasNoBits() {
    BitsPerByte.Score score = measure.score("");
    assertEquals(0, score.bits());
    assertEquals(0, score.bytes());
    assertTrue(Double.isNaN(score.bitsPerByte()));
  }

  @Test
  void scoresAddUp() {
    BitsPerByte.Score sum = new BitsPerByte.Score(3, 2).plus(new BitsPerByte.Score(5, 6));
    assertEquals(new BitsPerByte.Score(8, 8), sum);
    assertEquals(1, sum.bitsPerByte());
  }

  @Test
  void startsWithTheBeginTokenIfThereIsOne() {
    ModelConfig begun = beginning(config, 7);
    int[] tokens = started("a");
    tokens[0] = 7;
    double expected = bits(Arrays.copyOf(tokens, 1), tokens[1]);
    assertEquals(expected, new BitsPerByte(pass, begun, BYTES).score("a").bits(), 1e-5);
  }

  private static ModelConfig beginning(ModelConfig c, int token) {
    return new ModelConfig(
        c.architecture(),
        c.vocabularySize(),
        c.hiddenSize(),
        c.intermediateSize(),
        c.layers(),
        c.heads(),
        c.keyValueHeads(),
        c.headSize(),
        c.normEpsilon(),
        c.rope(),
        c.contextLength(),
        c.tiedEmbeddings(),
        c.attentionBias(),
        c.queryKeyNorm(),
        token,
        c.endTokens());
  }

  @Test
  void refusesAModelWithNothingToStartAText() {
    ModelConfig none = Models.ending(config);
    Failure failure = assertThrows(Failure.class, () -> new BitsPerByte(pass, none, BYTES));
    assertTrue(failure.getMessage().contains("eos_token_id"), failure.getMessage());
    assertThrows(Failure.class, () -> new BitsPerByte(pass, config, BYTES, 1));
  }

  @Test
  void aShorterWindowSeesLess() {
    String text = "abcabcabcabcabcabcabc";
    double whole = measure.score(text).bits();
    double windowed = new BitsPerByte(pass, config, BYTES, 4).score(text).bits();
    assertTrue(Math.abs(whole - windowed) > 1e-6);
    assertEquals(windowed, new BitsPerByte(pass, config, BYTES, 4).score(text).bits());
  }

  @Test
  void windowsLongerThanTheContextAreCut() {
    String text = "abcdefghijklmnopqrstuvwxyz";
    assertEquals(
        measure.score(text).bits(), new BitsPerByte(pass, config, BYTES, 4_000).score(text).bits());
  }
}
