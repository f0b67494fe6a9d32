package dev.moat.engine;

import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Forward and backward pass of one model, over all its weights or over an adapter only. The results
 * are the same bits for any number of threads. One thread at a time may use it.
 */
public final class Differentiation implements AutoCloseable {
  private final ModelConfig config;
  private final SortedMap<String, Tensor> trainable;
  private final SortedMap<String, Tensor> gradients;
  private final Workers workers;
  private final Network network;
  private final Attention attention;
  private final ForwardPass forward;
  private final BackwardPass backward;
  private final CrossEntropy crossEntropy;
  private final Activations activations;

  /** Differentiates the adapter if there is one, else all weights of the model. */
  public Differentiation(Model model, Optional<Adapter> adapter, int threads) {
    config = model.config();
    trainable = adapter.map(Adapter::parameters).orElse(model.parameters());
    SortedMap<String, Tensor> zeros = new TreeMap<>();
    trainable.forEach((name, tensor) -> zeros.put(name, Tensor.zeros(name, tensor.shape())));
    gradients = Collections.unmodifiableSortedMap(zeros);
    workers = new Workers(threads);
    Gemm gemm = new Gemm(workers);
    network = new Network(model, adapter, gradients, gemm);
    Rope rope = new Rope(config);
    attention = new Attention(config, gemm);
    Projection.Scratch scratch = new Projection.Scratch();
    forward = new ForwardPass(network, rope);
    backward = new BackwardPass(network, rope, attention, scratch);
    crossEntropy = new CrossEntropy(network, scratch);
    activations = new Activations(config);
    network.projections().forEach(Projection::packBoth);
  }

  /**
   * The mean loss over the counted targets of a batch; its gradients are added to {@link
   * #gradients()}.
   */
  public Loss gradients(Batch batch) {
    batch.requireFits(config);
    Layout layout = Layout.of(batch.tokens());
    long count = batch.counted();
    activations.reach(layout.positions(), config.layers());
    backward.reach(layout.positions());
    forward(layout, batch.tokens(), config.layers());
    float[] losses = new float[layout.positions()];
    crossEntropy.gradients(
        activations.lastNorm(),
        flat(batch.targets()),
        losses,
        backward.normedGradient(),
        1f / Math.max(1, count));
    backward.run(layout, batch.tokens(), activations);
    return loss(losses, count);
  }

  /** The loss of a batch. */
  public Loss evaluate(Batch batch) {
    return loss(losses(batch), batch.counted());
  }

  /** The loss at each position of each row in natural logarithms; 0 where it is not counted. */
  public float[][] tokenLosses(Batch batch) {
    float[] losses = losses(batch);
    float[][] rows = new float[batch.tokens().length][];
    int start = 0;
    for (int row = 0; row < rows.length; row++) {
      int end = start + batch.tokens()[row].length;
      rows[row] = Arrays.copyOfRange(losses, start, end);
      start = end;
    }
    return rows;
  }

  private float[] losses(Batch batch) {
    batch.requireFits(config);
    Layout layout = Layout.of(batch.tokens());
    activations.reach(layout.positions(), 1);
    forward(layout, batch.tokens(), 1);
    float[] losses = new float[layout.positions()];
    crossEntropy.losses(activations.lastNorm(), flat(batch.targets()), losses);
    return losses;
  }

  /** The logits at each position of all rows, one under the other. */
  float[][] logits(int[][] tokens) {
    Layout layout = Layout.of(tokens);
    activations.reach(layout.positions(), 1);
    forward(layout, tokens, 1);
    int vocabulary = config.vocabularySize();
    float[] logits = new float[layout.positions() * vocabulary];
    network.output().forward(activations.lastNorm(), logits, layout.positions(), false);
    float[][] rows = new float[layout.positions()][];
    Arrays.setAll(
        rows, row -> Arrays.copyOfRange(logits, row * vocabulary, (row + 1) * vocabulary));
    return rows;
  }

  private void forward(Layout layout, int[][] tokens, int keptLayers) {
    forward.run(
        new ForwardPass.Positions(flat(tokens), layout.places()),
        (_, here) ->
            attention.forward(
                new Attention.Pass(layout, here.queryKeyValue, here.attended, here.logSums)),
        activations,
        keptLayers);
  }

  private static int[] flat(int[][] rows) {
    return Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray();
  }

  private static Loss loss(float[] losses, long count) {
    double sum = 0;
    for (float loss : losses) {
      sum += loss;
    }
    return new Loss(sum, count);
  }

  /** The tensors that are trained: the adapter's, else the model's. */
  public SortedMap<String, Tensor> trainable() {
    return trainable;
  }

  /** The gradients of {@link #trainable()}, by the same names, summed since they were last zero. */
  public SortedMap<String, Tensor> gradients() {
    return gradients;
  }

  /** Sets all gradients to zero. */
  public void zeroGradients() {
    gradients.values().forEach(tensor -> Arrays.fill(tensor.values(), 0f));
  }

  /** Makes changed weights take effect; to be called after each step of an optimiser. */
  public void weightsChanged() {
    for (Projection projection : network.projections()) {
      if (projection.trains()) {
        projection.packBoth();
      }
    }
  }

  @Override
  public void close() {
    workers.close();
  }
}
