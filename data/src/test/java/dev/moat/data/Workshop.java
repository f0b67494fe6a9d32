package dev.moat.data;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.core.Progress;
import dev.moat.flow.Parameters;
import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import dev.moat.store.Artifacts;
import dev.moat.store.BlobStore;
import dev.moat.store.Database;
import dev.moat.store.FileBlobStore;
import dev.moat.store.SqliteDatabase;
import dev.moat.trust.Statements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A real store and database in a temporary folder, to run the steps of this room in. */
final class Workshop implements AutoCloseable {
  /** Long after every file of a test was written. */
  static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

  final Artifacts artifacts;
  final Database database;
  final AtomicReference<Instant> now = new AtomicReference<>(LATER);
  final AtomicBoolean cancelled = new AtomicBoolean();
  final List<String> advances = new ArrayList<>();
  final AtomicReference<Runnable> atAdvance = new AtomicReference<>(() -> {});

  private final Path home;
  private final List<Step> steps;

  Workshop(Path home) {
    this(home, new TestKeys("workshop"));
  }

  Workshop(Path home, TestKeys keys) {
    this(home, keys, new FileBlobStore(home.resolve("blobs"), keys));
  }

  Workshop(Path home, TestKeys keys, BlobStore blobs) {
    this.home = home;
    this.database = SqliteDatabase.open(home.resolve("moat.db"), DataSteps.migrations());
    this.artifacts = new Artifacts(blobs);
    this.steps = DataSteps.steps(keys, database, now::get);
  }

  private Workshop(Workshop other, Path scratch) {
    this.home = scratch;
    this.database = other.database;
    this.artifacts = other.artifacts;
    this.steps = other.steps;
  }

  /** The same steps, store and database with another scratch folder. */
  Workshop beside(Path scratch) {
    return new Workshop(this, scratch);
  }

  Step step(String name) {
    return steps.stream().filter(step -> step.name().equals(name)).findFirst().orElseThrow();
  }

  StepResult collect(ObjectNode parameters) {
    return run(step(CollectStep.NAME), parameters, Map.of());
  }

  StepResult collect(Path... sources) {
    return collect(sources(sources));
  }

  StepResult dataset(Artifact documents, ObjectNode parameters) {
    return run(step(DatasetStep.NAME), parameters, Map.of("documents", documents));
  }

  Digest observe(ObjectNode parameters) {
    Step step = step(CollectStep.NAME);
    return step.observe(Parameters.of(parameters, step.parameters(), step.name(), home));
  }

  static ObjectNode sources(Path... sources) {
    ArrayNode list = Json.array();
    for (Path source : sources) {
      list.add(source.toString());
    }
    ObjectNode out = Json.object();
    out.set("sources", list);
    return out;
  }

  List<Document> documents(Artifact artifact) {
    List<Document> out = new ArrayList<>();
    Shards.read(artifacts, artifact, CollectStep.SHARDS).forEachRemaining(out::add);
    return out;
  }

  Document document(Artifact artifact, String path) {
    return documents(artifact).stream()
        .filter(document -> document.path().equals(path))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no document " + path));
  }

  List<String> paths(Artifact artifact) {
    return documents(artifact).stream().map(Document::path).toList();
  }

  JsonNode manifest(Artifact artifact) {
    return Json.parse(artifacts.read(artifact, Dataset.MANIFEST), "manifest");
  }

  /** Every byte of every part, and the names of the parts, as one text. */
  String everything(Artifact artifact) {
    StringBuilder out = new StringBuilder();
    for (Artifact.Part part : artifact.parts()) {
      out.append(part.name()).append('\n');
      out.append(new String(artifacts.read(artifact, part.name()), StandardCharsets.UTF_8));
    }
    return out.toString();
  }

  StepResult run(Step step, ObjectNode parameters, Map<String, Artifact> inputs) {
    Path scratch = home.resolve("scratch");
    return step.run(
        new Context(
            inputs,
            Parameters.of(parameters, step.parameters(), step.name(), home),
            artifacts,
            progress(),
            scratch));
  }

  @Override
  public void close() {
    database.close();
  }

  /** Writes a file, with the folders above it. */
  static Path write(Path folder, String path, String text) {
    return write(folder, path, text.getBytes(StandardCharsets.UTF_8));
  }

  static Path write(Path folder, String path, byte[] bytes) {
    try {
      Path file = folder.resolve(path);
      Files.createDirectories(file.getParent());
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Progress progress() {
    return new Progress() {
      @Override
      public void advance(long done, long total, String detail) {
        advances.add(done + "/" + total);
        atAdvance.get().run();
      }

      @Override
      public boolean cancelled() {
        return cancelled.get();
      }
    };
  }

  private record Context(
      Map<String, Artifact> inputs,
      Parameters parameters,
      Artifacts artifacts,
      Progress progress,
      Path scratch)
      implements StepContext {
    @Override
    public Artifact input(String name) {
      return inputs.entrySet().stream()
          .filter(entry -> entry.getKey().equals(name))
          .findFirst()
          .orElseThrow()
          .getValue();
    }

    @Override
    public Statements statements() {
      throw new UnsupportedOperationException("no step of this room attests by itself");
    }

    @Override
    public String actor() {
      return "tester";
    }
  }
}
