package dev.moat.flow;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.store.Artifact;
import dev.moat.store.Artifacts;
import dev.moat.store.Database;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Remembers what each step made of which inputs, by digest. */
final class Memo {
  private record Kept(Digest artifact, String figures, String details, Optional<String> refusal) {}

  private final Database database;
  private final Artifacts artifacts;

  Memo(Database database, Artifacts artifacts) {
    this.database = database;
    this.artifacts = artifacts;
  }

  /** The key: everything that decides what the step makes. */
  static Digest key(Step step, Parameters parameters, Digest observed, Map<String, Artifact> in) {
    Digest.Hasher hasher =
        new Digest.Hasher()
            .field(step.name())
            .field(Integer.toString(step.version()))
            .field(Digest.of(Json.canonical(parameters.tree())).hex())
            .field(observed.hex());
    new TreeMap<>(in).forEach((name, input) -> hasher.field(name).field(input.digest().hex()));
    return hasher.digest();
  }

  /** What an earlier run made, if its artifact is still there. */
  Optional<StepResult> find(Digest key) {
    return database
        .first(
            "select artifact, figures, details, refusal from flow_memo where memo_key = ?",
            row ->
                new Kept(
                    new Digest(row.text("artifact")),
                    row.text("figures"),
                    row.text("details"),
                    row.optionalText("refusal")),
            key.hex())
        .flatMap(kept -> result(key, kept));
  }

  private Optional<StepResult> result(Digest key, Kept kept) {
    return stored(kept.artifact())
        .map(
            artifact ->
                new StepResult(
                    artifact,
                    kept.figures(),
                    Json.parse(kept.details(), "memo " + key.brief()),
                    kept.refusal()));
  }

  void remember(Digest key, StepResult result, long finishedMillis) {
    database.execute(
        """
        insert into flow_memo (memo_key, artifact, figures, details, refusal, finished_millis)
        values (?, ?, ?, ?, ?, ?)
        on conflict (memo_key) do update set artifact = excluded.artifact,
          figures = excluded.figures, details = excluded.details, refusal = excluded.refusal,
          finished_millis = excluded.finished_millis
        """,
        key.hex(),
        result.output().digest().hex(),
        result.figures(),
        Json.text(result.details()),
        result.refusal(),
        finishedMillis);
  }

  private Optional<Artifact> stored(Digest digest) {
    try {
      return Optional.of(artifacts.find(digest));
    } catch (Failure failure) {
      if (failure.problem() instanceof Problem.Missing) {
        return Optional.empty();
      }
      throw failure;
    }
  }
}
