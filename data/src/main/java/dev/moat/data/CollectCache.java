package dev.moat.data;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.store.Artifact;
import dev.moat.store.Artifacts;
import dev.moat.store.Database;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the last run over the same sources made of each file. It stores no text of its own: a
 * document that can be used again is read from the artifact of that run, in one pass beside the new
 * one, because both have the same order. A document out of order is simply made again.
 */
final class CollectCache implements AutoCloseable {
  private static final int DROPPED = -1;

  /** What became of a file. */
  sealed interface Outcome {
    /** It is a document. */
    record Kept(Document document) implements Outcome {}

    /** It was left out. */
    record Dropped(DropReason reason) implements Outcome {}
  }

  private record Row(String mark, int document, String dropped) {}

  private final Database database;
  private final String runKey;
  private final String epoch;
  private final Map<String, Row> before = new HashMap<>();
  private final Map<String, Row> now = new LinkedHashMap<>();
  private Optional<Shards.Reader> last = Optional.empty();
  private int lastPosition;
  private int reused;

  private CollectCache(Database database, String runKey, String epoch) {
    this.database = database;
    this.runKey = runKey;
    this.epoch = epoch;
  }

  /**
   * Opens what the run named {@code runKey} left, if it was made in the same {@code epoch}: by the
   * same code, rules and people.
   */
  static CollectCache open(Database database, Artifacts artifacts, String runKey, String epoch) {
    CollectCache cache = new CollectCache(database, runKey, epoch);
    database
        .first(
            "select artifact from data_run where run_key = ? and epoch = ?",
            row -> row.text("artifact"),
            runKey,
            epoch)
        .flatMap(digest -> stored(artifacts, digest))
        .ifPresent(artifact -> cache.load(artifacts, artifact));
    return cache;
  }

  /** What was made of that file, if its content is still the same. */
  Optional<Outcome> find(String fileKey, String mark) {
    Row row = before.get(fileKey);
    if (row == null || !row.mark().equals(mark)) {
      return Optional.empty();
    }
    Optional<Outcome> found =
        row.document() == DROPPED
            ? Arrays.stream(DropReason.values())
                .filter(reason -> reason.label().equals(row.dropped()))
                .findFirst()
                .map(Outcome.Dropped::new)
            : document(row.document()).map(Outcome.Kept::new);
    found.ifPresent(_ -> reused++);
    return found;
  }

  /** Notes that the file became the document of that number. */
  void kept(String fileKey, String mark, int document) {
    now.put(fileKey, new Row(mark, document, ""));
  }

  void dropped(String fileKey, String mark, DropReason reason) {
    now.put(fileKey, new Row(mark, DROPPED, reason.label()));
  }

  /** How many files were not read again. */
  int reused() {
    return reused;
  }

  /** Replaces what the last run left by this one, whose documents are in {@code artifact}. */
  void save(Artifact artifact) {
    database.transaction(
        transaction -> {
          transaction.execute("delete from data_outcome where run_key = ?", runKey);
          transaction.execute(
              """
              insert into data_run (run_key, epoch, artifact) values (?, ?, ?)
              on conflict (run_key) do update set epoch = excluded.epoch,
                artifact = excluded.artifact
              """,
              runKey,
              epoch,
              artifact.digest());
          now.forEach(
              (fileKey, row) ->
                  transaction.execute(
                      """
                      insert into data_outcome (run_key, file_key, mark, document, dropped)
                      values (?, ?, ?, ?, ?)
                      """,
                      runKey,
                      fileKey,
                      row.mark(),
                      row.document(),
                      row.dropped()));
          return now.size();
        });
  }

  @Override
  public void close() {
    last.ifPresent(Shards.Reader::close);
    last = Optional.empty();
  }

  private static Optional<Artifact> stored(Artifacts artifacts, String digest) {
    try {
      return Optional.of(artifacts.find(new Digest(digest)));
    } catch (Failure gone) {
      return Optional.empty();
    }
  }

  private void load(Artifacts artifacts, Artifact artifact) {
    last = Optional.of(Shards.read(artifacts, artifact, CollectStep.SHARDS));
    database.query(
        "select file_key, mark, document, dropped from data_outcome where run_key = ?",
        row ->
            before.put(
                row.text("file_key"),
                new Row(row.text("mark"), (int) row.number("document"), row.text("dropped"))),
        runKey);
  }

  /** Advances to the document of that number; nothing if it lies behind or cannot be read. */
  private Optional<Document> document(int number) {
    try {
      while (last.isPresent() && lastPosition <= number && last.get().hasNext()) {
        Document document = last.get().next();
        if (lastPosition++ == number) {
          return Optional.of(document);
        }
      }
    } catch (Failure unreadable) {
      close();
    }
    return Optional.empty();
  }
}
