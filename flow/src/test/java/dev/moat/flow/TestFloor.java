package dev.moat.flow;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Ids;
import dev.moat.core.Json;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.store.Artifacts;
import dev.moat.store.Database;
import dev.moat.store.FileBlobStore;
import dev.moat.store.FileKeyService;
import dev.moat.store.Migration;
import dev.moat.store.SqliteDatabase;
import dev.moat.trust.Ledger;
import dev.moat.trust.SigningKey;
import dev.moat.trust.Statements;
import dev.moat.trust.TrustSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A flow over a real store and a real ledger, with small steps. */
final class TestFloor implements FlowListener, AutoCloseable {
  /** Two steps, and one that joins what they make. */
  static final String JOIN =
      """
      pipeline: demo
      steps:
        one: {uses: t/make, with: {text: a}}
        two: {uses: t/make, with: {text: b}}
        both: {uses: t/join, in: {left: one, right: two}}
      """;

  private final Database database;
  private final Path scratch;
  private final Path blobFolder;
  private final FileBlobStore blobs;
  private final Ledger ledger;
  private final Artifacts artifacts;
  private final Statements statements;
  private final Journal journal;
  private final Flow flow;
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger meeting = new AtomicInteger();
  private final AtomicInteger meetingMost = new AtomicInteger();
  private final CyclicBarrier pairs = new CyclicBarrier(2);
  private final List<String> heard = new ArrayList<>();
  private volatile String outside = "as it was";
  private volatile boolean stands = true;
  private int version = 1;

  TestFloor(Path home) {
    this(home, InstantSource.system(), database -> database);
  }

  TestFloor(Path home, InstantSource clock, UnaryOperator<Database> wrapping) {
    blobFolder = home.resolve("blobs");
    scratch = home.resolve("scratch");
    FileKeyService keys = FileKeyService.openOrCreate(home.resolve("master.key"));
    blobs = new FileBlobStore(blobFolder, keys);
    List<Migration> migrations = new ArrayList<>(Flow.migrations());
    migrations.addAll(TrustSchema.migrations());
    database = wrapping.apply(SqliteDatabase.open(home.resolve("moat.db"), migrations));
    artifacts = new Artifacts(blobs);
    SigningKey signer = SigningKey.openOrCreate(home.resolve("signing.key"), keys);
    ledger = Ledger.open(home.resolve("ledger"), signer, clock);
    statements = new Statements(blobs, database, ledger, signer);
    journal = new Journal(database);
    flow =
        new Flow(
            new Flow.Place(artifacts, statements, journal, scratch, 2),
            List.of(new Make(), new Join(), new Meet()),
            clock,
            new Ids(clock, new Random(5)));
  }

  Flow flow() {
    return flow;
  }

  Statements statements() {
    return statements;
  }

  Journal journal() {
    return journal;
  }

  int runs() {
    return runs.get();
  }

  /** How many steps of the kind {@code t/meet} ran at the same time at most. */
  int meetingMost() {
    return meetingMost.get();
  }

  /** How many results are remembered. */
  int memos() {
    return database.query("select memo_key from flow_memo", row -> row.text("memo_key")).size();
  }

  /** Changes all memos, as damage on the disk would. */
  void corruptMemos(String column, String value) {
    database.execute("update flow_memo set " + column + " = ?", value);
  }

  /** What unfinished work is left on the disk. */
  List<Path> scratch() {
    try (Stream<Path> left = Files.list(scratch)) {
      return left.toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  void lose(Digest blob) {
    blobs.delete(blob);
  }

  /** Flips the last byte of a blob. */
  void damage(Digest blob) {
    try (Stream<Path> all = Files.walk(blobFolder)) {
      Path file = all.filter(each -> each.endsWith(blob.hex())).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 1] ^= 1;
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> heard() {
    return heard;
  }

  void outside(String state) {
    outside = state;
  }

  /** Says whether what earlier steps changed outside the store still stands. */
  void stands(boolean still) {
    stands = still;
  }

  void version(int number) {
    version = number;
  }

  String text(Artifact artifact) {
    return new String(artifacts.read(artifact, "text"), StandardCharsets.UTF_8);
  }

  private Artifact put(String text) {
    return artifacts.put(
        ArtifactKind.REPORT, Map.of("text", text.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public synchronized void started(String step) {
    heard.add("started " + step);
  }

  @Override
  public synchronized void advanced(String step, long done, long total, String detail) {
    heard.add("advanced " + step + " " + done + "/" + total);
  }

  @Override
  public synchronized void ended(String step, StepOutcome outcome) {
    heard.add("ended " + step + " " + outcome.getClass().getSimpleName());
  }

  @Override
  public void close() {
    ledger.close();
    database.close();
  }

  /** Makes a text; can refuse, fail the first time, show a bug or look for cancellation. */
  private final class Make implements Step {
    @Override
    public boolean stands(StepResult earlier) {
      return stands;
    }

    @Override
    public String name() {
      return "t/make";
    }

    @Override
    public int version() {
      return version;
    }

    @Override
    public Set<String> inputs() {
      return Set.of();
    }

    @Override
    public Set<String> parameters() {
      return Set.of("text", "note", "refuse", "fail", "bug", "check", "cancel", "stir");
    }

    @Override
    public JsonNode stated(Parameters parameters) {
      return ((ObjectNode) parameters.tree()).deepCopy().without("note");
    }

    @Override
    public Digest observe(Parameters parameters) {
      return Digest.of(outside);
    }

    @Override
    public StepResult run(StepContext context) {
      runs.incrementAndGet();
      context.progress().advance(1, 2, "half");
      Parameters given = context.parameters();
      if (given.tree().has("check")) {
        context.progress().checkCancelled("making");
      }
      if (given.tree().has("bug")) {
        throw new IllegalStateException(given.text("bug"));
      }
      if (given.tree().has("cancel")) {
        flow.cancel();
      }
      if (given.tree().has("stir")) {
        outside = given.text("stir");
      }
      String text = given.text("text");
      if (given.tree().has("fail")) {
        Path mark = context.scratch().resolve("mark");
        if (!Files.exists(mark)) {
          write(mark);
          throw Failure.invalid(given.text("fail"));
        }
        text += " resumed";
      }
      String refusal = given.text("refuse", "");
      return new StepResult(
          put(text),
          text.length() + " characters",
          Json.object(),
          refusal.isEmpty() ? Optional.empty() : Optional.of(refusal));
    }

    private static void write(Path file) {
      try {
        Files.writeString(file, "been here");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Joins two texts. */
  private final class Join implements Step {
    @Override
    public String name() {
      return "t/join";
    }

    @Override
    public int version() {
      return 1;
    }

    @Override
    public Set<String> inputs() {
      return Set.of("left", "right");
    }

    @Override
    public Set<String> parameters() {
      return Set.of();
    }

    @Override
    public StepResult run(StepContext context) {
      runs.incrementAndGet();
      String joined = text(context.input("left")) + "+" + text(context.input("right"));
      return StepResult.of(put(joined), "joined", Json.object());
    }
  }

  /** Waits until a second of its kind runs. */
  private final class Meet implements Step {
    @Override
    public String name() {
      return "t/meet";
    }

    @Override
    public int version() {
      return 1;
    }

    @Override
    public Set<String> inputs() {
      return Set.of();
    }

    @Override
    public Set<String> parameters() {
      return Set.of();
    }

    @Override
    public StepResult run(StepContext context) {
      try {
        meetingMost.accumulateAndGet(meeting.incrementAndGet(), Math::max);
        pairs.await(20, TimeUnit.SECONDS);
        meeting.decrementAndGet();
        pairs.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
        throw Failure.broken("nobody came", e);
      }
      return StepResult.of(put("met"), "met", Json.object());
    }
  }

  /** Whether the step ended well without having been run again. */
  static boolean reused(RunOutcome outcome, String step) {
    return assertInstanceOf(StepOutcome.Done.class, outcome.step(step)).reused();
  }
}
