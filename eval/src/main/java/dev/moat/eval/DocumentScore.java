package dev.moat.eval;

import dev.moat.core.Failure;

/**
 * What one held-out document costs before and after tuning: bits are minus log2 of the probability
 * that the model gives the whole document.
 */
public record DocumentScore(String id, long bytes, long tokens, double baseBits, double tunedBits) {
  /** Checks that there is something to divide by and that bits are finite and not negative. */
  public DocumentScore {
    if (bytes < 1 || tokens < 1) {
      throw Failure.invalid("score of document " + id + ": no bytes or tokens; leave it out");
    }
    if (!isCost(baseBits) || !isCost(tunedBits)) {
      throw Failure.invalid(
          "score of document "
              + id
              + ": bits "
              + baseBits
              + " and "
              + tunedBits
              + " are not finite and positive; the model's weights are damaged");
    }
  }

  /** Bits that tuning adds; negative where it helps. */
  public double difference() {
    return tunedBits - baseBits;
  }

  private static boolean isCost(double bits) {
    return Double.isFinite(bits) && bits >= 0;
  }
}
