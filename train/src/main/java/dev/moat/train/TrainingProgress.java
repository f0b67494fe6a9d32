package dev.moat.train;

import java.util.OptionalDouble;

/** Follows a tuning run as it goes, and can end it early. */
public interface TrainingProgress {
  /**
   * One step of a run.
   *
   * @param number from 1
   * @param total the steps planned
   * @param loss the mean over the batch, in natural logarithms, before the step
   * @param validation the mean over the validation texts, if it was measured after this step
   */
  record Step(
      long number, long total, double loss, double learningRate, OptionalDouble validation) {}

  /** Takes a step that was done. */
  void stepped(Step step);

  /** Whether to stop now; the run can be resumed from its checkpoint. */
  boolean cancelled();

  /** A follower that shows nothing and never cancels. */
  static TrainingProgress none() {
    return new TrainingProgress() {
      @Override
      public void stepped(Step step) {}

      @Override
      public boolean cancelled() {
        return false;
      }
    };
  }
}
