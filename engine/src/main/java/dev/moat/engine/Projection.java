package dev.moat.engine;

import java.util.List;
import java.util.Optional;

/**
 * One or more linear layers that share their input, computed as one product: queries, keys and
 * values, or gate and up. Holds the packed weights; low-rank changes are merged into them, so that
 * training and serving compute the same.
 */
final class Projection {
  private static final int PACK_ROWS = 64;

  private final Gemm gemm;
  private final List<Part> parts;
  private final int inputs;
  private final int outputs;
  private final PackedMatrix forward = new PackedMatrix();
  private final PackedMatrix backward = new PackedMatrix();

  /**
   * One linear layer.
   *
   * @param weight the weight as given, before the low-rank change
   */
  @SuppressWarnings("ArrayRecordComponent") // live arrays, never compared
  record Part(
      float[] weight,
      int outputs,
      Optional<Bias> bias,
      Optional<float[]> gradient,
      Optional<LowRank> lowRank) {
    boolean trains() {
      return gradient.isPresent() || lowRank.isPresent();
    }
  }

  /** A bias, with its gradient where it is trained. */
  @SuppressWarnings("ArrayRecordComponent") // live arrays, never compared
  record Bias(float[] values, Optional<float[]> gradient) {}

  /** Buffers that all projections of one network use in turn. */
  static final class Scratch {
    private final PackedMatrix input = new PackedMatrix();
    private final PackedMatrix lowRank = new PackedMatrix();
    private float[] reduced = new float[0];

    private float[] reduced(int size) {
      if (reduced.length < size) {
        reduced = new float[size];
      }
      return reduced;
    }
  }

  Projection(Gemm gemm, List<Part> parts, int inputs) {
    this.gemm = gemm;
    this.parts = List.copyOf(parts);
    this.inputs = inputs;
    outputs = parts.stream().mapToInt(Part::outputs).sum();
  }

  int inputs() {
    return inputs;
  }

  int outputs() {
    return outputs;
  }

  boolean trains() {
    return parts.stream().anyMatch(Part::trains);
  }

  /** Packs the weights for the forward pass; to be called whenever they have changed. */
  void packForward() {
    forward.shape(inputs, outputs);
    pack((merged, rows, at) -> forward.packTransposed(merged, rows, at));
  }

  /** Packs the weights for both passes; to be called whenever they have changed. */
  void packBoth() {
    forward.shape(inputs, outputs);
    backward.shape(outputs, inputs);
    pack(
        (merged, rows, at) -> {
          forward.packTransposed(merged, rows, at);
          backward.packRows(merged, rows, at);
        });
  }

  /** Takes some rows of a weight, the first of which is output number {@code at}. */
  private interface Packer {
    void pack(Matrix merged, Range rows, int at);
  }

  private void pack(Packer packer) {
    int first = 0;
    for (Part part : parts) {
      int start = first;
      gemm.workers()
          .forEachRange(
              part.outputs,
              PACK_ROWS,
              (rows, worker) -> packer.pack(merged(part, rows, worker), rows, start + rows.from()));
      first += part.outputs;
    }
  }

  /** A view in which the given rows are those of the weight with its low-rank change. */
  private Matrix merged(Part part, Range rows, int worker) {
    if (part.lowRank.isEmpty()) {
      return Matrix.of(part.weight, inputs);
    }
    float[] buffer = gemm.buffer(worker, PACK_ROWS * inputs);
    part.lowRank.get().merge(part.weight, rows, buffer);
    return Matrix.of(buffer, inputs).at(-rows.from() * inputs);
  }

  /** Computes, or adds to {@code y}, the outputs of {@code count} rows of {@code x}. */
  void forward(float[] x, float[] y, int count, boolean accumulate) {
    forward(Matrix.of(x, inputs), y, count, accumulate);
  }

  void forward(Matrix x, float[] y, int count, boolean accumulate) {
    gemm.multiply(x, forward, Matrix.of(y, outputs), count, accumulate);
    int column = 0;
    for (Part part : parts) {
      int at = column;
      part.bias.ifPresent(bias -> addBias(bias.values, y, at, count));
      column += part.outputs;
    }
  }

  private void addBias(float[] bias, float[] y, int at, int count) {
    for (int row = 0; row < count; row++) {
      VectorMath.add(bias, 0, y, row * outputs + at, bias.length);
    }
  }

  /** Computes, or adds to {@code dx}, the gradient of the inputs. */
  void inputGradient(Matrix dy, Matrix dx, int count, boolean accumulate) {
    gemm.multiply(dy, backward, dx, count, accumulate);
  }

  /** Adds the gradients of what is trained here, over {@code count} rows. */
  void weightGradients(Matrix dy, Matrix x, int count, Scratch scratch) {
    if (!trains()) {
      return;
    }
    gemm.packRows(x, count, inputs, scratch.input);
    int column = 0;
    for (Part part : parts) {
      Matrix partGradient = dy.at(dy.offset() + column);
      part.gradient.ifPresent(
          gradient ->
              gemm.multiply(
                  partGradient.transpose(),
                  scratch.input,
                  Matrix.of(gradient, inputs),
                  part.outputs,
                  true));
      part.bias
          .flatMap(Bias::gradient)
          .ifPresent(gradient -> biasGradient(partGradient, count, gradient));
      part.lowRank.ifPresent(low -> lowRankGradients(low, partGradient, x, count, scratch));
      column += part.outputs;
    }
  }

  private void biasGradient(Matrix dy, int count, float[] gradient) {
    gemm.workers()
        .forEachRange(
            gradient.length,
            64,
            (range, _) -> {
              for (int row = 0; row < count; row++) {
                int at = dy.offset() + row * dy.stride() + range.from();
                VectorMath.add(dy.values(), at, gradient, range.from(), range.size());
              }
            });
  }

  /** {@code dB += s dY' (X A')} and {@code dA += s (dY B)' X}, where ' transposes. */
  private void lowRankGradients(LowRank low, Matrix dy, Matrix x, int count, Scratch scratch) {
    int rank = low.rank();
    int outputsHere = low.b().shape()[0];
    float[] reduced = scratch.reduced(count * rank);
    PackedMatrix packed = scratch.lowRank;
    packed
        .shape(inputs, rank)
        .packTransposed(Matrix.of(low.a().values(), inputs), Range.of(rank), 0);
    gemm.multiply(x, packed, Matrix.of(reduced, rank), count, false);
    VectorMath.scale(reduced, 0, count * rank, low.scale());
    gemm.packRows(Matrix.of(reduced, rank), count, rank, packed);
    Matrix gradientB = Matrix.of(low.gradientB().values(), rank);
    gemm.multiply(dy.transpose(), packed, gradientB, outputsHere, true);
    gemm.packRows(Matrix.of(low.b().values(), rank), outputsHere, rank, packed);
    gemm.multiply(dy, packed, Matrix.of(reduced, rank), count, false);
    VectorMath.scale(reduced, 0, count * rank, low.scale());
    Matrix gradientA = Matrix.of(low.gradientA().values(), inputs);
    gemm.multiply(Matrix.of(reduced, rank).transpose(), scratch.input, gradientA, rank, true);
  }
}
