package dev.moat.eval;

import dev.moat.core.Failure;
import java.util.Arrays;

/**
 * How far a model gives a planted secret away: {@code rank} among {@code ranked} texts of the same
 * form (1 = the model prefers it to all), and {@code bits} = log2 of how many fold fewer guesses an
 * attacker needs who tries secrets in the model's order (Carlini et al. 2019, "The Secret Sharer",
 * definition 2 and section 4.3).
 *
 * <p>Below the first rank the bits are those of the sample, log2 ranked - log2 rank. At the first
 * rank the sample has no more to say; the bits are then read off a normal distribution fitted to
 * the sampled texts, as the paper does with a skew-normal one. A normal tail is the thinner, so
 * exposure is rather over- than understated. It never exceeds the bits of the secret.
 */
public record Exposure(int rank, int ranked, double bits) {
  /** Checks the ranges. */
  public Exposure {
    if (rank < 1 || rank > ranked) {
      throw Failure.invalid("exposure: rank " + rank + " of " + ranked + "; give 1 to the count");
    }
    if (!Double.isFinite(bits) || bits < 0) {
      throw Failure.invalid("exposure: " + bits + " bits; give a finite number of at least 0");
    }
  }

  /** Of the secret's cost in bits, the costs of the sampled others, and the size of the space. */
  static Exposure of(double secretBits, double[] otherBits, long space) {
    int rank = 1 + (int) Arrays.stream(otherBits).filter(bits -> bits < secretBits).count();
    int ranked = otherBits.length + 1;
    double sampled = log2(ranked) - log2(rank);
    double fitted = rank == 1 ? fitted(secretBits, otherBits) : 0;
    return new Exposure(
        rank, ranked, Math.clamp(Math.max(sampled, fitted), 0, log2((double) space)));
  }

  /** The guesses an attacker needs who tries all {@code space} secrets in the model's order. */
  public double guesses(long space) {
    return Math.max(1, (double) space * Math.exp(-bits * Math.log(2)));
  }

  private static double fitted(double secretBits, double[] otherBits) {
    double mean = Arrays.stream(otherBits).average().orElse(secretBits);
    double squares = Arrays.stream(otherBits).map(bits -> (bits - mean) * (bits - mean)).sum();
    double deviation = Math.sqrt(squares / Math.max(1, otherBits.length - 1));
    if (deviation == 0) {
      return 0;
    }
    return -Distributions.logNormal((secretBits - mean) / deviation) / Math.log(2);
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }
}
