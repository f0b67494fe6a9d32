package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import dev.moat.flow.Provenance;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.store.Artifacts;
import dev.moat.trust.Statements;
import dev.moat.trust.Statements.Recorded;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * What can be said of an artifact with proof: its bytes, reread, and the signed statements about it
 * that the ledger holds. Whatever does not hold fails, naming kind, digest and part.
 */
final class Evidence {
  private static final int KEY_CHARACTERS = 12;

  private final Artifacts artifacts;
  private final Statements statements;

  Evidence(Artifacts artifacts, Statements statements) {
    this.artifacts = artifacts;
    this.statements = statements;
  }

  /** The artifact of that kind, every byte of every part and every statement about it reread. */
  Artifact reread(ArtifactKind kind, Digest digest) {
    Artifact artifact = artifacts.find(digest);
    if (artifact.kind() != kind) {
      throw broken(
          kind.text() + " " + digest, "is a " + artifact.kind().text(), "name the right artifact");
    }
    artifacts.verify(artifact);
    statements.about(digest);
    return artifact;
  }

  byte[] read(Artifact artifact, String part) {
    return artifacts.read(artifact, part);
  }

  /** The provenance of an artifact that names exactly these inputs. */
  Recorded provenance(Artifact artifact, Map<String, Digest> inputs) {
    Map<String, String> expected = new TreeMap<>();
    inputs.forEach((name, digest) -> expected.put(name, digest.hex()));
    return statement(
        artifact,
        Provenance.PREDICATE_TYPE,
        predicate -> dependencies(predicate).equals(expected),
        "made from " + expected);
  }

  /** Any provenance of an artifact. */
  Recorded provenance(Artifact artifact) {
    return statement(artifact, Provenance.PREDICATE_TYPE, _ -> true, "saying how it was made");
  }

  /** Who made a model from outside, as its import found and stated; empty if nobody signed it. */
  String maker(Artifact model) {
    return newest(model, ImportStep.PREDICATE_TYPE)
        .flatMap(origin -> ImportStep.maker(origin.statement().predicate()))
        .map(key -> ", its maker " + key.name() + " signed it")
        .orElse("");
  }

  /** The last statement of a type about an artifact that says exactly this. */
  Recorded statement(Artifact artifact, String type, JsonNode said, String meaning) {
    byte[] canonical = Json.canonical(said);
    return statement(
        artifact, type, predicate -> Arrays.equals(Json.canonical(predicate), canonical), meaning);
  }

  private Recorded statement(
      Artifact artifact, String type, Predicate<JsonNode> demanded, String meaning) {
    String name = artifact.kind().text() + " " + artifact.digest();
    List<Recorded> found = about(artifact, type);
    if (found.isEmpty()) {
      throw broken(name, "no signed statement of type " + type, "run the step again that makes it");
    }
    return found.reversed().stream()
        .filter(recorded -> demanded.test(recorded.statement().predicate()))
        .findFirst()
        .orElseThrow(
            () ->
                broken(
                    name,
                    "no signed statement " + Text.shortened(meaning, 400),
                    "run the step again that makes it"));
  }

  /** The last statement of a type about an artifact. */
  Optional<Recorded> newest(Artifact artifact, String type) {
    return about(artifact, type).reversed().stream().findFirst();
  }

  /** What was said of this very artifact: the view may hold a true statement about another. */
  private List<Recorded> about(Artifact artifact, String type) {
    return statements.about(artifact.digest(), type).stream()
        .filter(
            recorded ->
                recorded.statement().predicateType().equals(type)
                    && recorded.statement().subjects().stream()
                        .anyMatch(subject -> subject.digest().equals(artifact.digest())))
        .toList();
  }

  /** The inputs that a provenance names: name to digest. */
  static Map<String, String> dependencies(JsonNode predicate) {
    Map<String, String> out = new TreeMap<>();
    for (JsonNode dependency : predicate.path("buildDefinition").path("resolvedDependencies")) {
      String digest = dependency.path("digest").path("sha256").asString("");
      out.put(dependency.path("name").asString(""), digest);
    }
    return out;
  }

  /** The step that a provenance names, such as {@code train/lora/v1}. */
  static String step(Recorded recorded) {
    String type =
        recorded
            .statement()
            .predicate()
            .path("buildDefinition")
            .path("buildType")
            .asString("unknown step");
    return type.replaceFirst("^https://moat.dev/step/", "");
  }

  /** Parts and bytes, for people. */
  static String size(Artifact artifact) {
    int parts = artifact.parts().size();
    return parts + (parts == 1 ? " part, " : " parts, ") + Text.bytes(artifact.bytes()) + " reread";
  }

  /** Who signed, and where the ledger has it. */
  static String signed(Recorded recorded) {
    String key = Text.shortened(recorded.keyId(), KEY_CHARACTERS);
    return "signed by " + key + " in ledger entry " + recorded.ledgerIndex();
  }

  /** How an artifact was made, for people. */
  static String made(Artifact artifact, Recorded recorded) {
    return size(artifact) + ", made by " + step(recorded) + ", " + signed(recorded);
  }

  static Failure broken(String what, String why, String remedy) {
    return new Failure(new Problem.Tampered(what + ": " + why + "; " + remedy, what));
  }
}
