package dev.moat.flow;

import dev.moat.store.Artifacts;
import dev.moat.store.Database;
import dev.moat.store.Migration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Keeps what ran, when and how it ended. Runs and steps are numbered, because a clock that is set
 * back would put the newest behind older ones.
 */
public final class Journal {
  private static final int RUNS_SHOWN_MAX = 1_000;

  /** One run as it is kept; {@code ended} is empty while it runs or if it was killed. */
  public record Entry(
      String id, String pipeline, Instant started, Optional<Instant> ended, String outcome) {}

  /** One step of a run as it is kept. */
  public record StepEntry(String step, String state, String artifact, String text, Instant at) {}

  private final Database database;

  /** A journal in that database. */
  public Journal(Database database) {
    this.database = database;
  }

  static List<Migration> migrations() {
    return List.of(
        new Migration(
            "flow",
            1,
            """
            create table flow_memo (
              memo_key text primary key,
              artifact text not null,
              figures text not null,
              details text not null,
              refusal text,
              finished_millis bigint not null);
            create table flow_run (
              id text primary key,
              pipeline text not null,
              digest text not null,
              started_millis bigint not null,
              ended_millis bigint,
              outcome text not null);
            create table flow_run_step (
              run text not null references flow_run (id),
              step text not null,
              state text not null,
              artifact text not null,
              note text not null,
              at_millis bigint not null,
              primary key (run, step));
            """),
        new Migration(
            "flow",
            2,
            """
            alter table flow_run add column number bigint not null default 0;
            alter table flow_run_step add column number bigint not null default 0;
            """));
  }

  /** The newest runs first. */
  public List<Entry> runs(int most) {
    return database.query(
        """
        select id, pipeline, started_millis, ended_millis, outcome from flow_run
        order by number desc, started_millis desc, id desc limit ?
        """,
        row ->
            new Entry(
                row.text("id"),
                row.text("pipeline"),
                Instant.ofEpochMilli(row.number("started_millis")),
                instant(row.optionalNumber("ended_millis")),
                row.text("outcome")),
        Math.min(most, RUNS_SHOWN_MAX));
  }

  /** The steps of a run that have ended, in the order they did. */
  public List<StepEntry> steps(String run) {
    return database.query(
        """
        select step, state, artifact, note, at_millis from flow_run_step
        where run = ? order by number, at_millis, step
        """,
        row ->
            new StepEntry(
                row.text("step"),
                row.text("state"),
                row.text("artifact"),
                row.text("note"),
                Instant.ofEpochMilli(row.number("at_millis"))),
        run);
  }

  Memo memo(Artifacts artifacts) {
    return new Memo(database, artifacts);
  }

  void begin(String run, Pipeline pipeline, long millis) {
    database.execute(
        """
        insert into flow_run (id, pipeline, digest, started_millis, outcome, number)
        values (?, ?, ?, ?, 'running', (select coalesce(max(number), 0) + 1 from flow_run))
        """,
        run,
        pipeline.name(),
        pipeline.digest().hex(),
        millis);
  }

  void ended(String run, String step, StepOutcome outcome, long millis) {
    String state =
        switch (outcome) {
          case StepOutcome.Done done -> done.reused() ? "reused" : "done";
          case StepOutcome.Refused _ -> "refused";
          case StepOutcome.Failed _ -> "failed";
          case StepOutcome.Skipped _ -> "skipped";
        };
    database.execute(
        """
        insert into flow_run_step (run, step, state, artifact, note, at_millis, number)
        values (?, ?, ?, ?, ?, ?,
          (select coalesce(max(number), 0) + 1 from flow_run_step where run = ?))
        """,
        run,
        step,
        state,
        artifact(outcome),
        note(outcome),
        millis,
        run);
  }

  void end(String run, RunOutcome outcome, long millis) {
    String word = outcome.done() ? "done" : outcome.failed() ? "failed" : "refused";
    database.execute(
        "update flow_run set ended_millis = ?, outcome = ? where id = ?", millis, word, run);
  }

  private static Optional<Instant> instant(OptionalLong millis) {
    return millis.isEmpty()
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(millis.getAsLong()));
  }

  private static String artifact(StepOutcome outcome) {
    return switch (outcome) {
      case StepOutcome.Done done -> done.output().digest().hex();
      case StepOutcome.Refused refused -> refused.output().digest().hex();
      case StepOutcome.Failed _, StepOutcome.Skipped _ -> "";
    };
  }

  private static String note(StepOutcome outcome) {
    return switch (outcome) {
      case StepOutcome.Done done -> done.figures();
      case StepOutcome.Refused refused -> refused.reason();
      case StepOutcome.Failed failed -> failed.message();
      case StepOutcome.Skipped skipped -> "because of " + skipped.because();
    };
  }
}
