package dev.moat.flow;

import dev.moat.store.Artifact;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a step made.
 *
 * @param output the artifact
 * @param figures one line of figures for people
 * @param details facts for the provenance statement
 * @param refusal the reason, if the step is a gate that refuses: its output stands but no step that
 *     depends on it is run
 */
public record StepResult(
    Artifact output, String figures, JsonNode details, Optional<String> refusal) {
  /** A result that refuses nothing. */
  public static StepResult of(Artifact output, String figures, JsonNode details) {
    return new StepResult(output, figures, details, Optional.empty());
  }
}
