package dev.moat.eval;

import dev.moat.core.Failure;

/** A confidence interval: both ends are finite and in order. */
public record Interval(double low, double high) {
  /** Checks the ends. */
  public Interval {
    if (!Double.isFinite(low) || !Double.isFinite(high) || low > high) {
      throw Failure.invalid(
          "interval [" + low + ", " + high + "]: not two finite numbers in order; give them so");
    }
  }

  /** Whether {@code value} lies in it, ends included. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }
}
