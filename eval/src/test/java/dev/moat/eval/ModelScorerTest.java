package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelScorerTest {
  @TempDir Path folder;

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
  void perplexityOfAFolderIsThatOfItsModel() throws IOException {
    Path model = write("model", TinyModels.modelFiles());
    try (Perplexity perplexity = Perplexity.open(model, Optional.empty(), 1);
        ModelScorer scorer = scorer(1)) {
      assertEquals(scorer.cost("some text"), perplexity.of("some text"));
      assertEquals(Cost.NONE, perplexity.of(""));
    }
  }

  @Test
  void adapterThatLearnedATextFindsItCheap() throws IOException {
    String text = "public final class";
    Path model = write("model", TinyModels.modelFiles());
    Path adapter = write("adapter", TinyModels.tunedFiles(List.of(text)));
    try (Perplexity base = Perplexity.open(model, Optional.empty(), 1);
        Perplexity tuned = Perplexity.open(model, Optional.of(adapter), 1)) {
      assertTrue(tuned.of(text).bits() < 0.5 * base.of(text).bits());
    }
  }

  @Test
  void costsAddUp() {
    Cost sum = new Cost(8, 2, 1).plus(new Cost(4, 4, 3)).plus(Cost.NONE);
    assertEquals(new Cost(12, 6, 4), sum);
    assertEquals(2, sum.bitsPerByte());
    assertEquals(8, sum.perplexity());
  }

  @Test
  void namesWhatAModelFolderLacks() throws IOException {
    Failure missing =
        assertThrows(
            Failure.class, () -> Perplexity.open(folder.resolve("none"), Optional.empty(), 1));
    assertTrue(missing.getMessage().contains("none"), missing.getMessage());
    for (String part : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      Path model = write("without-" + part, TinyModels.modelFiles());
      Files.delete(model.resolve(part));
      Failure failure =
          assertThrows(Failure.class, () -> Perplexity.open(model, Optional.empty(), 1));
      String expected = part.startsWith("model") ? "*.safetensors" : part;
      assertTrue(failure.getMessage().contains("has no " + expected), failure.getMessage());
    }
  }

  @Test
  void readsWeightsFromSeveralFilesButNoTensorTwice() throws IOException {
    Path model = write("model", TinyModels.modelFiles());
    Files.copy(model.resolve("model.safetensors"), model.resolve("more.safetensors"));
    Failure failure =
        assertThrows(Failure.class, () -> Perplexity.open(model, Optional.empty(), 1));
    assertTrue(failure.getMessage().contains("is in two files"), failure.getMessage());
  }

  private static ModelScorer scorer(int threads) {
    return new ModelScorer(TinyModels.model(), Optional.empty(), TinyModels.tokenizer(), threads);
  }

  private Path write(String name, Map<String, byte[]> files) throws IOException {
    Path target = Files.createDirectories(folder.resolve(name));
    for (var file : files.entrySet()) {
      Files.write(target.resolve(file.getKey()), file.getValue());
    }
    return target;
  }
}
