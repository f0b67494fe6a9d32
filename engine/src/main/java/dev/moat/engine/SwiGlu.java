package dev.moat.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The gated activation of the feed-forward block: {@code silu(gate) * up} (Shazeer 2020). Gate and
 * up stand side by side in one row of twice the size.
 */
final class SwiGlu {
  private static final VectorSpecies<Float> SPECIES = GemmKernel.SPECIES;
  private static final int LANES = GemmKernel.LANES;

  private final int size;

  SwiGlu(int size) {
    this.size = size;
  }

  void forward(float[] gateUp, float[] out, Range rows) {
    int bound = SPECIES.loopBound(size);
    for (int row = rows.from(); row < rows.to(); row++) {
      int gateAt = row * 2 * size;
      int upAt = gateAt + size;
      int outAt = row * size;
      for (int i = 0; i < bound; i += LANES) {
        FloatVector gate = FloatVector.fromArray(SPECIES, gateUp, gateAt + i);
        FloatVector up = FloatVector.fromArray(SPECIES, gateUp, upAt + i);
        gate.mul(sigmoid(gate)).mul(up).intoArray(out, outAt + i);
      }
      for (int i = bound; i < size; i++) {
        float gate = gateUp[gateAt + i];
        out[outAt + i] = gate * sigmoid(gate) * gateUp[upAt + i];
      }
    }
  }

  /** Replaces gate and up by their gradients, given the gradient of the output. */
  void backward(float[] gateUp, float[] outGradient, Range rows) {
    int bound = SPECIES.loopBound(size);
    for (int row = rows.from(); row < rows.to(); row++) {
      int gateAt = row * 2 * size;
      int upAt = gateAt + size;
      int outAt = row * size;
      for (int i = 0; i < bound; i += LANES) {
        FloatVector gate = FloatVector.fromArray(SPECIES, gateUp, gateAt + i);
        FloatVector up = FloatVector.fromArray(SPECIES, gateUp, upAt + i);
        FloatVector gradient = FloatVector.fromArray(SPECIES, outGradient, outAt + i);
        FloatVector sigmoid = sigmoid(gate);
        FloatVector silu = gate.mul(sigmoid);
        gradient.mul(silu).intoArray(gateUp, upAt + i);
        FloatVector slope = sigmoid.add(silu.mul(sigmoid.neg().add(1f)));
        gradient.mul(up).mul(slope).intoArray(gateUp, gateAt + i);
      }
      for (int i = bound; i < size; i++) {
        backwardOne(gateUp, gateAt + i, outGradient[outAt + i]);
      }
    }
  }

  private void backwardOne(float[] gateUp, int at, float gradient) {
    float gate = gateUp[at];
    float up = gateUp[at + size];
    float sigmoid = sigmoid(gate);
    float silu = gate * sigmoid;
    gateUp[at + size] = gradient * silu;
    gateUp[at] = gradient * up * (sigmoid + silu * (1f - sigmoid));
  }

  private static FloatVector sigmoid(FloatVector x) {
    return FloatVector.broadcast(SPECIES, 1f).div(VectorMath.exp(x.neg()).add(1f));
  }

  private static float sigmoid(float x) {
    return 1f / (1f + VectorMath.exp(-x));
  }
}
