package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.engine.Adapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelScorerTest {
  @Test
  void manyShortTextsCostWhatEachCostsAlone() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      texts.add("text number " + i + " of many".repeat(i % 3));
    }
    try (ModelScorer scorer = scorer(1)) {
      double[] together = scorer.bits(texts);
      double[] alone = texts.stream().mapToDouble(text -> scorer.cost(text).bits()).toArray();
      assertArrayEquals(alone, together, 1e-3);
    }
  }

  @Test
  void threadsDoNotChangeABit() {
    List<String> texts = List.of("one text", "another text", "a third");
    try (ModelScorer one = scorer(1);
        ModelScorer two = scorer(2)) {
      assertArrayEquals(one.bits(texts), two.bits(texts));
      assertEquals(one.cost("long ".repeat(60)), two.cost("long ".repeat(60)));
    }
  }

  @Test
  void countsBytesAndTokens() {
    try (ModelScorer scorer = scorer(1)) {
      Cost cost = scorer.cost("é!");
      assertEquals(3, cost.bytes());
      assertEquals(3, cost.tokens());
      // One byte is one token here, and an untrained model knows little of 257 tokens.
      assertEquals(cost.perplexity(), Math.pow(2, cost.bitsPerByte()), 1e-9);
      assertEquals(9, cost.bitsPerByte(), 2);
    }
  }

  @Test
  void adapterThatLearnedATextFindsItCheap() {
    String text = "public final class";
    Adapter adapter = TinyModels.tuned(List.of(text));
    try (ModelScorer base = scorer(1);
        ModelScorer tuned =
            new ModelScorer(TinyModels.model(), Optional.of(adapter), TinyModels.tokenizer(), 1)) {
      assertTrue(tuned.cost(text).bits() < 0.5 * base.cost(text).bits());
    }
  }

  @Test
  void untrainedAdapterChangesNothing() {
    try (ModelScorer base = scorer(1);
        ModelScorer same =
            new ModelScorer(
                TinyModels.model(),
                Optional.of(TinyModels.untrained()),
                TinyModels.tokenizer(),
                1)) {
      assertEquals(base.cost("some text"), same.cost("some text"));
    }
  }

  private static ModelScorer scorer(int threads) {
    return new ModelScorer(TinyModels.model(), Optional.empty(), TinyModels.tokenizer(), threads);
  }
}
