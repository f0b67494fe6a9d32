package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The step {@code registry/release}: puts a tuned model in force under a name, if admitted. */
final class TunedReleaseStep implements Step {
  private final ReleaseMaker maker;

  TunedReleaseStep(ReleaseMaker maker) {
    this.maker = maker;
  }

  @Override
  public String name() {
    return "registry/release";
  }

  @Override
  public int version() {
    return ReleaseMaker.VERSION;
  }

  @Override
  public Set<String> inputs() {
    return Set.of("base", "adapter", "dataset", "scorecard", "base-scan", "adapter-scan");
  }

  @Override
  public Set<String> parameters() {
    return ReleaseMaker.PARAMETERS;
  }

  @Override
  public boolean stands(StepResult earlier) {
    return maker.stands(earlier);
  }

  @Override
  public StepResult run(StepContext context) {
    Digest base = context.input("base").digest();
    Digest adapter = context.input("adapter").digest();
    var tuning =
        new Release.Tuning(
            adapter, context.input("dataset").digest(), context.input("scorecard").digest());
    var scans =
        List.of(
            new Release.Scan(base, context.input("base-scan").digest()),
            new Release.Scan(adapter, context.input("adapter-scan").digest()));
    return maker.make(context, new Release.Local(base, Optional.of(tuning), scans));
  }
}
