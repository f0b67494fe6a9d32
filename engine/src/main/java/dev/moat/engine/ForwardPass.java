package dev.moat.engine;

import java.util.Arrays;

/** Runs whole sequences through a network up to the norm before the output projection. */
final class ForwardPass {
  private static final int ROWS = 32;

  private final Network network;
  private final ModelConfig config;
  private final Workers workers;
  private final RmsNorm norm;
  private final RmsNorm headNorm;
  private final SwiGlu swiGlu;
  private final Rope rope;

  ForwardPass(Network network, Rope rope) {
    this.network = network;
    this.rope = rope;
    config = network.config();
    workers = network.gemm().workers();
    norm = new RmsNorm(config.hiddenSize(), config.normEpsilon());
    headNorm = new RmsNorm(config.headSize(), config.normEpsilon());
    swiGlu = new SwiGlu(config.intermediateSize());
  }

  /** Reads the queries, keys and values of one layer, and writes what is attended to. */
  interface Attending {
    void attend(int layer, Activations.Layer activations);
  }

  /**
   * The positions to compute, whichever sequences they belong to.
   *
   * @param tokens the token at each position
   * @param places the place of each position in its own sequence
   */
  @SuppressWarnings("ArrayRecordComponent") // live arrays, never compared
  record Positions(int[] tokens, int[] places) {
    int count() {
      return tokens.length;
    }
  }

  /**
   * Computes the activations of all positions. With one layer of activations kept, every layer uses
   * it in turn: enough where no backward pass follows.
   */
  void run(Positions positions, Attending attending, Activations activations, int kept) {
    rope.reach(Arrays.stream(positions.places).max().orElse(0) + 1);
    embed(positions.tokens, activations.layer(0).input);
    int layers = config.layers();
    for (int i = 0; i < layers; i++) {
      Activations.Layer here = activations.layer(i % kept);
      float[] out = activations.last();
      if (kept > 1 && i + 1 < layers) {
        out = activations.layer(i + 1).input;
      }
      layer(i, positions, attending, here, out);
      if (kept == 1 && i + 1 < layers) {
        System.arraycopy(out, 0, here.input, 0, positions.count() * config.hiddenSize());
      }
    }
    float[] weight = network.finalNorm().values();
    normalise(
        weight,
        activations.last(),
        activations.lastNorm(),
        activations.lastReciprocals(),
        positions.count());
  }

  private void embed(int[] tokens, float[] out) {
    int hidden = config.hiddenSize();
    for (int i = 0; i < tokens.length; i++) {
      System.arraycopy(network.embedding(), tokens[i] * hidden, out, i * hidden, hidden);
    }
  }

  private void layer(
      int index, Positions positions, Attending attending, Activations.Layer here, float[] out) {
    Network.Layer layer = network.layers().get(index);
    int count = positions.count();
    int hidden = config.hiddenSize();
    float[] attentionNorm = layer.attentionNorm().values();
    normalise(attentionNorm, here.input, here.inputNorm, here.inputReciprocals, count);
    layer.queryKeyValue().forward(here.inputNorm, here.queryKeyValue, count, false);
    position(layer, positions.places, here);
    attending.attend(index, here);
    System.arraycopy(here.input, 0, here.middle, 0, count * hidden);
    layer.attentionOutput().forward(here.attended, here.middle, count, true);
    float[] feedForwardNorm = layer.feedForwardNorm().values();
    normalise(feedForwardNorm, here.middle, here.middleNorm, here.middleReciprocals, count);
    layer.gateUp().forward(here.middleNorm, here.gateUp, count, false);
    workers.forEachRange(
        count, ROWS, (rows, _) -> swiGlu.forward(here.gateUp, here.activated, rows));
    System.arraycopy(here.middle, 0, out, 0, count * hidden);
    layer.down().forward(here.activated, out, count, true);
  }

  private void normalise(float[] weight, float[] in, float[] out, float[] reciprocals, int count) {
    int hidden = config.hiddenSize();
    workers.forEachRange(
        count,
        ROWS,
        (rows, _) -> {
          for (int row = rows.from(); row < rows.to(); row++) {
            reciprocals[row] = norm.forward(in, row * hidden, weight, out, row * hidden);
          }
        });
  }

  /** Normalises the heads of queries and keys where the model does so, and turns them. */
  private void position(Network.Layer layer, int[] places, Activations.Layer here) {
    workers.forEachRange(
        places.length,
        ROWS,
        (rows, _) -> {
          for (int position = rows.from(); position < rows.to(); position++) {
            int at = position;
            layer.headNorms().ifPresent(norms -> normaliseHeads(norms, here, at));
            turn(here.queryKeyValue, position, places[position]);
          }
        });
  }

  private void normaliseHeads(Network.HeadNorms norms, Activations.Layer here, int position) {
    int heads = config.heads() + config.keyValueHeads();
    int size = config.headSize();
    int stride = (heads + config.keyValueHeads()) * size;
    int raw = position * heads * size;
    System.arraycopy(here.queryKeyValue, position * stride, here.rawQueryKey, raw, heads * size);
    for (int head = 0; head < heads; head++) {
      float[] weight = (head < config.heads() ? norms.query() : norms.key()).values();
      here.queryKeyReciprocals[position * heads + head] =
          headNorm.forward(
              here.rawQueryKey,
              raw + head * size,
              weight,
              here.queryKeyValue,
              position * stride + head * size);
    }
  }

  private void turn(float[] queryKeyValue, int position, int place) {
    int heads = config.heads() + config.keyValueHeads();
    int size = config.headSize();
    int at = position * (heads + config.keyValueHeads()) * size;
    for (int head = 0; head < heads; head++) {
      rope.turn(queryKeyValue, at + head * size, place);
    }
  }
}
