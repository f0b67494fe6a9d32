package dev.moat.engine;

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
  private final Attention attention;

  ForwardPass(Network network, Rope rope, Attention attention) {
    this.network = network;
    this.rope = rope;
    this.attention = attention;
    config = network.config();
    workers = network.gemm().workers();
    norm = new RmsNorm(config.hiddenSize(), config.normEpsilon());
    headNorm = new RmsNorm(config.headSize(), config.normEpsilon());
    swiGlu = new SwiGlu(config.intermediateSize());
  }

  /**
   * Computes the activations of a batch. With room for one layer only, every layer uses it in turn:
   * enough where no backward pass follows.
   */
  void run(Layout layout, int[][] tokens, Activations activations, int kept) {
    rope.reach(layout.longest());
    embed(layout, tokens, activations.layer(0).input);
    int layers = config.layers();
    for (int i = 0; i < layers; i++) {
      Activations.Layer here = activations.layer(i % kept);
      float[] out = activations.last();
      if (kept > 1 && i + 1 < layers) {
        out = activations.layer(i + 1).input;
      }
      layer(network.layers().get(i), layout, here, out);
      if (kept == 1 && i + 1 < layers) {
        System.arraycopy(out, 0, here.input, 0, layout.positions() * config.hiddenSize());
      }
    }
    Network.NormWeight weight = network.finalNorm();
    normalise(
        weight.values(),
        activations.last(),
        activations.lastNorm(),
        activations.lastReciprocals(),
        layout.positions());
  }

  private void embed(Layout layout, int[][] tokens, float[] out) {
    int hidden = config.hiddenSize();
    for (int row = 0; row < layout.rows(); row++) {
      for (int place = 0; place < layout.length(row); place++) {
        int to = (layout.starts()[row] + place) * hidden;
        System.arraycopy(network.embedding(), tokens[row][place] * hidden, out, to, hidden);
      }
    }
  }

  private void layer(Network.Layer layer, Layout layout, Activations.Layer here, float[] out) {
    int count = layout.positions();
    int hidden = config.hiddenSize();
    float[] attentionNorm = layer.attentionNorm().values();
    normalise(attentionNorm, here.input, here.inputNorm, here.inputReciprocals, count);
    layer.queryKeyValue().forward(here.inputNorm, here.queryKeyValue, count, false);
    position(layer, layout, here);
    attention.forward(new Attention.Pass(layout, here.queryKeyValue, here.attended, here.logSums));
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
  private void position(Network.Layer layer, Layout layout, Activations.Layer here) {
    workers.forEachRange(
        layout.positions(),
        ROWS,
        (rows, _) -> {
          for (int position = rows.from(); position < rows.to(); position++) {
            int at = position;
            layer.headNorms().ifPresent(norms -> normaliseHeads(norms, here, at));
            turn(here.queryKeyValue, position, layout.places()[position]);
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
