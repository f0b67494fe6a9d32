package dev.moat.engine;

import java.util.Arrays;

/**
 * Causal attention over whole sequences, grouped-query heads included (Ainslie et al. 2023), with
 * its backward pass.
 *
 * <p>Each task takes one sequence and one key-value head. Queries are taken in tiles of {@link
 * #TILE} rows; for a tile only the keys up to its last row are touched, so the masked half of the
 * scores costs nothing. The forward pass keeps the logarithm of each row's sum, from which the
 * backward pass computes the probabilities again (Dao et al. 2022): keeping them would cost more
 * memory than all else together.
 *
 * <p>Queries, keys and values of a position stand side by side in one row.
 */
final class Attention {
  private static final int TILE = 48;

  private final Gemm gemm;
  private final int size;
  private final int heads;
  private final int groups;
  private final int stride;
  private final float scale;
  private final Scratch[] scratches;

  /** What one worker needs for itself. */
  private static final class Scratch {
    private final PackedMatrix keysTransposed = new PackedMatrix();
    private final PackedMatrix valuesTransposed = new PackedMatrix();
    private final PackedMatrix keys = new PackedMatrix();
    private final PackedMatrix values = new PackedMatrix();
    private final PackedMatrix queries = new PackedMatrix();
    private final PackedMatrix outGradients = new PackedMatrix();
    private float[] scores = new float[0];
    private float[] gradients = new float[0];

    void reach(int width) {
      if (scores.length < TILE * width) {
        scores = new float[TILE * width];
        gradients = new float[TILE * width];
      }
    }
  }

  /**
   * The arrays of one layer.
   *
   * @param inputs queries, keys and values
   * @param out the attended values
   * @param logSums for each position and head the logarithm of the sum of its exponentials
   */
  @SuppressWarnings("ArrayRecordComponent") // live arrays, never compared
  record Pass(Layout layout, float[] inputs, float[] out, float[] logSums) {}

  Attention(ModelConfig config, Gemm gemm) {
    this.gemm = gemm;
    size = config.headSize();
    heads = config.heads();
    groups = config.keyValueHeads();
    stride = (heads + 2 * groups) * size;
    scale = (float) (1 / Math.sqrt(size));
    scratches = new Scratch[gemm.workers().count()];
    Arrays.setAll(scratches, _ -> new Scratch());
  }

  void forward(Pass pass) {
    int tasks = pass.layout.rows() * groups;
    gemm.workers().forEach(tasks, (i, worker) -> forward(pass, i / groups, i % groups, worker));
  }

  private void forward(Pass pass, int row, int group, int worker) {
    int length = pass.layout.length(row);
    int start = pass.layout.starts()[row];
    Scratch scratch = scratches[worker];
    int width = padded(length);
    scratch.reach(width);
    Matrix keys = key(pass.inputs, start, group);
    scratch.keysTransposed.shape(size, length).packTransposed(keys, Range.of(length), 0);
    Matrix values = value(pass.inputs, start, group);
    scratch.values.shape(length, size).packRows(values, Range.of(length), 0);
    for (int head = group * (heads / groups); head < (group + 1) * (heads / groups); head++) {
      for (int from = 0; from < length; from += TILE) {
        Range tile = new Range(from, Math.min(length, from + TILE));
        forwardTile(pass, new Place(start, head, tile, width), scratch, gemm.kernel(worker));
      }
    }
  }

  /** A tile of queries: where its sequence starts, its head, its rows, the width of scores. */
  private record Place(int start, int head, Range tile, int width) {}

  private void forwardTile(Pass pass, Place place, Scratch scratch, GemmKernel kernel) {
    Range tile = place.tile;
    scores(pass, place, scratch, kernel);
    float[] scores = scratch.scores;
    int outAt = (place.start + tile.from()) * heads * size + place.head * size;
    for (int r = 0; r < tile.size(); r++) {
      int at = r * place.width;
      int visible = tile.from() + r + 1;
      float max = VectorMath.max(scores, at, visible) * scale;
      float sum = VectorMath.expInPlace(scores, new Range(at, at + visible), scale, max);
      Arrays.fill(scores, at + visible, at + tile.to(), 0f);
      VectorMath.scale(scores, at, visible, 1f / sum);
      pass.logSums[(place.start + tile.from() + r) * heads + place.head] =
          max + (float) StrictMath.log(sum);
    }
    GemmKernel.Block block =
        new GemmKernel.Block(
            Range.of(tile.size()), scratch.values.allPanels(), Range.of(tile.to()));
    Matrix out = new Matrix(pass.out, outAt, heads * size, false);
    kernel.multiply(Matrix.of(scores, place.width), scratch.values, out, block, false);
  }

  /** Writes the products of the tile's queries with all keys that any of them may see. */
  private void scores(Pass pass, Place place, Scratch scratch, GemmKernel kernel) {
    Matrix queries = query(pass.inputs, place.start + place.tile.from(), place.head);
    Matrix scores = Matrix.of(scratch.scores, place.width);
    kernel.multiply(queries, scratch.keysTransposed, scores, keyBlock(place.tile), false);
  }

  private GemmKernel.Block keyBlock(Range tile) {
    Range panels = Range.of((tile.to() + GemmKernel.PANEL - 1) / GemmKernel.PANEL);
    return new GemmKernel.Block(Range.of(tile.size()), panels, Range.of(size));
  }

  /** Writes the gradient of the inputs, given that of the attended values. */
  void backward(Pass pass, float[] outGradient, float[] inputGradient) {
    int tasks = pass.layout.rows() * groups;
    Gradients gradients = new Gradients(outGradient, inputGradient);
    gemm.workers().forEach(tasks, (i, worker) -> backward(pass, gradients, i, worker));
  }

  @SuppressWarnings("ArrayRecordComponent") // live arrays, never compared
  private record Gradients(float[] out, float[] inputs) {}

  private void backward(Pass pass, Gradients gradients, int task, int worker) {
    int row = task / groups;
    int group = task % groups;
    int length = pass.layout.length(row);
    int start = pass.layout.starts()[row];
    Scratch scratch = scratches[worker];
    int width = padded(length);
    scratch.reach(width);
    Range all = Range.of(length);
    Matrix keys = key(pass.inputs, start, group);
    Matrix values = value(pass.inputs, start, group);
    scratch.keysTransposed.shape(size, length).packTransposed(keys, all, 0);
    scratch.valuesTransposed.shape(size, length).packTransposed(values, all, 0);
    scratch.keys.shape(length, size).packRows(keys, all, 0);
    clear(key(gradients.inputs, start, group), length);
    clear(value(gradients.inputs, start, group), length);
    for (int head = group * (heads / groups); head < (group + 1) * (heads / groups); head++) {
      Matrix queries = query(pass.inputs, start, head);
      scratch.queries.shape(length, size).packRows(queries, all, 0);
      scratch.outGradients.shape(length, size).packRows(out(gradients.out, start, head), all, 0);
      for (int from = 0; from < length; from += TILE) {
        Range tile = new Range(from, Math.min(length, from + TILE));
        Place place = new Place(start, head, tile, width);
        backwardTile(pass, gradients, place, scratch, gemm.kernel(worker));
      }
    }
  }

  private void backwardTile(
      Pass pass, Gradients gradients, Place place, Scratch scratch, GemmKernel kernel) {
    Range tile = place.tile;
    int first = place.start + tile.from();
    scores(pass, place, scratch, kernel);
    Matrix outGradient = out(gradients.out, first, place.head);
    Matrix scoreGradients = Matrix.of(scratch.gradients, place.width);
    kernel.multiply(outGradient, scratch.valuesTransposed, scoreGradients, keyBlock(tile), false);
    for (int r = 0; r < tile.size(); r++) {
      softmaxBackward(pass, gradients, place, scratch, r);
    }
    int group = place.head / (heads / groups);
    Matrix probabilities = Matrix.of(scratch.scores, place.width).transpose();
    Range rows = Range.of(tile.to());
    // The transposed left operand is as deep as the tile, and begins at the tile's first row.
    multiplyTile(
        kernel,
        probabilities,
        scratch.outGradients,
        value(gradients.inputs, place.start, group),
        tile);
    multiplyTile(
        kernel,
        scoreGradients.transpose(),
        scratch.queries,
        key(gradients.inputs, place.start, group),
        tile);
    GemmKernel.Block block =
        new GemmKernel.Block(Range.of(tile.size()), scratch.keys.allPanels(), rows);
    kernel.multiply(
        scoreGradients, scratch.keys, query(gradients.inputs, first, place.head), block, false);
  }

  /** Adds to keys' or values' gradients what the rows of one tile give. */
  private static void multiplyTile(
      GemmKernel kernel, Matrix left, PackedMatrix right, Matrix result, Range tile) {
    Matrix shifted = left.at(left.offset() - tile.from() * left.stride());
    GemmKernel.Block block = new GemmKernel.Block(Range.of(tile.to()), right.allPanels(), tile);
    kernel.multiply(shifted, right, result, block, true);
  }

  private void softmaxBackward(
      Pass pass, Gradients gradients, Place place, Scratch scratch, int r) {
    int at = r * place.width;
    int position = place.start + place.tile.from() + r;
    int visible = place.tile.from() + r + 1;
    float logSum = pass.logSums[position * heads + place.head];
    VectorMath.expInPlace(scratch.scores, new Range(at, at + visible), scale, logSum);
    Arrays.fill(scratch.scores, at + visible, at + place.tile.to(), 0f);
    int outAt = (position * heads + place.head) * size;
    float shift = VectorMath.dot(gradients.out, outAt, pass.out, outAt, size);
    VectorMath.shiftedProduct(
        scratch.gradients, scratch.scores, at, visible, new float[] {shift, scale});
    Arrays.fill(scratch.gradients, at + visible, at + place.tile.to(), 0f);
  }

  private static int padded(int length) {
    return (length + GemmKernel.PANEL - 1) / GemmKernel.PANEL * GemmKernel.PANEL;
  }

  private Matrix query(float[] inputs, int position, int head) {
    return new Matrix(inputs, position * stride + head * size, stride, false);
  }

  private Matrix key(float[] inputs, int position, int group) {
    return new Matrix(inputs, position * stride + (heads + group) * size, stride, false);
  }

  private Matrix value(float[] inputs, int position, int group) {
    return new Matrix(inputs, position * stride + (heads + groups + group) * size, stride, false);
  }

  private Matrix out(float[] out, int position, int head) {
    return new Matrix(out, (position * heads + head) * size, heads * size, false);
  }

  private void clear(Matrix matrix, int rows) {
    for (int row = 0; row < rows; row++) {
      int at = matrix.offset() + row * matrix.stride();
      Arrays.fill(matrix.values(), at, at + size, 0f);
    }
  }
}
