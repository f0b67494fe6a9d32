package dev.moat.eval;

import dev.moat.engine.Adapter;
import dev.moat.engine.Model;
import java.nio.file.Path;
import java.util.Optional;

/** Measures texts by a local model from a folder, with or without an adapter; for people. */
public final class Perplexity implements AutoCloseable {
  private final ModelScorer scorer;

  private Perplexity(ModelScorer scorer) {
    this.scorer = scorer;
  }

  /** Loads the model in {@code model} and, if given, the PEFT adapter in {@code adapter}. */
  public static Perplexity open(Path model, Optional<Path> adapter, int threads) {
    ModelParts parts = ModelParts.of(model);
    Model weights = parts.model();
    Optional<Adapter> low = adapter.map(folder -> ModelParts.of(folder).adapter(weights.config()));
    return new Perplexity(new ModelScorer(weights, low, parts.tokenizer(), threads));
  }

  /** What a text costs; nothing for an empty text. */
  public Cost of(String text) {
    return text.isEmpty() ? Cost.NONE : scorer.cost(text);
  }

  @Override
  public void close() {
    scorer.close();
  }
}
