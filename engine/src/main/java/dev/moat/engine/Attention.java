package dev.moat.engine;

import java.util.Arrays;

/**
 * Causal attention over whole sequences, grouped-query heads included (Ainslie et al. 2023), with
 * its backward pass.
 *
 * <p>Each task takes one sequence and one key-value head. Queries are taken in tiles; for a tile
 * only the keys up to its last row are touched, so the masked half of the scores costs nothing. The
 * forward pass keeps the logarithm of each row's sum, from which the backward pass computes the
 * probabilities again (Dao et al. 2022): keeping them would cost more memory than all else
 * together.
 *
 * <p>Queries, keys and values of a position stand side by side in one row.
 */
final class Attention {
  private static final int TILE = AttentionTile.ROWS;

  private final Gemm gemm;
  private final int size;
  private final int heads;
  private final int groups;
  private final int stride;
  private final Scratch[] scratches;

  /** What one worker needs for itself. */
  private static final class Scratch {
    private final GemmKernel kernel;
    private final AttentionTile tile;
    private final PackedMatrix keysTransposed = new PackedMatrix();
    private final PackedMatrix valuesTransposed = new PackedMatrix();
    private final PackedMatrix keys = new PackedMatrix();
    private final PackedMatrix values = new PackedMatrix();
    private final PackedMatrix queries = new PackedMatrix();
    private final PackedMatrix outGradients = new PackedMatrix();
    private final float[] logSums = new float[TILE];
    private float[] gradients = new float[0];

    Scratch(GemmKernel kernel, int headSize) {
      this.kernel = kernel;
      tile = new AttentionTile(kernel, headSize);
    }

    void reach(int length) {
      tile.reach(length);
      int width = AttentionTile.width(length);
      if (gradients.length < TILE * width) {
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
    scratches = new Scratch[gemm.workers().count()];
    Arrays.setAll(scratches, worker -> new Scratch(gemm.kernel(worker), size));
  }

  void forward(Pass pass) {
    int tasks = pass.layout.rows() * groups;
    gemm.workers().forEach(tasks, (i, worker) -> forward(pass, i / groups, i % groups, worker));
  }

  private void forward(Pass pass, int row, int group, int worker) {
    int length = pass.layout.length(row);
    int start = pass.layout.starts()[row];
    Scratch scratch = scratches[worker];
    scratch.reach(length);
    Matrix keys = key(pass.inputs, start, group);
    scratch.keysTransposed.shape(size, length).packTransposed(keys, Range.of(length), 0);
    Matrix values = value(pass.inputs, start, group);
    scratch.values.shape(length, size).packRows(values, Range.of(length), 0);
    AttentionTile.Memory memory = new AttentionTile.Memory(scratch.keysTransposed, scratch.values);
    for (int head = group * (heads / groups); head < (group + 1) * (heads / groups); head++) {
      for (int from = 0; from < length; from += TILE) {
        Range places = new Range(from, Math.min(length, from + TILE));
        int first = start + from;
        Matrix queries = query(pass.inputs, first, head);
        Matrix attended = out(pass.out, first, head);
        scratch.tile.attend(queries, places, memory, attended, scratch.logSums);
        for (int r = 0; r < places.size(); r++) {
          pass.logSums[(first + r) * heads + head] = scratch.logSums[r];
        }
      }
    }
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
    int group = task % groups;
    int length = pass.layout.length(task / groups);
    int start = pass.layout.starts()[task / groups];
    Scratch scratch = scratches[worker];
    scratch.reach(length);
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
        Range places = new Range(from, Math.min(length, from + TILE));
        backwardTile(pass, gradients, new Place(start, head, places), scratch);
      }
    }
  }

  /** A tile of queries: where its sequence starts, its head, its places in the sequence. */
  private record Place(int start, int head, Range places) {
    int first() {
      return start + places.from();
    }
  }

  private void backwardTile(Pass pass, Gradients gradients, Place place, Scratch scratch) {
    Range places = place.places;
    int first = place.first();
    int group = place.head / (heads / groups);
    Matrix queries = query(pass.inputs, first, place.head);
    Matrix probabilities = scratch.tile.scores(queries, places, scratch.keysTransposed);
    Matrix scoreGradients = Matrix.of(scratch.gradients, probabilities.stride());
    GemmKernel kernel = scratch.kernel;
    kernel.multiply(
        out(gradients.out, first, place.head),
        scratch.valuesTransposed,
        scoreGradients,
        scratch.tile.block(places),
        false);
    for (int r = 0; r < places.size(); r++) {
      softmaxBackward(pass, gradients.out, place, r, scratch);
    }
    Matrix valueGradients = value(gradients.inputs, place.start, group);
    addTile(kernel, probabilities, scratch.outGradients, valueGradients, places);
    Matrix keyGradients = key(gradients.inputs, place.start, group);
    addTile(kernel, scoreGradients, scratch.queries, keyGradients, places);
    GemmKernel.Block block =
        new GemmKernel.Block(
            Range.of(places.size()), scratch.keys.allPanels(), Range.of(places.to()));
    Matrix queryGradients = query(gradients.inputs, first, place.head);
    kernel.multiply(scoreGradients, scratch.keys, queryGradients, block, false);
  }

  /**
   * Adds to the gradients of keys or values what one tile gives: the transpose of {@code left},
   * whose rows are those of the tile, by the same rows of {@code right}.
   */
  private static void addTile(
      GemmKernel kernel, Matrix left, PackedMatrix right, Matrix result, Range places) {
    Matrix fromStart = left.at(left.offset() - places.from() * left.stride()).transpose();
    GemmKernel.Block block = new GemmKernel.Block(Range.of(places.to()), right.allPanels(), places);
    kernel.multiply(fromStart, right, result, block, true);
  }

  /** Turns row r of the scores into probabilities and of their gradients into the scores'. */
  private void softmaxBackward(
      Pass pass, float[] outGradient, Place place, int r, Scratch scratch) {
    int at = r * AttentionTile.width(place.places.to());
    int hidden = at + place.places.from() + r + 1;
    int end = at + place.places.to();
    int vector = (place.first() + r) * heads + place.head;
    float[] probabilities = scratch.tile.scores();
    float scale = scratch.tile.scale();
    VectorMath.expInPlace(probabilities, new Range(at, hidden), scale, pass.logSums[vector]);
    Arrays.fill(probabilities, hidden, end, 0f);
    float shift = VectorMath.dot(outGradient, vector * size, pass.out, vector * size, size);
    VectorMath.shiftScale(scratch.gradients, new Range(at, hidden), -shift, scale);
    VectorMath.multiply(probabilities, at, scratch.gradients, at, hidden - at);
    Arrays.fill(scratch.gradients, hidden, end, 0f);
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
