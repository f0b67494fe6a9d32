package dev.moat.train;

import dev.moat.engine.Model;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.RopeConfig;
import dev.moat.engine.Tokenizer;
import dev.moat.engine.TokenizerTrainer;
import java.util.List;

/** A tokenizer of one token for each byte, and a tiny model that reads it. */
final class Bytes {
  static final Tokenizer TOKENIZER =
      Tokenizer.parse(TokenizerTrainer.train(List.of(), 257, List.of("<|endoftext|>")));

  static final ModelConfig CONFIG = config(64, 0);

  private Bytes() {}

  static ModelConfig config(int context, int endToken) {
    return new ModelConfig(
        "LlamaForCausalLM",
        257,
        16,
        24,
        1,
        2,
        1,
        8,
        1e-5f,
        RopeConfig.of(10_000),
        context,
        true,
        false,
        false,
        -1,
        endToken < 0 ? List.of() : List.of(endToken));
  }

  /** Random weights, with token embeddings large enough that an adapter can tell tokens apart. */
  static Model model() {
    Model model = Model.random(CONFIG, 4);
    for (var tensor : model.parameters().values()) {
      if (tensor.name().equals(ModelConfig.EMBEDDING)) {
        for (int i = 0; i < tensor.values().length; i++) {
          tensor.values()[i] *= 15;
        }
      }
    }
    return model;
  }

  static int token(int value) {
    return value + 1;
  }
}
