package dev.moat.flow;

import dev.moat.core.Progress;
import dev.moat.store.Artifact;
import dev.moat.store.Artifacts;
import dev.moat.trust.Statements;
import java.nio.file.Path;

/** What one run of a step may use. */
public interface StepContext {
  /** The artifact behind the input of that name. */
  Artifact input(String name);

  /** The parameters, already checked for unknown names. */
  Parameters parameters();

  /** Where artifacts are read and put. */
  Artifacts artifacts();

  /** Takes the advance of the work and says whether to stop. */
  Progress progress();

  /**
   * A folder that survives a crash and belongs to this step with these inputs: for checkpoints. It
   * is deleted when the step has finished.
   */
  Path scratch();

  /** Where the step attests what it found about an artifact. */
  Statements statements();

  /** In whose name the pipeline runs. */
  String actor();
}
