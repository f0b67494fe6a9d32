package dev.moat.train;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.flow.Provenance;
import dev.moat.store.AtomicFile;
import dev.moat.trust.Envelope;
import dev.moat.trust.SigningKey;
import dev.moat.trust.Statement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * States how a base model was made: SLSA provenance v1 over its files, in an in-toto bundle (one
 * DSSE envelope a line) that lies beside them.
 *
 * @see <a href="https://slsa.dev/spec/v1.0/provenance">SLSA provenance v1</a>
 * @see <a href="https://github.com/in-toto/attestation/blob/main/spec/v1/bundle.md">Bundle</a>
 */
final class BaseProvenance {
  /** The bundle's name in the model's folder. */
  static final String FILE = "provenance.intoto.jsonl";

  private static final String BUILD_TYPE = "https://moat.dev/train/base/v1";
  private static final List<String> SUBJECTS =
      List.of("config.json", "corpus.txt", "model.safetensors", "tokenizer.json");

  private BaseProvenance() {}

  /** A jar that was read, by its Maven coordinates. */
  record Material(String coordinates, Path jar) {}

  /**
   * What a run was told and what it measured.
   *
   * @param parameters what decides its outcome, beside the materials
   * @param measured the figures of the finished model
   */
  record Run(List<Material> materials, JsonNode parameters, JsonNode measured) {
    Run {
      materials = List.copyOf(materials);
    }
  }

  /** Signs the statement about the files in {@code folder} and writes it there. */
  static void write(Path folder, Run run, SigningKey key) throws IOException {
    List<Statement.Subject> subjects = new ArrayList<>();
    for (String name : SUBJECTS) {
      subjects.add(new Statement.Subject(name, digest(folder.resolve(name))));
    }
    Statement statement = new Statement(subjects, Provenance.PREDICATE_TYPE, predicate(run));
    byte[] payload = Json.canonical(statement.toJson());
    Envelope envelope = Envelope.sign(Statement.PAYLOAD_TYPE, payload, key);
    byte[] line = (Json.text(envelope.toJson()) + "\n").getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(folder.resolve(FILE), line);
  }

  private static JsonNode predicate(Run run) throws IOException {
    ObjectNode predicate = Json.object();
    ObjectNode definition = predicate.putObject("buildDefinition");
    definition.put("buildType", BUILD_TYPE);
    definition.set("externalParameters", run.parameters());
    ArrayNode dependencies = definition.putArray("resolvedDependencies");
    for (Material material : run.materials()) {
      ObjectNode dependency = dependencies.addObject().put("uri", packageUrl(material));
      dependency.putObject("digest").put("sha256", digest(material.jar()).hex());
    }
    ObjectNode details = predicate.putObject("runDetails");
    details.putObject("builder").put("id", "https://moat.dev/train");
    ObjectNode figures = details.putArray("byproducts").addObject().put("name", "figures");
    figures.set("annotations", run.measured());
    return predicate;
  }

  /** The package URL of a jar of sources in Maven. */
  private static String packageUrl(Material material) {
    String[] part = material.coordinates().split(":", 3);
    return "pkg:maven/" + part[0] + "/" + part[1] + "@" + part[2] + "?classifier=sources";
  }

  private static Digest digest(Path file) throws IOException {
    return Digest.of(Files.readAllBytes(file));
  }
}
