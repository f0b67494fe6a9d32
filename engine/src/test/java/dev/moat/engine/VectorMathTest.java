package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class VectorMathTest {
  private static final int[] LENGTHS = {0, 1, 7, 15, 16, 17, 31, 32, 33, 100};

  private final SplittableRandom random = new SplittableRandom(11);

  private float[] randoms(int count, double bound) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    return values;
  }

  @Test
  void exponentialIsWithinTwoUnitsInTheLastPlace() {
    for (int i = 0; i < 200_000; i++) {
      float x = (float) random.nextDouble(-87, 88);
      double exact = StrictMath.exp(x);
      float actual = VectorMath.exp(x);
      assertTrue(Math.abs(actual - exact) <= 2 * Math.ulp((float) exact), "exp(" + x + ")");
    }
  }

  @Test
  void exponentialHasTheSameBitsInLanes() {
    float[] in = randoms(GemmKernel.LANES * 500, 100);
    in[0] = 0f;
    in[1] = -0f;
    in[2] = Float.NEGATIVE_INFINITY;
    in[3] = -87f;
    for (int i = 0; i < in.length; i += GemmKernel.LANES) {
      float[] out = new float[GemmKernel.LANES];
      VectorMath.exp(FloatVector.fromArray(GemmKernel.SPECIES, in, i)).intoArray(out, 0);
      for (int lane = 0; lane < out.length; lane++) {
        assertEquals(VectorMath.exp(in[i + lane]), out[lane], "exp(" + in[i + lane] + ")");
      }
    }
  }

  @Test
  void exponentialEndsInZeroAndStaysFinite() {
    assertEquals(1f, VectorMath.exp(0f));
    assertEquals(0f, VectorMath.exp(-87.01f));
    assertTrue(VectorMath.exp(-87f) > 0);
    assertEquals(0f, VectorMath.exp(Float.NEGATIVE_INFINITY));
    assertTrue(Float.isFinite(VectorMath.exp(1e9f)));
  }

  @Test
  void findsTheLargestWhereverItStands() {
    for (int length = 1; length < 40; length++) {
      for (int place = 0; place < length; place++) {
        float[] x = randoms(length + 3, 1);
        x[2 + place] = 5;
        assertEquals(5f, VectorMath.max(x, 2, length));
      }
    }
    assertEquals(Float.NEGATIVE_INFINITY, VectorMath.max(new float[0], 0, 0));
  }

  @Test
  void addsLanesFromFirstToLast() {
    float[] lanes = randoms(GemmKernel.LANES, 1e6);
    float expected = 3;
    for (float lane : lanes) {
      expected += lane;
    }
    FloatVector vector = FloatVector.fromArray(GemmKernel.SPECIES, lanes, 0);
    assertEquals(expected, VectorMath.plusLanes(3, vector));
  }

  /** Sixteen partial sums, added in their order, then the rest: on every machine. */
  @Test
  void sumsInAnOrderThatNoMachineChanges() {
    for (int length : LENGTHS) {
      float[] x = randoms(length, 1);
      float[] y = randoms(length, 1);
      float[] powers = x.clone();
      float powerSum = VectorMath.expInPlace(powers, Range.of(length), 1, 0);
      float[] dots = new float[16];
      float[] sums = new float[16];
      int bound = length / 16 * 16;
      for (int i = 0; i < bound; i++) {
        dots[i % 16] = Math.fma(x[i], y[i], dots[i % 16]);
        sums[i % 16] += powers[i];
      }
      float dot = 0;
      float sum = 0;
      for (int stripe = 0; stripe < 16; stripe++) {
        dot += dots[stripe];
        sum += sums[stripe];
      }
      for (int i = bound; i < length; i++) {
        dot = Math.fma(x[i], y[i], dot);
        sum += powers[i];
      }
      assertEquals(dot, VectorMath.dot(x, 0, y, 0, length));
      assertEquals(sum, powerSum);
    }
  }

  @Test
  void multipliesRowsOfAnyLength() {
    for (int length : LENGTHS) {
      float[] x = randoms(length + 2, 1);
      float[] y = randoms(length + 3, 1);
      double expected = 0;
      for (int i = 0; i < length; i++) {
        expected += (double) x[2 + i] * y[3 + i];
      }
      assertEquals(expected, VectorMath.dot(x, 2, y, 3, length), 1e-5);
    }
  }

  @Test
  void changesOnlyTheStretchItIsGiven() {
    for (int length : LENGTHS) {
      float[] before = randoms(length + 4, 1);
      float[] other = randoms(length + 4, 1);
      float[] scaled = before.clone();
      VectorMath.scale(scaled, 2, length, 3f);
      float[] added = before.clone();
      VectorMath.add(other, 1, added, 2, length);
      float[] multiplied = before.clone();
      VectorMath.multiply(other, 1, multiplied, 2, length);
      float[] shifted = before.clone();
      VectorMath.shiftScale(shifted, new Range(2, 2 + length), 0.5f, 2f);
      for (int i = 0; i < before.length; i++) {
        boolean inside = i >= 2 && i < 2 + length;
        float x = before[i];
        assertEquals(inside ? x * 3f : x, scaled[i]);
        assertEquals(inside ? x + other[i - 1] : x, added[i]);
        assertEquals(inside ? x * other[i - 1] : x, multiplied[i]);
        assertEquals(inside ? (x + 0.5f) * 2f : x, shifted[i]);
      }
    }
  }

  @Test
  void exponentiatesInPlaceAndSums() {
    for (int length : LENGTHS) {
      float[] x = randoms(length + 4, 3);
      float[] before = x.clone();
      float sum = VectorMath.expInPlace(x, new Range(2, 2 + length), 0.5f, 1f);
      double expected = 0;
      for (int i = 0; i < x.length; i++) {
        if (i >= 2 && i < 2 + length) {
          assertEquals(Math.exp(0.5 * before[i] - 1), x[i], 1e-6);
          expected += x[i];
        } else {
          assertEquals(before[i], x[i]);
        }
      }
      assertEquals(expected, sum, 1e-4);
    }
  }
}
