package dev.moat.engine;

import java.util.Arrays;

/**
 * The output projection and the cross-entropy in one: the logits exist for a stretch of positions
 * at a time only, and become their own gradient in place.
 */
final class CrossEntropy {
  /** Logits held at once; a stretch has at least one position. */
  private static final int LOGITS_MAX = 2_000_000;

  private static final int ROWS = 8;

  private final Network network;
  private final Projection.Scratch scratch;
  private float[] logits = new float[0];

  CrossEntropy(Network network, Projection.Scratch scratch) {
    this.network = network;
    this.scratch = scratch;
  }

  /** Writes the loss of each position, 0 where it is not counted. */
  void losses(float[] normed, int[] targets, float[] losses) {
    stretches(
        targets.length,
        positions -> {
          logits(normed, positions);
          eachRow(positions, row -> losses[row] = loss(targets[row], logitsAt(row, positions)));
        });
  }

  /**
   * Writes the losses, writes the gradient of the normed activations, and adds that of the output
   * weights, all of them for the sum of losses times {@code weight}.
   */
  void gradients(
      float[] normed, int[] targets, float[] losses, float[] normedGradient, float weight) {
    int hidden = network.config().hiddenSize();
    int vocabulary = network.config().vocabularySize();
    stretches(
        targets.length,
        positions -> {
          logits(normed, positions);
          eachRow(
              positions,
              row -> {
                int at = logitsAt(row, positions);
                losses[row] = loss(targets[row], at);
                lossGradient(targets[row], at, weight);
              });
          Matrix logitGradient = Matrix.of(logits, vocabulary);
          int at = positions.from() * hidden;
          Matrix inputs = Matrix.of(normed, hidden).at(at);
          Matrix inputGradient = Matrix.of(normedGradient, hidden).at(at);
          Projection output = network.output();
          output.inputGradient(logitGradient, inputGradient, positions.size(), false);
          output.weightGradients(logitGradient, inputs, positions.size(), scratch);
        });
  }

  private interface Stretch {
    void run(Range positions);
  }

  private interface Row {
    void run(int position);
  }

  private void stretches(int count, Stretch stretch) {
    int vocabulary = network.config().vocabularySize();
    int size = Math.min(count, Math.max(1, LOGITS_MAX / vocabulary));
    if (logits.length < size * vocabulary) {
      logits = new float[size * vocabulary];
    }
    for (int from = 0; from < count; from += size) {
      stretch.run(new Range(from, Math.min(count, from + size)));
    }
  }

  private void eachRow(Range positions, Row row) {
    network
        .gemm()
        .workers()
        .forEachRange(
            positions.size(),
            ROWS,
            (range, _) -> {
              for (int i = range.from(); i < range.to(); i++) {
                row.run(positions.from() + i);
              }
            });
  }

  private int logitsAt(int position, Range positions) {
    return (position - positions.from()) * network.config().vocabularySize();
  }

  private void logits(float[] normed, Range positions) {
    int hidden = network.config().hiddenSize();
    Matrix inputs = Matrix.of(normed, hidden).at(positions.from() * hidden);
    network.output().forward(inputs, logits, positions.size(), false);
  }

  /** The loss of one position, whose logits become probabilities. */
  private float loss(int target, int at) {
    if (target == Batch.IGNORED) {
      return 0f;
    }
    int vocabulary = network.config().vocabularySize();
    float max = VectorMath.max(logits, at, vocabulary);
    float logit = logits[at + target];
    Range all = new Range(at, at + vocabulary);
    float sum = VectorMath.expInPlace(logits, all, 1f, max);
    VectorMath.scale(logits, at, vocabulary, 1f / sum);
    return (float) (StrictMath.log(sum) + (max - logit));
  }

  private void lossGradient(int target, int at, float weight) {
    int vocabulary = network.config().vocabularySize();
    if (target == Batch.IGNORED) {
      Arrays.fill(logits, at, at + vocabulary, 0f);
      return;
    }
    logits[at + target] -= 1f;
    VectorMath.scale(logits, at, vocabulary, weight);
  }
}
