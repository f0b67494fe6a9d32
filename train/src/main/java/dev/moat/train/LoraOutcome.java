package dev.moat.train;

import dev.moat.engine.Adapter;
import java.util.List;

/**
 * What a tuning run gave.
 *
 * @param adapter the one with the lowest validation loss, or the last one if nothing was measured
 * @param curve the loss curve, a point for each measurement
 * @param steps the steps done
 * @param tokens the tokens read
 * @param baseValidation the validation loss before the first step; not a number if not measured
 * @param validation the validation loss of the adapter; not a number if not measured
 * @param stoppedEarly whether the validation loss ended the run
 */
public record LoraOutcome(
    Adapter adapter,
    List<Point> curve,
    long steps,
    long tokens,
    double baseValidation,
    double validation,
    boolean stoppedEarly) {

  /**
   * A point of a loss curve, in natural logarithms per token.
   *
   * @param loss the mean over the batch before this step
   * @param validation not a number if there are no validation texts
   */
  public record Point(long step, double loss, double validation) {}

  /** Copies the curve. */
  public LoraOutcome {
    curve = List.copyOf(curve);
  }
}
