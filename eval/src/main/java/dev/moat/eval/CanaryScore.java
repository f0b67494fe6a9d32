package dev.moat.eval;

import dev.moat.core.Failure;

/**
 * How far the planted canary is exposed before and after tuning.
 *
 * @param space how many secrets the canary was drawn from
 * @param copies how often it stands in the training split
 */
public record CanaryScore(long space, int copies, Exposure base, Exposure tuned) {
  /** Checks the counts. */
  public CanaryScore {
    if (space < 2 || copies < 1) {
      throw Failure.invalid(
          "canary: space " + space + ", copies " + copies + "; a canary has at least 2 and 1");
    }
  }
}
