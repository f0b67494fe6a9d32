package dev.moat.registry;

import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import java.util.Set;
import java.util.function.Function;

/** A step that stands in for a heavy one. */
record FakeStep(String name, Set<String> inputs, Function<StepContext, StepResult> work)
    implements Step {
  @Override
  public int version() {
    return 1;
  }

  @Override
  public Set<String> parameters() {
    return Set.of();
  }

  @Override
  public StepResult run(StepContext context) {
    return work.apply(context);
  }
}
