package dev.moat.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elementwise functions and row reductions of the transformer on vectors.
 *
 * <p>The exponential is our own, and sums are taken in an order that is the same for any number of
 * lanes: the library's versions of both may give other bits once the compiler has replaced them,
 * which would break the promise that training is bit-reproducible, here and on other machines.
 */
final class VectorMath {
  private static final VectorSpecies<Float> SPECIES = GemmKernel.SPECIES;
  private static final int LANES = GemmKernel.LANES;

  /** The partial sums of a long sum: as many on every machine, whatever its number of lanes. */
  static final int STRIPES = 16;

  private static final float LOG2_E = (float) (1 / StrictMath.log(2));
  // ln 2 in two parts: the first has few bits, so that its multiples are exact.
  private static final float LN2_HIGH = 355f / 512;
  private static final float LN2_LOW = (float) (StrictMath.log(2) - 355.0 / 512);
  // Adding it rounds a small number to a whole one, which then stands in the lowest bits.
  private static final float ROUNDER = 0x1.8p23f;
  private static final float LEAST = -87f;
  private static final float MOST = 88f;

  private VectorMath() {}

  /** e to the x: Taylor's series after reduction to half an octave; 0 below -87. */
  static FloatVector exp(FloatVector x) {
    FloatVector bounded = x.max(LEAST).min(MOST);
    FloatVector rounded = bounded.fma(broadcast(LOG2_E), broadcast(ROUNDER));
    FloatVector octaves = rounded.sub(ROUNDER);
    FloatVector rest = octaves.fma(broadcast(-LN2_HIGH), bounded);
    rest = octaves.fma(broadcast(-LN2_LOW), rest);
    FloatVector series = rest.fma(broadcast(1f / 5040), broadcast(1f / 720));
    series = series.fma(rest, broadcast(1f / 120));
    series = series.fma(rest, broadcast(1f / 24));
    series = series.fma(rest, broadcast(1f / 6));
    series = series.fma(rest, broadcast(0.5f));
    series = series.fma(rest, broadcast(1f));
    series = series.fma(rest, broadcast(1f));
    FloatVector power =
        series
            .reinterpretAsInts()
            .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
            .reinterpretAsFloats();
    VectorMask<Float> tiny = x.compare(VectorOperators.LT, LEAST);
    return power.blend(0f, tiny);
  }

  /** The same for one number, with the same bits. */
  static float exp(float x) {
    if (x < LEAST) {
      return 0f;
    }
    float bounded = Math.min(x, MOST);
    float rounded = Math.fma(bounded, LOG2_E, ROUNDER);
    float octaves = rounded - ROUNDER;
    float rest = Math.fma(octaves, -LN2_LOW, Math.fma(octaves, -LN2_HIGH, bounded));
    float series = Math.fma(rest, 1f / 5040, 1f / 720);
    series = Math.fma(series, rest, 1f / 120);
    series = Math.fma(series, rest, 1f / 24);
    series = Math.fma(series, rest, 1f / 6);
    series = Math.fma(series, rest, 0.5f);
    series = Math.fma(series, rest, 1f);
    series = Math.fma(series, rest, 1f);
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(series) + (Float.floatToRawIntBits(rounded) << 23));
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  static float max(float[] x, int from, int count) {
    int bound = SPECIES.loopBound(count);
    FloatVector most = broadcast(Float.NEGATIVE_INFINITY);
    for (int i = 0; i < bound; i += LANES) {
      most = most.max(FloatVector.fromArray(SPECIES, x, from + i));
    }
    float max = most.reduceLanes(VectorOperators.MAX);
    for (int i = bound; i < count; i++) {
      max = Math.max(max, x[from + i]);
    }
    return max;
  }

  /** Sets x to e to the {@code scale * x - shift}, and returns the sum of it. */
  static float expInPlace(float[] x, Range range, float scale, float shift) {
    int bound = range.from() + striped(range.size());
    FloatVector shifts = broadcast(-shift);
    FloatVector scales = broadcast(scale);
    float sum = 0;
    for (int stripe = range.from(); stripe < range.from() + STRIPES; stripe += LANES) {
      FloatVector total = FloatVector.zero(SPECIES);
      for (int i = stripe; i < bound; i += STRIPES) {
        FloatVector power = exp(FloatVector.fromArray(SPECIES, x, i).fma(scales, shifts));
        power.intoArray(x, i);
        total = total.add(power);
      }
      sum = plusLanes(sum, total);
    }
    for (int i = bound; i < range.to(); i++) {
      x[i] = exp(Math.fma(x[i], scale, -shift));
      sum += x[i];
    }
    return sum;
  }

  /** How many of the elements the stripes of a sum cover; the rest is added one by one. */
  static int striped(int count) {
    return count & -STRIPES;
  }

  /** The sum and each of the lanes, added one after another. */
  static float plusLanes(float sum, FloatVector vector) {
    float[] lanes = new float[LANES];
    vector.intoArray(lanes, 0);
    for (float lane : lanes) {
      sum += lane;
    }
    return sum;
  }

  static float dot(float[] x, int xFrom, float[] y, int yFrom, int count) {
    int bound = striped(count);
    float sum = 0;
    for (int stripe = 0; stripe < STRIPES; stripe += LANES) {
      FloatVector total = FloatVector.zero(SPECIES);
      for (int i = stripe; i < bound; i += STRIPES) {
        total =
            FloatVector.fromArray(SPECIES, x, xFrom + i)
                .fma(FloatVector.fromArray(SPECIES, y, yFrom + i), total);
      }
      sum = plusLanes(sum, total);
    }
    for (int i = bound; i < count; i++) {
      sum = Math.fma(x[xFrom + i], y[yFrom + i], sum);
    }
    return sum;
  }

  static void scale(float[] x, int from, int count, float factor) {
    int bound = SPECIES.loopBound(count);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector.fromArray(SPECIES, x, from + i).mul(factor).intoArray(x, from + i);
    }
    for (int i = bound; i < count; i++) {
      x[from + i] *= factor;
    }
  }

  /** {@code y += x}. */
  static void add(float[] x, int xFrom, float[] y, int yFrom, int count) {
    int bound = SPECIES.loopBound(count);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector.fromArray(SPECIES, y, yFrom + i)
          .add(FloatVector.fromArray(SPECIES, x, xFrom + i))
          .intoArray(y, yFrom + i);
    }
    for (int i = bound; i < count; i++) {
      y[yFrom + i] += x[xFrom + i];
    }
  }

  /** {@code x = (x + shift) * factor}. */
  static void shiftScale(float[] x, Range range, float shift, float factor) {
    int bound = range.from() + SPECIES.loopBound(range.size());
    for (int i = range.from(); i < bound; i += LANES) {
      FloatVector.fromArray(SPECIES, x, i).add(shift).mul(factor).intoArray(x, i);
    }
    for (int i = bound; i < range.to(); i++) {
      x[i] = (x[i] + shift) * factor;
    }
  }

  /** {@code y *= x}. */
  static void multiply(float[] x, int xFrom, float[] y, int yFrom, int count) {
    int bound = SPECIES.loopBound(count);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector.fromArray(SPECIES, y, yFrom + i)
          .mul(FloatVector.fromArray(SPECIES, x, xFrom + i))
          .intoArray(y, yFrom + i);
    }
    for (int i = bound; i < count; i++) {
      y[yFrom + i] *= x[xFrom + i];
    }
  }
}
