package dev.moat.flow;

/** Hears how a run advances; called from several threads. */
public interface FlowListener {
  /** A step begins. */
  void started(String step);

  /** The work of a step advances; {@code total} may be 0 while unknown. */
  void advanced(String step, long done, long total, String detail);

  /** A step has ended. */
  void ended(String step, StepOutcome outcome);

  /** A listener that shows nothing. */
  static FlowListener none() {
    return new FlowListener() {
      @Override
      public void started(String step) {}

      @Override
      public void advanced(String step, long done, long total, String detail) {}

      @Override
      public void ended(String step, StepOutcome outcome) {}
    };
  }
}
