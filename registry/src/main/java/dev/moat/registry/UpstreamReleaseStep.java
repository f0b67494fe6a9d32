package dev.moat.registry;

import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import java.util.Set;

/** The step {@code registry/upstream}: puts a model behind an address in force under a name. */
final class UpstreamReleaseStep implements Step {
  private final ReleaseMaker maker;

  UpstreamReleaseStep(ReleaseMaker maker) {
    this.maker = maker;
  }

  @Override
  public String name() {
    return "registry/upstream";
  }

  @Override
  public int version() {
    return ReleaseMaker.VERSION;
  }

  @Override
  public Set<String> inputs() {
    return Set.of();
  }

  @Override
  public Set<String> parameters() {
    return Set.of(ReleaseMaker.NAME, ReleaseMaker.POLICY, "url");
  }

  @Override
  public StepResult run(StepContext context) {
    return maker.make(context, new Release.Upstream(context.parameters().text("url")));
  }
}
