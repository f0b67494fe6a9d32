package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import dev.moat.flow.Parameters;
import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import dev.moat.scan.FileReport;
import dev.moat.scan.Finding;
import dev.moat.scan.ModelScanner;
import dev.moat.scan.ScanReport;
import dev.moat.scan.ScanVerdict;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.trust.Statement;
import dev.moat.trust.VerifyKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The step {@code registry/model}: takes a model folder from outside into the store. Every file of
 * it is judged first; if one could execute or is not understood, nothing is taken. Where {@code
 * signed-by} names the key of its maker, the maker's statements must cover it too.
 */
final class ImportStep implements Step {
  /** The predicate type of the statement about where a model came from. */
  static final String PREDICATE_TYPE = "https://moat.dev/model-origin/v1";

  private static final int VERSION = 2;
  private static final String PATH = "path";
  private static final String SIGNED_BY = "signed-by";
  private static final String CARD = "README.md";

  @Override
  public String name() {
    return "registry/model";
  }

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public Set<String> inputs() {
    return Set.of();
  }

  @Override
  public Set<String> parameters() {
    return Set.of(PATH, SIGNED_BY);
  }

  /** The folder by its name alone: the rest of its path may tell whose home it lies in. */
  @Override
  public JsonNode stated(Parameters parameters) {
    ObjectNode stated = ((ObjectNode) parameters.tree()).deepCopy();
    return stated.put(PATH, folderName(parameters.path(PATH)));
  }

  /** The bytes of the folder, and the rules they are judged by. */
  @Override
  public Digest observe(Parameters parameters) {
    return new Digest.Hasher()
        .field(ModelFolder.read(parameters.path(PATH)).digest().hex())
        .field(ModelScanner.policyDigest().hex())
        .digest();
  }

  @Override
  public StepResult run(StepContext context) {
    Path source = context.parameters().path(PATH);
    Path copy = context.scratch().resolve("all");
    Path kept = context.scratch().resolve("kept");
    empty(copy);
    empty(kept);
    ModelFolder folder = ModelFolder.read(source);
    folder.requireComplete();
    folder.copy(folder.entries(), copy);
    requireClean(ModelScanner.scan(copy), source);
    ModelFolder judged = ModelFolder.read(copy);
    Optional<VerifyKey> maker = maker(context.parameters());
    maker.ifPresent(key -> new MakerStatements(copy, key).require(judged));
    judged.copy(judged.kept(), kept);
    Artifact artifact = context.artifacts().putFolder(ArtifactKind.MODEL, kept);
    JsonNode origin = origin(folder, maker);
    var subject = new Statement.Subject(folderName(source), artifact.digest());
    context
        .statements()
        .attest(new Statement(List.of(subject), PREDICATE_TYPE, origin), context.actor());
    return StepResult.of(artifact, figures(folder, artifact, maker), origin);
  }

  /** The key of the maker that the statement of an import names. */
  static Optional<VerifyKey> maker(JsonNode origin) {
    return Optional.of(origin.path(SIGNED_BY))
        .filter(JsonNode::isString)
        .map(key -> VerifyKey.parse(key.stringValue()));
  }

  private static Optional<VerifyKey> maker(Parameters parameters) {
    return parameters.tree().has(SIGNED_BY)
        ? Optional.of(VerifyKey.parse(parameters.text(SIGNED_BY)))
        : Optional.empty();
  }

  private static String figures(ModelFolder folder, Artifact artifact, Optional<VerifyKey> maker) {
    return folder.entries().size()
        + " files scanned, "
        + artifact.parts().size()
        + " taken, "
        + Text.bytes(artifact.bytes())
        + maker.map(key -> ", signed by its maker " + key.name()).orElse("");
  }

  private static JsonNode origin(ModelFolder folder, Optional<VerifyKey> maker) {
    ObjectNode out = Json.object();
    maker.ifPresent(key -> out.put(SIGNED_BY, key.text()));
    out.put("folder", folder.digest().hex());
    folder.entries().stream()
        .filter(entry -> entry.path().equals(CARD))
        .forEach(card -> out.put("card", card.digest().hex()));
    var files = out.putArray("files");
    for (ModelFolder.Entry entry : folder.entries()) {
      files
          .addObject()
          .put("path", entry.path())
          .put("digest", entry.digest().hex())
          .put("bytes", entry.bytes())
          .put("taken", entry.kept());
    }
    return out;
  }

  private static void requireClean(ScanReport report, Path source) {
    for (FileReport file : report.files()) {
      if (file.verdict() != ScanVerdict.CLEAN) {
        throw new Failure(
            new Problem.Denied(
                "model folder "
                    + source
                    + ": refused, "
                    + file.path()
                    + " is "
                    + file.verdict().word()
                    + " ("
                    + file.findings().stream()
                        .map(Finding::message)
                        .collect(Collectors.joining(", "))
                    + "); remove the file or take the model from elsewhere",
                "model-scan"));
      }
    }
  }

  private static String folderName(Path source) {
    Path name = source.getFileName();
    return name == null ? "model" : name.toString();
  }

  /** Makes a folder anew: what a killed run left in it is not to be trusted. */
  private static void empty(Path folder) {
    try {
      if (Files.exists(folder)) {
        try (Stream<Path> paths = Files.walk(folder)) {
          for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
      }
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw Failure.broken("folder " + folder + ": cannot be made; free disk space", e);
    }
  }
}
