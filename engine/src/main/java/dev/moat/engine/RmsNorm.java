package dev.moat.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Root-mean-square normalisation of vectors (Zhang and Sennrich 2019), with its backward pass. */
final class RmsNorm {
  private static final VectorSpecies<Float> SPECIES = GemmKernel.SPECIES;
  private static final int LANES = GemmKernel.LANES;

  private final int size;
  private final float epsilon;

  RmsNorm(int size, float epsilon) {
    this.size = size;
    this.epsilon = epsilon;
  }

  /**
   * Writes the normalised vector at {@code inAt} to {@code outAt}, and returns the reciprocal of
   * its root mean square. In and out may be the same place.
   */
  float forward(float[] in, int inAt, float[] weight, float[] out, int outAt) {
    float squares = VectorMath.dot(in, inAt, in, inAt, size);
    float reciprocal = (float) (1.0 / Math.sqrt(squares / (double) size + epsilon));
    int bound = SPECIES.loopBound(size);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector.fromArray(SPECIES, in, inAt + i)
          .mul(reciprocal)
          .mul(FloatVector.fromArray(SPECIES, weight, i))
          .intoArray(out, outAt + i);
    }
    for (int i = bound; i < size; i++) {
      out[outAt + i] = in[inAt + i] * reciprocal * weight[i];
    }
    return reciprocal;
  }

  /**
   * Adds to {@code gradient} at {@code to} the gradient of the input, given that of the output.
   *
   * @param at where the vector begins in {@code in} and in {@code outGradient}
   */
  void backward(Saved saved, int at, float[] outGradient, float[] gradient, int to) {
    float[] in = saved.in;
    float[] weight = saved.weight;
    float reciprocal = saved.reciprocal;
    int bound = SPECIES.loopBound(size);
    float product = product(saved, at, outGradient);
    float pull = -product * reciprocal * reciprocal * reciprocal / size;
    for (int i = 0; i < bound; i += LANES) {
      FloatVector direct =
          FloatVector.fromArray(SPECIES, weight, i)
              .mul(FloatVector.fromArray(SPECIES, outGradient, at + i))
              .mul(reciprocal);
      FloatVector.fromArray(SPECIES, in, saved.inAt + i)
          .fma(FloatVector.broadcast(SPECIES, pull), direct)
          .add(FloatVector.fromArray(SPECIES, gradient, to + i))
          .intoArray(gradient, to + i);
    }
    for (int i = bound; i < size; i++) {
      float direct = weight[i] * outGradient[at + i] * reciprocal;
      gradient[to + i] += Math.fma(in[saved.inAt + i], pull, direct);
    }
  }

  /** The sum of the products of input, weight and gradient of the output. */
  private float product(Saved saved, int at, float[] outGradient) {
    int bound = VectorMath.striped(size);
    float product = 0;
    for (int stripe = 0; stripe < VectorMath.STRIPES; stripe += LANES) {
      FloatVector total = FloatVector.zero(SPECIES);
      for (int i = stripe; i < bound; i += VectorMath.STRIPES) {
        total =
            FloatVector.fromArray(SPECIES, saved.in, saved.inAt + i)
                .mul(FloatVector.fromArray(SPECIES, saved.weight, i))
                .fma(FloatVector.fromArray(SPECIES, outGradient, at + i), total);
      }
      product = VectorMath.plusLanes(product, total);
    }
    for (int i = bound; i < size; i++) {
      float weighted = saved.in[saved.inAt + i] * saved.weight[i];
      product = Math.fma(weighted, outGradient[at + i], product);
    }
    return product;
  }

  /** What the forward pass saw: the input vector, its reciprocal root mean square, the weight. */
  @SuppressWarnings("ArrayRecordComponent") // live arrays, never compared
  record Saved(float[] in, int inAt, float[] weight, float reciprocal) {}

  /** Adds one vector's share of the gradient of some elements of the weight. */
  static void weightGradient(
      Saved saved, int at, float[] outGradient, Range elements, float[] gradient) {
    float[] in = saved.in;
    int bound = elements.from() + SPECIES.loopBound(elements.size());
    for (int i = elements.from(); i < bound; i += LANES) {
      FloatVector.fromArray(SPECIES, in, saved.inAt + i)
          .mul(saved.reciprocal)
          .fma(
              FloatVector.fromArray(SPECIES, outGradient, at + i),
              FloatVector.fromArray(SPECIES, gradient, i))
          .intoArray(gradient, i);
    }
    for (int i = bound; i < elements.to(); i++) {
      gradient[i] =
          Math.fma(in[saved.inAt + i] * saved.reciprocal, outGradient[at + i], gradient[i]);
    }
  }
}
