package dev.moat.registry;

import dev.moat.flow.Parameters;
import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import java.util.List;
import java.util.Set;

/** The step {@code registry/upstream}: puts a model behind addresses in force under a name. */
final class UpstreamReleaseStep implements Step {
  private static final String URL = "url";
  private static final String URLS = "urls";

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
    return Set.of(ReleaseMaker.NAME, ReleaseMaker.POLICY, ReleaseMaker.PROMPT, URL, URLS);
  }

  @Override
  public boolean stands(StepResult earlier) {
    return maker.stands(earlier);
  }

  @Override
  public StepResult run(StepContext context) {
    Parameters parameters = context.parameters();
    List<String> urls = parameters.texts(URLS, List.of());
    return maker.make(
        context, new Release.Upstream(urls.isEmpty() ? List.of(parameters.text(URL)) : urls));
  }
}
