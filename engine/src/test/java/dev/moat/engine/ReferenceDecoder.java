package dev.moat.engine;

/**
 * A decoder written as plainly as its formulas, in doubles and one position at a time, without
 * batches, caches or packing: what the engine is compared with.
 */
final class ReferenceDecoder {
  private final Model model;
  private final ModelConfig config;

  ReferenceDecoder(Model model) {
    this.model = model;
    config = model.config();
  }

  /** The logits at each position. */
  double[][] logits(int[] tokens) {
    double[][] stream = new double[tokens.length][];
    for (int t = 0; t < tokens.length; t++) {
      stream[t] = row(ModelConfig.EMBEDDING, tokens[t], config.hiddenSize());
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = "model.layers." + layer + ".";
      double[][] attended = attention(stream, prefix);
      for (int t = 0; t < tokens.length; t++) {
        add(stream[t], attended[t]);
        add(stream[t], feedForward(stream[t], prefix));
      }
    }
    String output = config.tiedEmbeddings() ? ModelConfig.EMBEDDING : ModelConfig.OUTPUT;
    double[][] logits = new double[tokens.length][];
    for (int t = 0; t < tokens.length; t++) {
      logits[t] = times(output, norm(stream[t], ModelConfig.FINAL_NORM));
    }
    return logits;
  }

  /** The loss at one position in natural logarithms. */
  static double loss(double[] logits, int target) {
    double max = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - max);
    }
    return Math.log(sum) + max - logits[target];
  }

  private double[][] attention(double[][] stream, String prefix) {
    String self = prefix + "self_attn.";
    int length = stream.length;
    double[][] queries = new double[length][];
    double[][] keys = new double[length][];
    double[][] values = new double[length][];
    for (int t = 0; t < length; t++) {
      double[] normed = norm(stream[t], prefix + "input_layernorm.weight");
      queries[t] = positioned(linear(self + "q_proj", normed), self + "q_norm.weight", t);
      keys[t] = positioned(linear(self + "k_proj", normed), self + "k_norm.weight", t);
      values[t] = linear(self + "v_proj", normed);
    }
    double[][] out = new double[length][];
    for (int t = 0; t < length; t++) {
      double[] attended = new double[config.heads() * config.headSize()];
      for (int head = 0; head < config.heads(); head++) {
        attend(queries[t], keys, values, new int[] {t, head}, attended);
      }
      out[t] = linear(self + "o_proj", attended);
    }
    return out;
  }

  private void attend(
      double[] query, double[][] keys, double[][] values, int[] placeAndHead, double[] out) {
    int place = placeAndHead[0];
    int size = config.headSize();
    int at = placeAndHead[1] * size;
    int from = placeAndHead[1] / (config.heads() / config.keyValueHeads()) * size;
    double[] weights = new double[place + 1];
    double sum = 0;
    for (int t = 0; t <= place; t++) {
      double score = 0;
      for (int i = 0; i < size; i++) {
        score += query[at + i] * keys[t][from + i];
      }
      weights[t] = Math.exp(score / Math.sqrt(size));
      sum += weights[t];
    }
    for (int t = 0; t <= place; t++) {
      for (int i = 0; i < size; i++) {
        out[at + i] += weights[t] / sum * values[t][from + i];
      }
    }
  }

  /** Heads normalised if the model does so, then turned to their place. */
  private double[] positioned(double[] heads, String norm, int place) {
    int size = config.headSize();
    double[] frequencies = config.rope().inverseFrequencies(size);
    double[] out = new double[heads.length];
    for (int at = 0; at < heads.length; at += size) {
      double[] head = java.util.Arrays.copyOfRange(heads, at, at + size);
      if (config.queryKeyNorm()) {
        head = norm(head, norm);
      }
      for (int i = 0; i < size / 2; i++) {
        double angle = place * frequencies[i];
        double low = head[i];
        double high = head[i + size / 2];
        out[at + i] = low * Math.cos(angle) - high * Math.sin(angle);
        out[at + i + size / 2] = high * Math.cos(angle) + low * Math.sin(angle);
      }
    }
    return out;
  }

  private double[] feedForward(double[] stream, String prefix) {
    double[] normed = norm(stream, prefix + "post_attention_layernorm.weight");
    double[] gate = linear(prefix + "mlp.gate_proj", normed);
    double[] up = linear(prefix + "mlp.up_proj", normed);
    for (int i = 0; i < gate.length; i++) {
      gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
    }
    return linear(prefix + "mlp.down_proj", gate);
  }

  private double[] norm(double[] x, String weight) {
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    double factor = 1 / Math.sqrt(squares / x.length + config.normEpsilon());
    float[] weights = model.values(weight);
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = x[i] * factor * weights[i];
    }
    return out;
  }

  private double[] linear(String name, double[] x) {
    double[] out = times(name + ".weight", x);
    Tensor bias = model.parameters().get(name + ".bias");
    if (bias != null) {
      for (int i = 0; i < out.length; i++) {
        out[i] += bias.values()[i];
      }
    }
    return out;
  }

  private double[] times(String name, double[] x) {
    float[] weight = model.values(name);
    double[] out = new double[weight.length / x.length];
    for (int row = 0; row < out.length; row++) {
      for (int i = 0; i < x.length; i++) {
        out[row] += weight[row * x.length + i] * x[i];
      }
    }
    return out;
  }

  private double[] row(String name, int row, int size) {
    double[] out = new double[size];
    for (int i = 0; i < size; i++) {
      out[i] = model.values(name)[row * size + i];
    }
    return out;
  }

  private static void add(double[] to, double[] from) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }
}
