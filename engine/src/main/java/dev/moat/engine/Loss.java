package dev.moat.engine;

/**
 * The cross-entropy of a model over some targets.
 *
 * @param sum natural logarithms, summed
 * @param count the targets counted
 */
public record Loss(double sum, long count) {
  /** The mean over the targets; not a number where there are none. */
  public double mean() {
    return sum / count;
  }

  /** The loss over both sets of targets. */
  public Loss plus(Loss other) {
    return new Loss(sum + other.sum, count + other.count);
  }
}
