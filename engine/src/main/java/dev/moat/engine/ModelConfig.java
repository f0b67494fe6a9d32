package dev.moat.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The hyperparameters of a Llama-type decoder, as {@code config.json} states them.
 *
 * @param architecture Hugging Face's class name, such as {@code LlamaForCausalLM}
 * @param attentionBias whether q, k and v projections have a bias (as in Qwen2)
 * @param queryKeyNorm whether q and k are normalised per head (as in Qwen3)
 * @param beginToken the token that starts a text, or -1
 * @param endTokens the tokens each of which ends a text; the first also separates texts
 */
public record ModelConfig(
    String architecture,
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    float normEpsilon,
    RopeConfig rope,
    int contextLength,
    boolean tiedEmbeddings,
    boolean attentionBias,
    boolean queryKeyNorm,
    int beginToken,
    List<Integer> endTokens) {

  /** The name of the token embedding; of the output projection too where they are tied. */
  public static final String EMBEDDING = "model.embed_tokens.weight";

  /** The name of the output projection of a model whose embeddings are not tied. */
  public static final String OUTPUT = "lm_head.weight";

  /** The name of the last norm's weight. */
  public static final String FINAL_NORM = "model.norm.weight";

  public ModelConfig {
    endTokens = List.copyOf(endTokens);
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "num_attention_heads must be a multiple of num_key_value_heads: "
              + heads
              + ", "
              + keyValueHeads);
    }
    if (headSize % 2 != 0) {
      throw new IllegalArgumentException("head_dim must be even: " + headSize);
    }
  }

  /** The token that ends a text first of all, or -1. */
  public int endToken() {
    return endTokens.isEmpty() ? -1 : endTokens.getFirst();
  }

  /** The tokens with the begin token before them, if this model has one. */
  public int[] begun(int[] tokens) {
    if (beginToken < 0) {
      return tokens;
    }
    int[] begun = new int[tokens.length + 1];
    begun[0] = beginToken;
    System.arraycopy(tokens, 0, begun, 1, tokens.length);
    return begun;
  }

  /** Reads a {@code config.json}; what is unknown to this engine is refused by name. */
  public static ModelConfig parse(byte[] json) {
    return ModelConfigFile.parse(json);
  }

  /** The configuration as a {@code config.json}. */
  public byte[] toJson() {
    return ModelConfigFile.toJson(this);
  }

  /** The names of all weights in Hugging Face's form, in natural string order. */
  public List<String> parameterNames() {
    List<String> names = new ArrayList<>();
    names.add(EMBEDDING);
    names.add(FINAL_NORM);
    if (!tiedEmbeddings) {
      names.add(OUTPUT);
    }
    for (int layer = 0; layer < layers; layer++) {
      addLayer(names, "model.layers." + layer + ".");
    }
    Collections.sort(names);
    return List.copyOf(names);
  }

  private void addLayer(List<String> names, String prefix) {
    names.add(prefix + "input_layernorm.weight");
    names.add(prefix + "post_attention_layernorm.weight");
    for (String projection : List.of("gate_proj", "up_proj", "down_proj")) {
      names.add(prefix + "mlp." + projection + ".weight");
    }
    for (String projection : List.of("q_proj", "k_proj", "v_proj", "o_proj")) {
      names.add(prefix + "self_attn." + projection + ".weight");
    }
    if (attentionBias) {
      for (String projection : List.of("q_proj", "k_proj", "v_proj")) {
        names.add(prefix + "self_attn." + projection + ".bias");
      }
    }
    if (queryKeyNorm) {
      names.add(prefix + "self_attn.q_norm.weight");
      names.add(prefix + "self_attn.k_norm.weight");
    }
  }

  /** The shape of one weight, given its full name or any name that ends like it. */
  public int[] shape(String parameterName) {
    if (parameterName.equals(EMBEDDING) || parameterName.equals(OUTPUT)) {
      return new int[] {vocabularySize, hiddenSize};
    }
    String[] parts = parameterName.split("\\.");
    String module = parts[Math.max(0, parts.length - 2)];
    boolean bias = parts[parts.length - 1].equals("bias");
    int[] weight =
        switch (module) {
          case "norm", "input_layernorm", "post_attention_layernorm" -> new int[] {hiddenSize};
          case "q_norm", "k_norm" -> new int[] {headSize};
          case "q_proj" -> new int[] {heads * headSize, hiddenSize};
          case "k_proj", "v_proj" -> new int[] {keyValueHeads * headSize, hiddenSize};
          case "o_proj" -> new int[] {hiddenSize, heads * headSize};
          case "gate_proj", "up_proj" -> new int[] {intermediateSize, hiddenSize};
          case "down_proj" -> new int[] {hiddenSize, intermediateSize};
          default -> throw new IllegalArgumentException("no such weight: " + parameterName);
        };
    return bias ? new int[] {weight[0]} : weight;
  }
}
