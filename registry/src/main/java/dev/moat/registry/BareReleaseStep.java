package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The step {@code registry/base-release}: puts a model in force as it came, if admitted. */
final class BareReleaseStep implements Step {
  private final ReleaseMaker maker;

  BareReleaseStep(ReleaseMaker maker) {
    this.maker = maker;
  }

  @Override
  public String name() {
    return "registry/base-release";
  }

  @Override
  public int version() {
    return ReleaseMaker.VERSION;
  }

  @Override
  public Set<String> inputs() {
    return Set.of("base", "base-scan");
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
    var scan = new Release.Scan(base, context.input("base-scan").digest());
    return maker.make(context, new Release.Local(base, Optional.empty(), List.of(scan)));
  }
}
