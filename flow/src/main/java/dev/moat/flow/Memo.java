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
import tools.jackson.databind.JsonNode;

/** Remembers what each step made of which inputs, by digest. */
final class Memo {
  private record Kept(String artifact, String figures, String details, Optional<String> refusal) {}

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

  /**
   * What an earlier run made, if its artifact is still there with all its parts. A memo that cannot
   * be read counts as none: the step is run again and replaces it. An artifact that was tampered
   * with fails, because running the step again would hide that.
   */
  Optional<StepResult> find(Digest key) {
    return database
        .first(
            "select artifact, figures, details, refusal from flow_memo where memo_key = ?",
            row ->
                new Kept(
                    row.text("artifact"),
                    row.text("figures"),
                    row.text("details"),
                    row.optionalText("refusal")),
            key.hex())
        .flatMap(kept -> result(key, kept));
  }

  private Optional<StepResult> result(Digest key, Kept kept) {
    try {
      Artifact artifact = artifacts.find(new Digest(kept.artifact()));
      JsonNode details = Json.parse(kept.details(), "memo " + key.brief());
      return artifacts.isWhole(artifact)
          ? Optional.of(new StepResult(artifact, kept.figures(), details, kept.refusal()))
          : Optional.empty();
    } catch (Failure failure) {
      return switch (failure.problem()) {
        case Problem.Missing _, Problem.Invalid _ -> Optional.empty();
        default -> throw failure;
      };
    }
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
}
