package dev.moat.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rotary position embedding (Su et al. 2021) in the half-rotated layout of Hugging Face: element i
 * of a head turns together with element {@code i + headSize / 2}.
 */
final class Rope {
  private static final VectorSpecies<Float> SPECIES = GemmKernel.SPECIES;
  private static final int LANES = GemmKernel.LANES;

  private final int half;
  private final double[] frequencies;
  private float[] cosines = new float[0];
  private float[] sines = new float[0];

  Rope(ModelConfig config) {
    half = config.headSize() / 2;
    frequencies = config.rope().inverseFrequencies(config.headSize());
  }

  /** Makes the tables reach {@code positions}; to be called before the positions are used. */
  void reach(int positions) {
    if (cosines.length >= positions * half) {
      return;
    }
    int reached = Math.max(positions, 2 * cosines.length / half);
    cosines = new float[reached * half];
    sines = new float[reached * half];
    for (int position = 0; position < reached; position++) {
      for (int i = 0; i < half; i++) {
        double angle = position * frequencies[i];
        cosines[position * half + i] = (float) StrictMath.cos(angle);
        sines[position * half + i] = (float) StrictMath.sin(angle);
      }
    }
  }

  /** Turns the head at {@code at} to its position. */
  void turn(float[] x, int at, int position) {
    turn(x, at, position * half, 1f);
  }

  /** Turns it back, which is also the backward pass of {@link #turn}. */
  void turnBack(float[] x, int at, int position) {
    turn(x, at, position * half, -1f);
  }

  private void turn(float[] x, int at, int table, float sign) {
    int bound = SPECIES.loopBound(half);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector low = FloatVector.fromArray(SPECIES, x, at + i);
      FloatVector high = FloatVector.fromArray(SPECIES, x, at + half + i);
      FloatVector cosine = FloatVector.fromArray(SPECIES, cosines, table + i);
      FloatVector sine = FloatVector.fromArray(SPECIES, sines, table + i).mul(sign);
      low.mul(cosine).sub(high.mul(sine)).intoArray(x, at + i);
      high.mul(cosine).add(low.mul(sine)).intoArray(x, at + half + i);
    }
    for (int i = bound; i < half; i++) {
      float low = x[at + i];
      float high = x[at + half + i];
      float cosine = cosines[table + i];
      float sine = sines[table + i] * sign;
      x[at + i] = low * cosine - high * sine;
      x[at + half + i] = high * cosine + low * sine;
    }
  }
}
