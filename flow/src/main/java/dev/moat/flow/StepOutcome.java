package dev.moat.flow;

import dev.moat.store.Artifact;

/** How one step of a run ended. */
public sealed interface StepOutcome {
  /** It made this artifact; {@code reused} if an earlier run had made it already. */
  record Done(Artifact output, String figures, boolean reused) implements StepOutcome {}

  /** It is a gate and refuses; its output stands. */
  record Refused(Artifact output, String figures, String reason) implements StepOutcome {}

  /** It failed. */
  record Failed(String message) implements StepOutcome {}

  /** It was not run because step {@code because} refused or failed. */
  record Skipped(String because) implements StepOutcome {}
}
