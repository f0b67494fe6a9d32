package dev.moat.eval;

import dev.moat.core.Json;
import dev.moat.core.Progress;
import dev.moat.flow.Parameters;
import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.store.Artifacts;
import dev.moat.store.FileBlobStore;
import dev.moat.store.FileKeyService;
import dev.moat.store.SqliteDatabase;
import dev.moat.trust.Ledger;
import dev.moat.trust.SigningKey;
import dev.moat.trust.Statements;
import dev.moat.trust.TrustSchema;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** A real store, ledger and statements in a folder, and the step under test run on them. */
final class Workshop implements AutoCloseable {
  private final Path folder;
  private final SqliteDatabase database;
  private final Ledger ledger;
  private final Artifacts artifacts;
  private final Statements statements;

  Workshop(Path folder) {
    this.folder = folder;
    FileKeyService keys = FileKeyService.openOrCreate(folder.resolve("master.key"));
    database = SqliteDatabase.open(folder.resolve("moat.db"), TrustSchema.migrations());
    FileBlobStore blobs = new FileBlobStore(folder.resolve("blobs"), keys);
    SigningKey key = SigningKey.openOrCreate(folder.resolve("signing.key"), keys);
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-21T00:00:00Z"));
    ledger = Ledger.open(folder.resolve("ledger"), key, clock);
    artifacts = new Artifacts(blobs);
    statements = new Statements(blobs, database, ledger, key);
  }

  Artifacts artifacts() {
    return artifacts;
  }

  Statements statements() {
    return statements;
  }

  /** A dataset of these test documents; {@code more} are further fields of its manifest. */
  Artifact dataset(List<String> test, String more) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < test.size(); i++) {
      var line = Json.object().put("id", "d" + i).put("path", "d" + i).put("source", "s");
      line.putArray("authors");
      line.putObject("redactions");
      lines.append(Json.text(line.put("text", test.get(i)))).append('\n');
    }
    String manifest = "{\"format\":\"moat-dataset/1\"" + more + "}";
    return artifacts.put(
        ArtifactKind.DATASET,
        Map.of(
            "manifest.json", manifest.getBytes(StandardCharsets.UTF_8),
            "test-00000.jsonl", lines.toString().getBytes(StandardCharsets.UTF_8)));
  }

  /** Compares the tiny base model with and without an adapter. */
  StepResult compare(Map<String, byte[]> adapter, Artifact dataset, String parameters) {
    Step step = EvalSteps.steps(1).getFirst();
    Map<String, Artifact> inputs =
        Map.of(
            "dataset", dataset,
            "base", artifacts.put(ArtifactKind.MODEL, TinyModels.modelFiles()),
            "adapter", artifacts.put(ArtifactKind.ADAPTER, adapter));
    Parameters given =
        Parameters.of(Json.parse(parameters, "test"), step.parameters(), "step compare", folder);
    return step.run(new Context(inputs, given));
  }

  @Override
  public void close() {
    ledger.close();
    database.close();
  }

  private final class Context implements StepContext {
    private final Map<String, Artifact> inputs;
    private final Parameters parameters;

    Context(Map<String, Artifact> inputs, Parameters parameters) {
      this.inputs = inputs;
      this.parameters = parameters;
    }

    @Override
    public Artifact input(String name) {
      Artifact input = inputs.get(name);
      if (input == null) {
        throw new AssertionError(name);
      }
      return input;
    }

    @Override
    public Parameters parameters() {
      return parameters;
    }

    @Override
    public Artifacts artifacts() {
      return artifacts;
    }

    @Override
    public Progress progress() {
      return Progress.none();
    }

    @Override
    public Path scratch() {
      return folder;
    }

    @Override
    public Statements statements() {
      return statements;
    }

    @Override
    public String actor() {
      return "tester";
    }
  }
}
