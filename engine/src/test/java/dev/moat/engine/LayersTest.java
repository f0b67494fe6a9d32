package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The elementwise layers against their formulas in doubles, for sizes on and off whole vectors. */
class LayersTest {
  private static final int[] SIZES = {2, 6, 16, 30, 32, 48, 50};

  private final SplittableRandom random = new SplittableRandom(3);

  private float[] randoms(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void normDividesByTheRootMeanSquare() {
    for (int size : SIZES) {
      float[] in = randoms(size + 3);
      float[] weight = randoms(size);
      float[] out = new float[size + 1];
      float reciprocal = new RmsNorm(size, 1e-3f).forward(in, 3, weight, out, 1);
      double squares = 0;
      for (int i = 0; i < size; i++) {
        squares += (double) in[3 + i] * in[3 + i];
      }
      double expected = 1 / Math.sqrt(squares / size + 1e-3);
      assertEquals(expected, reciprocal, 1e-5 * expected);
      for (int i = 0; i < size; i++) {
        assertEquals(in[3 + i] * expected * weight[i], out[1 + i], 1e-5);
      }
    }
  }

  @Test
  void normPassesGradientsBack() {
    for (int size : SIZES) {
      RmsNorm norm = new RmsNorm(size, 1e-3f);
      float[] in = randoms(size);
      float[] weight = randoms(size);
      float[] outGradient = randoms(size);
      float reciprocal = norm.forward(in, 0, weight, new float[size], 0);
      RmsNorm.Saved saved = new RmsNorm.Saved(in, 0, weight, reciprocal);
      float[] before = randoms(size);
      float[] gradient = before.clone();
      norm.backward(saved, 0, outGradient, gradient, 0);
      float[] weightGradient = new float[size];
      RmsNorm.weightGradient(saved, 0, outGradient, Range.of(size), weightGradient);
      for (int i = 0; i < size; i++) {
        double slope = slope(in, i, () -> normed(in, weight, outGradient));
        assertEquals(slope, gradient[i] - before[i], 1e-3);
        double weightSlope = slope(weight, i, () -> normed(in, weight, outGradient));
        assertEquals(weightSlope, weightGradient[i], 1e-3);
      }
    }
  }

  private static double normed(float[] in, float[] weight, float[] outGradient) {
    double squares = 0;
    double product = 0;
    for (int i = 0; i < in.length; i++) {
      squares += (double) in[i] * in[i];
      product += (double) in[i] * weight[i] * outGradient[i];
    }
    return product / Math.sqrt(squares / in.length + 1e-3);
  }

  private interface Value {
    double at();
  }

  private static double slope(float[] x, int i, Value value) {
    float before = x[i];
    x[i] = before + 1f / 256;
    double above = value.at();
    x[i] = before - 1f / 256;
    double below = value.at();
    x[i] = before;
    return (above - below) * 128;
  }

  @Test
  void gatedActivationFollowsItsFormula() {
    for (int size : SIZES) {
      float[] gateUp = randoms(3 * 2 * size);
      float[] out = new float[3 * size];
      new SwiGlu(size).forward(gateUp, out, new Range(1, 3));
      for (int row = 0; row < 3; row++) {
        for (int i = 0; i < size; i++) {
          double expected =
              row == 0 ? 0 : gated(gateUp[row * 2 * size + i], gateUp[row * 2 * size + size + i]);
          assertEquals(expected, out[row * size + i], 1e-5);
        }
      }
    }
  }

  private static double gated(double gate, double up) {
    return gate / (1 + Math.exp(-gate)) * up;
  }

  @Test
  void gatedActivationPassesGradientsBack() {
    double step = 1e-5;
    for (int size : SIZES) {
      float[] gateUp = randoms(2 * size);
      float[] before = gateUp.clone();
      float[] outGradient = randoms(size);
      new SwiGlu(size).backward(gateUp, outGradient, Range.of(1));
      for (int i = 0; i < size; i++) {
        double gate = before[i];
        double up = before[size + i];
        double gateSlope = (gated(gate + step, up) - gated(gate - step, up)) / (2 * step);
        assertEquals(gateSlope * outGradient[i], gateUp[i], 1e-4);
        assertEquals(gated(gate, 1) * outGradient[i], gateUp[size + i], 1e-5);
      }
    }
  }

  @Test
  void rotationTurnsPairsHalfAHeadApart() {
    for (int headSize : SIZES) {
      ModelConfig config = Models.config(9, 8, 8, 1).heads(1, 1).headSize(headSize).build();
      Rope rope = new Rope(config);
      rope.reach(3);
      rope.reach(40);
      float[] head = randoms(headSize + 1);
      float[] turned = head.clone();
      rope.turn(turned, 1, 37);
      for (int i = 0; i < headSize / 2; i++) {
        double angle = 37 * Math.pow(10_000, -2.0 * i / headSize);
        double low = head[1 + i];
        double high = head[1 + i + headSize / 2];
        assertEquals(low * Math.cos(angle) - high * Math.sin(angle), turned[1 + i], 1e-5);
        assertEquals(
            high * Math.cos(angle) + low * Math.sin(angle), turned[1 + i + headSize / 2], 1e-5);
      }
      rope.turnBack(turned, 1, 37);
      assertArrayEquals(head, turned, 1e-5f);
    }
  }

  @Test
  void rotationLeavesTheFirstPlaceAsItIs() {
    Rope rope = new Rope(Models.config(9, 8, 8, 1).heads(1, 1).headSize(12).build());
    rope.reach(1);
    float[] head = randoms(12);
    float[] turned = head.clone();
    rope.turn(turned, 0, 0);
    assertArrayEquals(head, turned);
  }

  @Test
  void linearScalingStretchesPlaces() {
    RopeConfig scaled = new RopeConfig(10_000, new RopeConfig.Scaling.Linear(4));
    Rope plain = new Rope(Models.config(9, 8, 8, 1).heads(1, 1).headSize(16).build());
    Rope stretched =
        new Rope(Models.config(9, 8, 8, 1).heads(1, 1).headSize(16).rope(scaled).build());
    plain.reach(10);
    stretched.reach(40);
    float[] head = randoms(16);
    float[] one = head.clone();
    float[] other = head.clone();
    plain.turn(one, 0, 9);
    stretched.turn(other, 0, 36);
    assertArrayEquals(one, other, 1e-6f);
  }
}
