package dev.moat.flow;

import dev.moat.core.Digest;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A kind of step: a function from artifacts and parameters to one artifact.
 *
 * <p>A step must be deterministic in what is part of its memo key: its {@link #version()}, its
 * parameters, the digests of its inputs and what it {@linkplain #observe observes} outside.
 */
public interface Step {
  /** The name a pipeline uses it by, as {@code room/verb}. */
  String name();

  /** The version of its code: raise it whenever the same inputs may give another output. */
  int version();

  /** The names of its inputs; every one is required. */
  Set<String> inputs();

  /** The names of the parameters it knows. */
  Set<String> parameters();

  /**
   * A digest of the state of whatever it reads from outside the store, such as source files. The
   * default reads nothing.
   */
  default Digest observe(Parameters parameters) {
    return Digest.of("nothing outside");
  }

  /**
   * The parameters as the provenance statement tells them. The ledger never forgets, so a step
   * whose parameters may hold personal data, such as a path below somebody's home, says less here.
   */
  default JsonNode stated(Parameters parameters) {
    return parameters.tree();
  }

  /**
   * Whether what an earlier run of it has changed outside the store still stands, so that its
   * result may be taken again; otherwise it is run anew. The default changes nothing there.
   */
  default boolean stands(StepResult earlier) {
    return true;
  }

  /** Does the work. It may be killed at any moment and is then run again from the start. */
  StepResult run(StepContext context);
}
