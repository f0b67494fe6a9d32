package dev.moat.flow;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.store.Artifact;
import dev.moat.trust.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * States how an artifact was made: SLSA provenance v1 in an in-toto statement.
 *
 * @see <a href="https://slsa.dev/spec/v1.0/provenance">SLSA provenance v1</a>
 */
public final class Provenance {
  /** The in-toto predicate type of SLSA provenance v1. */
  public static final String PREDICATE_TYPE = "https://slsa.dev/provenance/v1";

  private Provenance() {}

  static Statement of(Work work, StepResult result, Moment moment) {
    ObjectNode predicate = Json.object();
    ObjectNode definition = predicate.putObject("buildDefinition");
    definition.put(
        "buildType", "https://moat.dev/step/" + work.step().name() + "/v" + work.step().version());
    definition.set("externalParameters", work.step().stated(work.parameters()));
    definition
        .putObject("internalParameters")
        .put("memoKey", work.key().hex())
        .put("observed", work.observed().hex())
        .put("actor", moment.actor());
    definition.set("resolvedDependencies", dependencies(work.inputs()));
    ObjectNode run = predicate.putObject("runDetails");
    run.putObject("builder").put("id", "https://moat.dev/flow");
    run.putObject("metadata")
        .put("invocationId", moment.run())
        .put("startedOn", moment.start().toString())
        .put("finishedOn", moment.end().toString());
    ObjectNode byproduct = run.putArray("byproducts").addObject().put("name", "figures");
    ObjectNode annotations = byproduct.putObject("annotations");
    annotations.put("summary", result.figures()).set("details", result.details());
    result.refusal().ifPresent(reason -> annotations.put("refusal", reason));
    return new Statement(
        List.of(new Statement.Subject(work.node().id(), result.output().digest())),
        PREDICATE_TYPE,
        predicate);
  }

  private static ArrayNode dependencies(Map<String, Artifact> inputs) {
    ArrayNode out = Json.array();
    new TreeMap<>(inputs).forEach((name, input) -> describe(out.addObject(), name, input));
    return out;
  }

  private static void describe(ObjectNode dependency, String name, Artifact input) {
    dependency.put("name", name);
    dependency.putObject("digest").put("sha256", input.digest().hex());
    dependency.putObject("annotations").put("kind", input.kind().name());
  }

  /** One step about to run: all that decides its output. */
  record Work(
      Pipeline.Node node,
      Step step,
      Parameters parameters,
      Map<String, Artifact> inputs,
      Digest observed) {
    Digest key() {
      return Memo.key(step, parameters, observed, inputs);
    }
  }

  /** Which run it was part of, in whose name, and when. */
  record Moment(String run, String actor, Instant start, Instant end) {}
}
