package dev.moat.flow;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a run ended.
 *
 * @param id the run
 * @param steps how each step ended, in the order of the pipeline
 */
public record RunOutcome(String id, Map<String, StepOutcome> steps) {
  /** Copies the map in, keeping its order. */
  public RunOutcome {
    steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
  }

  /** How the step of that id ended. */
  public StepOutcome step(String step) {
    StepOutcome outcome = steps.get(step);
    if (outcome == null) {
      throw new IllegalArgumentException("the run has no step " + step);
    }
    return outcome;
  }

  /** Whether every step is done. */
  public boolean done() {
    return steps.values().stream().allMatch(StepOutcome.Done.class::isInstance);
  }

  /** Whether a step failed, as opposed to a gate that refused. */
  public boolean failed() {
    return steps.values().stream().anyMatch(StepOutcome.Failed.class::isInstance);
  }
}
