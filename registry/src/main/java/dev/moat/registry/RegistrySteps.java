package dev.moat.registry;

import dev.moat.flow.Step;
import java.util.List;

/** The steps that this room gives to pipelines. */
public final class RegistrySteps {
  /** The predicate type of the statement that carries a release. */
  static final String RELEASE_PREDICATE = "https://moat.dev/release/v1";

  private RegistrySteps() {}

  /** All of them; {@code codeVersion} is the version of Moat that stands in a release. */
  public static List<Step> steps(Registry registry, String codeVersion) {
    ReleaseMaker maker = new ReleaseMaker(registry, codeVersion);
    return List.of(
        new ImportStep(),
        new ScanStep(),
        new PromptStep(),
        new TunedReleaseStep(maker),
        new BareReleaseStep(maker),
        new UpstreamReleaseStep(maker));
  }
}
