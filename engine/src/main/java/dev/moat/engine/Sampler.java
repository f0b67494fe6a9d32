package dev.moat.engine;

import dev.moat.core.Failure;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Chooses the next token of one sequence from its logits: the likeliest at temperature 0, else at
 * random among the {@code topK} likeliest, and of these among the fewest whose probabilities reach
 * {@code topP} (Holtzman et al. 2020).
 */
final class Sampler {
  /** Tokens less likely than the likeliest by this many powers of e are never drawn. */
  private static final float SPREAD_MAX = 40f;

  /** Below it all but the likeliest token are out of reach, and its inverse out of range. */
  private static final double TEMPERATURE_LEAST = 1e-6;

  private final Generation.Request request;
  private final SplittableRandom random;
  private float[] weights = new float[0];
  private long[] order = new long[0];

  Sampler(Generation.Request request) {
    this.request = request;
    random = new SplittableRandom(request.seed());
  }

  int next(float[] logits, int at, int count) {
    float max = VectorMath.max(logits, at, count);
    if (!Float.isFinite(max)) {
      throw Failure.broken(
          "generation: the model's logits are not finite; its weights are damaged",
          new ArithmeticException("largest logit: " + max));
    }
    if (request.temperature() < TEMPERATURE_LEAST) {
      return first(logits, at, count, max);
    }
    float cold = (float) (1 / request.temperature());
    if (weights.length < count) {
      weights = new float[count];
      order = new long[count];
    }
    if (request.topK() == 0 && request.topP() == 1) {
      System.arraycopy(logits, at, weights, 0, count);
      VectorMath.expInPlace(weights, Range.of(count), cold, max * cold);
      return draw(count);
    }
    return drawAmongLikeliest(logits, at, count, max, cold);
  }

  private static int first(float[] logits, int at, int count, float max) {
    for (int i = 0; i < count; i++) {
      if (logits[at + i] == max) {
        return i;
      }
    }
    throw new IllegalStateException("a logit is not a number");
  }

  private int drawAmongLikeliest(float[] logits, int at, int count, float max, float cold) {
    int candidates = 0;
    for (int i = 0; i < count; i++) {
      float below = (max - logits[at + i]) * cold;
      if (below <= SPREAD_MAX) {
        // Bits of a number that is not negative sort like the number; equals by token id.
        order[candidates++] = (long) Float.floatToRawIntBits(below + 0f) << 32 | i;
      }
    }
    Arrays.sort(order, 0, candidates);
    if (request.topK() > 0) {
      candidates = Math.min(candidates, request.topK());
    }
    double total = 0;
    for (int i = 0; i < candidates; i++) {
      weights[i] = VectorMath.exp(-Float.intBitsToFloat((int) (order[i] >>> 32)));
      total += weights[i];
    }
    int kept = 0;
    for (double reached = 0; kept < candidates && reached < request.topP() * total; kept++) {
      reached += weights[kept];
    }
    return (int) order[draw(Math.max(1, kept))];
  }

  /** Draws an index with the weights of the first {@code count}. */
  private int draw(int count) {
    double total = 0;
    for (int i = 0; i < count; i++) {
      total += weights[i];
    }
    double point = random.nextDouble() * total;
    int last = 0;
    for (int i = 0; i < count; i++) {
      if (weights[i] > 0) {
        last = i;
        point -= weights[i];
        if (point < 0) {
          return i;
        }
      }
    }
    return last;
  }
}
