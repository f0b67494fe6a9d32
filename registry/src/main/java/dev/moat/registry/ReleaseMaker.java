package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.flow.Parameters;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.trust.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Stores and signs a release, and puts it in force if it is admitted. */
final class ReleaseMaker {
  static final int VERSION = 1;
  static final String NAME = "name";
  static final String POLICY = "guard-policy";
  static final String PROMPT = "prompt";
  static final Set<String> PARAMETERS = Set.of(NAME, POLICY, PROMPT);

  private final Registry registry;
  private final String codeVersion;

  ReleaseMaker(Registry registry, String codeVersion) {
    this.registry = registry;
    this.codeVersion = codeVersion;
  }

  StepResult make(StepContext context, Release.Backing backing) {
    Parameters parameters = context.parameters();
    Release release =
        new Release(
            parameters.text(NAME),
            backing,
            digest(parameters, POLICY),
            digest(parameters, PROMPT),
            codeVersion);
    byte[] json = Json.bytes(release.toJson());
    Artifact artifact = context.artifacts().put(ArtifactKind.RELEASE, Map.of(Release.PART, json));
    var subject = new Statement.Subject(release.name(), artifact.digest());
    context
        .statements()
        .attest(
            new Statement(List.of(subject), RegistrySteps.RELEASE_PREDICATE, release.toJson()),
            context.actor());
    Version version = registry.promote(release.name(), artifact.digest(), context.actor());
    String figures =
        String.format(
            "\"%s\" version %d in force, ledger entry %d",
            release.name(), version.number(), version.ledgerIndex());
    return StepResult.of(artifact, figures, release.toJson());
  }

  /** Whether the release that was made is still the one in force, as far as it should be. */
  boolean stands(StepResult earlier) {
    String name = earlier.details().path("name").asString("");
    return registry.stands(name, earlier.output().digest());
  }

  private static Optional<Digest> digest(Parameters parameters, String name) {
    return parameters.tree().has(name)
        ? Optional.of(Digest.parse(parameters.text(name)))
        : Optional.empty();
  }
}
