package dev.moat.engine;

import java.util.Arrays;

/**
 * Causal attention of a few successive queries of one head, one instance for each thread. Only the
 * keys up to the last of the queries are touched.
 */
final class AttentionTile {
  /** The most queries at once. */
  static final int ROWS = 48;

  private final GemmKernel kernel;
  private final int size;
  private final float scale;
  private float[] scores = new float[0];

  /**
   * What the queries look at.
   *
   * @param keysTransposed a column for each key
   * @param values a row for each value
   */
  record Memory(PackedMatrix keysTransposed, PackedMatrix values) {}

  AttentionTile(GemmKernel kernel, int headSize) {
    this.kernel = kernel;
    size = headSize;
    scale = (float) (1 / Math.sqrt(headSize));
  }

  /** The factor of the scores. */
  float scale() {
    return scale;
  }

  /** The latest scores, rows as wide as {@link #width}. */
  float[] scores() {
    return scores;
  }

  /** Makes room for queries at places up to, not including, the given one. */
  void reach(int places) {
    int width = width(places);
    if (scores.length < ROWS * width) {
      scores = new float[ROWS * width];
    }
  }

  /** The columns that a row of scores takes: whole panels. */
  static int width(int places) {
    return (places + GemmKernel.PANEL - 1) / GemmKernel.PANEL * GemmKernel.PANEL;
  }

  /** The part of a product with transposed keys that queries at these places need. */
  GemmKernel.Block block(Range places) {
    Range panels = Range.of(width(places.to()) / GemmKernel.PANEL);
    return new GemmKernel.Block(Range.of(places.size()), panels, Range.of(size));
  }

  /** Computes the products of queries and keys, not yet scaled; a row for each query. */
  Matrix scores(Matrix queries, Range places, PackedMatrix keysTransposed) {
    Matrix result = Matrix.of(scores, width(places.to()));
    kernel.multiply(queries, keysTransposed, result, block(places), false);
    return result;
  }

  /**
   * Writes what the queries at some places attend to.
   *
   * @param logSums receives the logarithm of the sum of each query's exponentials
   */
  void attend(Matrix queries, Range places, Memory memory, Matrix out, float[] logSums) {
    int width = scores(queries, places, memory.keysTransposed).stride();
    for (int r = 0; r < places.size(); r++) {
      int at = r * width;
      int visible = places.from() + r + 1;
      float max = VectorMath.max(scores, at, visible) * scale;
      float sum = VectorMath.expInPlace(scores, new Range(at, at + visible), scale, max);
      Arrays.fill(scores, at + visible, at + places.to(), 0f);
      VectorMath.scale(scores, at, visible, 1f / sum);
      logSums[r] = max + (float) StrictMath.log(sum);
    }
    GemmKernel.Block block =
        new GemmKernel.Block(
            Range.of(places.size()), memory.values.allPanels(), Range.of(places.to()));
    kernel.multiply(Matrix.of(scores, width), memory.values, out, block, false);
  }
}
