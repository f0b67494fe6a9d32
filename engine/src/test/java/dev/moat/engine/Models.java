package dev.moat.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Makes small models for tests. */
final class Models {
  private final int vocabulary;
  private final int hidden;
  private final int intermediate;
  private final int layers;
  private int heads = 4;
  private int groups = 2;
  private int headSize;
  private int context = 512;
  private boolean tied;
  private boolean bias;
  private boolean headNorms;
  private RopeConfig rope = RopeConfig.of(10_000);

  private Models(int vocabulary, int hidden, int intermediate, int layers) {
    this.vocabulary = vocabulary;
    this.hidden = hidden;
    this.intermediate = intermediate;
    this.layers = layers;
  }

  static Models config(int vocabulary, int hidden, int intermediate, int layers) {
    return new Models(vocabulary, hidden, intermediate, layers);
  }

  Models heads(int count, int keyValueHeads) {
    heads = count;
    groups = keyValueHeads;
    return this;
  }

  Models headSize(int size) {
    headSize = size;
    return this;
  }

  Models context(int length) {
    context = length;
    return this;
  }

  Models rope(RopeConfig config) {
    rope = config;
    return this;
  }

  Models tied() {
    tied = true;
    return this;
  }

  Models bias() {
    bias = true;
    return this;
  }

  Models headNorms() {
    headNorms = true;
    return this;
  }

  ModelConfig build() {
    return new ModelConfig(
        "LlamaForCausalLM",
        vocabulary,
        hidden,
        intermediate,
        layers,
        heads,
        groups,
        headSize > 0 ? headSize : hidden / heads,
        1e-6f,
        rope,
        context,
        tied,
        bias,
        headNorms,
        -1,
        List.of());
  }

  /** The same with other end tokens. */
  static ModelConfig ending(ModelConfig config, Integer... endTokens) {
    return changed(config, config.contextLength(), List.of(endTokens));
  }

  /** The same with another context. */
  static ModelConfig longer(ModelConfig config, int contextLength) {
    return changed(config, contextLength, config.endTokens());
  }

  private static ModelConfig changed(
      ModelConfig config, int contextLength, List<Integer> endTokens) {
    return new ModelConfig(
        config.architecture(),
        config.vocabularySize(),
        config.hiddenSize(),
        config.intermediateSize(),
        config.layers(),
        config.heads(),
        config.keyValueHeads(),
        config.headSize(),
        config.normEpsilon(),
        config.rope(),
        contextLength,
        config.tiedEmbeddings(),
        config.attentionBias(),
        config.queryKeyNorm(),
        config.beginToken(),
        endTokens);
  }

  /** A model whose every weight, norms and biases too, is random and not small. */
  static Model rough(ModelConfig config, long seed) {
    Model model = Model.random(config, seed);
    SplittableRandom random = new SplittableRandom(seed + 1);
    for (Tensor tensor : model.parameters().values()) {
      boolean norm = tensor.name().endsWith("norm.weight");
      for (int i = 0; i < tensor.values().length; i++) {
        tensor.values()[i] = (float) ((norm ? 1 : 0) + 0.3 * random.nextGaussian());
      }
    }
    return model;
  }

  /** The values of a tensor that must be there. */
  static float[] values(Map<String, Tensor> tensors, String name) {
    return Optional.ofNullable(tensors.get(name)).orElseThrow().values();
  }

  static int[][] tokens(ModelConfig config, long seed, int... lengths) {
    SplittableRandom random = new SplittableRandom(seed);
    int[][] tokens = new int[lengths.length][];
    for (int row = 0; row < lengths.length; row++) {
      tokens[row] = random.ints(lengths[row], 0, config.vocabularySize()).toArray();
    }
    return tokens;
  }
}
