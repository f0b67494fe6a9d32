package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.flow.Parameters;
import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.trust.Statement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The step {@code registry/prompt}: takes a file {@code NAME.prompt.yaml} into the store. */
final class PromptStep implements Step {
  /** The predicate type of the statement about where a prompt came from. */
  static final String PREDICATE_TYPE = "https://moat.dev/prompt-origin/v1";

  private static final int VERSION = 1;
  private static final int FILE_BYTES_MAX = 1 << 20;
  private static final String PATH = "path";
  private static final String ENDING = ".prompt.yaml";

  @Override
  public String name() {
    return "registry/prompt";
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
    return Set.of(PATH);
  }

  /** The file by its name alone: the rest of its path may tell whose home it lies in. */
  @Override
  public JsonNode stated(Parameters parameters) {
    ObjectNode stated = ((ObjectNode) parameters.tree()).deepCopy();
    return stated.put(PATH, fileName(parameters.path(PATH)));
  }

  @Override
  public Digest observe(Parameters parameters) {
    return Digest.of(read(parameters.path(PATH)));
  }

  @Override
  public StepResult run(StepContext context) {
    Path file = context.parameters().path(PATH);
    byte[] yaml = read(file);
    PromptTemplate prompt = PromptTemplate.parseYaml(yaml, "prompt " + file);
    Artifact artifact =
        context
            .artifacts()
            .put(ArtifactKind.PROMPT, Map.of(PromptTemplate.PART, Json.canonical(prompt.toJson())));
    String name = fileName(file);
    ObjectNode origin = Json.object().put("file", Digest.of(yaml).hex());
    prompt.variables().keySet().forEach(origin.putArray("variables")::add);
    var subject = new Statement.Subject(name, artifact.digest());
    context
        .statements()
        .attest(new Statement(List.of(subject), PREDICATE_TYPE, origin), context.actor());
    String figures =
        name + ", " + prompt.variables().size() + " variables, digest " + artifact.digest().hex();
    return StepResult.of(artifact, figures, origin);
  }

  private static String fileName(Path file) {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    if (!name.endsWith(ENDING) || name.length() == ENDING.length()) {
      throw new Failure(
          new Problem.Invalid(
              "prompt file " + file + ": is not named NAME" + ENDING + "; rename it", PATH));
    }
    return name;
  }

  private static byte[] read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
      if (bytes.length > FILE_BYTES_MAX) {
        throw Failure.invalid(
            "prompt file " + file + ": has more than " + FILE_BYTES_MAX + " bytes; say less");
      }
      return bytes;
    } catch (IOException e) {
      throw Failure.broken(
          "prompt file " + file + ": cannot be read (" + e.getMessage() + "); correct path", e);
    }
  }
}
