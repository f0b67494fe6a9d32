package dev.moat.engine;

import jdk.incubator.vector.FloatVector;

/**
 * The low-rank change of one weight: {@code W + scale * B * A}, with the tensors that receive the
 * gradients of A and B.
 */
record LowRank(Tensor a, Tensor b, Tensor gradientA, Tensor gradientB, float scale) {
  int rank() {
    return a.shape()[0];
  }

  int inputs() {
    return a.shape()[1];
  }

  /**
   * Writes some rows of the changed weight, one under the other from the start of {@code merged};
   * where B is zero they equal the weight's exactly.
   */
  void merge(float[] weight, Range rows, float[] merged) {
    int inputs = inputs();
    int bound = GemmKernel.SPECIES.loopBound(inputs);
    for (int row = rows.from(); row < rows.to(); row++) {
      int at = (row - rows.from()) * inputs;
      System.arraycopy(weight, row * inputs, merged, at, inputs);
      for (int r = 0; r < rank(); r++) {
        float factor = scale * b.values()[row * rank() + r];
        int from = r * inputs;
        for (int i = 0; i < bound; i += GemmKernel.LANES) {
          FloatVector.fromArray(GemmKernel.SPECIES, a.values(), from + i)
              .fma(
                  FloatVector.broadcast(GemmKernel.SPECIES, factor),
                  FloatVector.fromArray(GemmKernel.SPECIES, merged, at + i))
              .intoArray(merged, at + i);
        }
        for (int i = bound; i < inputs; i++) {
          merged[at + i] = Math.fma(a.values()[from + i], factor, merged[at + i]);
        }
      }
    }
  }
}
