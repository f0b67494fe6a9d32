package dev.moat.engine;

import java.util.Arrays;
import java.util.Optional;

/**
 * Runs the gradient of the loss back through a network, adding the gradients of what is trained;
 * the mirror image of {@link ForwardPass}, written out by hand.
 */
final class BackwardPass {
  private static final int ROWS = 32;
  private static final int COLUMNS = 64;

  private final Network network;
  private final ModelConfig config;
  private final Workers workers;
  private final Rope rope;
  private final Attention attention;
  private final RmsNorm norm;
  private final RmsNorm headNorm;
  private final SwiGlu swiGlu;
  private final Projection.Scratch scratch;
  private final int lowest;

  /** Gradients with respect to the residual stream and to what stands between it. */
  private float[] stream = new float[0];

  private float[] normed = new float[0];
  private float[] wide = new float[0];
  private float[] attended = new float[0];
  private float[] queryKeyValue = new float[0];
  private float[] rawQueryKey = new float[0];

  BackwardPass(Network network, Rope rope, Attention attention, Projection.Scratch scratch) {
    this.network = network;
    this.rope = rope;
    this.attention = attention;
    this.scratch = scratch;
    config = network.config();
    workers = network.gemm().workers();
    norm = new RmsNorm(config.hiddenSize(), config.normEpsilon());
    headNorm = new RmsNorm(config.headSize(), config.normEpsilon());
    swiGlu = new SwiGlu(config.intermediateSize());
    lowest = lowestTrained();
  }

  /** The first layer that the gradient must reach. */
  private int lowestTrained() {
    if (network.embeddingGradient().isPresent()) {
      return 0;
    }
    int layer = 0;
    while (layer < config.layers() && !network.layers().get(layer).trains()) {
      layer++;
    }
    return layer;
  }

  void reach(int positions) {
    int hidden = config.hiddenSize();
    if (stream.length >= positions * hidden) {
      return;
    }
    int headed = (config.heads() + config.keyValueHeads()) * config.headSize();
    stream = new float[positions * hidden];
    normed = new float[positions * hidden];
    wide = new float[positions * config.intermediateSize()];
    attended = new float[positions * config.heads() * config.headSize()];
    queryKeyValue = new float[positions * (headed + config.keyValueHeads() * config.headSize())];
    rawQueryKey = config.queryKeyNorm() ? new float[positions * headed] : new float[0];
  }

  /** Where the gradient of the last norm's output is to be put before {@link #run}. */
  float[] normedGradient() {
    return normed;
  }

  void run(Layout layout, int[][] tokens, Activations activations) {
    int count = layout.positions();
    Arrays.fill(stream, 0, count * config.hiddenSize(), 0f);
    normBackward(network.finalNorm(), activations.last(), activations.lastReciprocals(), count);
    for (int i = config.layers() - 1; i >= lowest; i--) {
      layer(network.layers().get(i), layout, activations.layer(i), i > lowest);
    }
    network.embeddingGradient().ifPresent(gradient -> embedding(layout, tokens, gradient));
  }

  private void layer(
      Network.Layer layer, Layout layout, Activations.Layer here, boolean furtherDown) {
    int count = layout.positions();
    feedForward(layer, here, count);
    Matrix streamGradient = Matrix.of(stream, config.hiddenSize());
    int attendedSize = config.heads() * config.headSize();
    Projection output = layer.attentionOutput();
    output.inputGradient(streamGradient, Matrix.of(attended, attendedSize), count, false);
    output.weightGradients(streamGradient, Matrix.of(here.attended, attendedSize), count, scratch);
    attention.backward(
        new Attention.Pass(layout, here.queryKeyValue, here.attended, here.logSums),
        attended,
        queryKeyValue);
    turnBack(layout);
    layer.headNorms().ifPresent(norms -> headNorms(norms, here, count));
    Projection projection = layer.queryKeyValue();
    Matrix gradient = Matrix.of(queryKeyValue, projection.outputs());
    projection.weightGradients(
        gradient, Matrix.of(here.inputNorm, config.hiddenSize()), count, scratch);
    if (furtherDown || network.embeddingGradient().isPresent()) {
      projection.inputGradient(gradient, Matrix.of(normed, config.hiddenSize()), count, false);
      normBackward(layer.attentionNorm(), here.input, here.inputReciprocals, count);
    }
  }

  /** The gradients of gate and up replace their values, which are not needed any more. */
  private void feedForward(Network.Layer layer, Activations.Layer here, int count) {
    int hidden = config.hiddenSize();
    int wideSize = config.intermediateSize();
    Matrix streamGradient = Matrix.of(stream, hidden);
    layer.down().inputGradient(streamGradient, Matrix.of(wide, wideSize), count, false);
    layer
        .down()
        .weightGradients(streamGradient, Matrix.of(here.activated, wideSize), count, scratch);
    workers.forEachRange(count, ROWS, (rows, _) -> swiGlu.backward(here.gateUp, wide, rows));
    Matrix gateUpGradient = Matrix.of(here.gateUp, 2 * wideSize);
    Projection gateUp = layer.gateUp();
    gateUp.weightGradients(gateUpGradient, Matrix.of(here.middleNorm, hidden), count, scratch);
    gateUp.inputGradient(gateUpGradient, Matrix.of(normed, hidden), count, false);
    normBackward(layer.feedForwardNorm(), here.middle, here.middleReciprocals, count);
  }

  /** Adds to the stream what a norm passes on of the gradient in {@link #normed}. */
  private void normBackward(Network.NormWeight weight, float[] in, float[] reciprocals, int count) {
    int hidden = config.hiddenSize();
    workers.forEachRange(
        count,
        ROWS,
        (rows, _) -> {
          for (int row = rows.from(); row < rows.to(); row++) {
            int at = row * hidden;
            norm.backward(
                new RmsNorm.Saved(in, at, weight.values(), reciprocals[row]),
                at,
                normed,
                stream,
                at);
          }
        });
    weight.gradient().ifPresent(gradient -> normWeight(weight, in, reciprocals, gradient, count));
  }

  private void normWeight(
      Network.NormWeight weight, float[] in, float[] reciprocals, float[] gradient, int count) {
    int hidden = config.hiddenSize();
    workers.forEachRange(
        hidden,
        COLUMNS,
        (columns, _) -> {
          for (int row = 0; row < count; row++) {
            int at = row * hidden;
            RmsNorm.weightGradient(
                new RmsNorm.Saved(in, at, weight.values(), reciprocals[row]),
                at,
                normed,
                columns,
                gradient);
          }
        });
  }

  private int headCount() {
    return config.heads() + config.keyValueHeads();
  }

  private int stride() {
    return (headCount() + config.keyValueHeads()) * config.headSize();
  }

  private void turnBack(Layout layout) {
    workers.forEachRange(
        layout.positions(),
        ROWS,
        (rows, _) -> {
          for (int position = rows.from(); position < rows.to(); position++) {
            int at = position * stride();
            for (int head = 0; head < headCount(); head++) {
              int headAt = at + head * config.headSize();
              rope.turnBack(queryKeyValue, headAt, layout.places()[position]);
            }
          }
        });
  }

  private void headNorms(Network.HeadNorms norms, Activations.Layer here, int count) {
    int rowSize = headCount() * config.headSize();
    for (int position = 0; position < count; position++) {
      System.arraycopy(
          queryKeyValue, position * stride(), rawQueryKey, position * rowSize, rowSize);
    }
    workers.forEachRange(
        count,
        ROWS,
        (rows, _) -> {
          for (int position = rows.from(); position < rows.to(); position++) {
            Arrays.fill(queryKeyValue, position * stride(), position * stride() + rowSize, 0f);
            for (int head = 0; head < headCount(); head++) {
              RmsNorm.Saved saved = savedHead(norms, here, position, head);
              int to = position * stride() + head * config.headSize();
              headNorm.backward(saved, saved.inAt(), rawQueryKey, queryKeyValue, to);
            }
          }
        });
    headNormWeight(norms, here, count, new Range(0, config.heads()));
    headNormWeight(norms, here, count, new Range(config.heads(), headCount()));
  }

  private RmsNorm.Saved savedHead(
      Network.HeadNorms norms, Activations.Layer here, int position, int head) {
    int vector = position * headCount() + head;
    float[] weight = (head < config.heads() ? norms.query() : norms.key()).values();
    return new RmsNorm.Saved(
        here.rawQueryKey, vector * config.headSize(), weight, here.queryKeyReciprocals[vector]);
  }

  private void headNormWeight(
      Network.HeadNorms norms, Activations.Layer here, int count, Range heads) {
    Optional<float[]> gradient =
        (heads.from() < config.heads() ? norms.query() : norms.key()).gradient();
    if (gradient.isEmpty()) {
      return;
    }
    Range elements = Range.of(config.headSize());
    for (int position = 0; position < count; position++) {
      for (int head = heads.from(); head < heads.to(); head++) {
        RmsNorm.Saved saved = savedHead(norms, here, position, head);
        RmsNorm.weightGradient(saved, saved.inAt(), rawQueryKey, elements, gradient.get());
      }
    }
  }

  private void embedding(Layout layout, int[][] tokens, float[] gradient) {
    int hidden = config.hiddenSize();
    workers.forEachRange(
        hidden,
        COLUMNS,
        (columns, _) -> {
          for (int row = 0; row < layout.rows(); row++) {
            for (int place = 0; place < layout.length(row); place++) {
              int from = (layout.starts()[row] + place) * hidden + columns.from();
              int to = tokens[row][place] * hidden + columns.from();
              VectorMath.add(stream, from, gradient, to, columns.size());
            }
          }
        });
  }
}
