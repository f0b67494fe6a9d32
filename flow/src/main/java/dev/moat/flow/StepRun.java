package dev.moat.flow;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Progress;
import dev.moat.store.Artifact;
import dev.moat.store.Artifacts;
import dev.moat.trust.Statements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** Takes one step from its memo, or runs it and makes its result durable. */
final class StepRun {
  private final Flow.Place place;
  private final InstantSource clock;
  private final AtomicBoolean cancelled;
  private final FlowListener listener;
  private final UnderWay underWay;
  private final Memo memo;

  StepRun(
      Flow.Place place,
      InstantSource clock,
      AtomicBoolean cancelled,
      UnderWay underWay,
      FlowListener listener) {
    this.underWay = underWay;
    this.place = place;
    this.clock = clock;
    this.cancelled = cancelled;
    this.listener = listener;
    this.memo = place.journal().memo(place.artifacts());
  }

  StepOutcome outcome(Provenance.Work work, String run, String actor) {
    Path scratch = scratch(work, work.key());
    return underWay.alone(scratch, () -> outcome(work, run, actor, scratch));
  }

  private StepOutcome outcome(Provenance.Work work, String run, String actor, Path scratch) {
    Digest key = work.key();
    Optional<StepResult> known = memo.find(key).filter(work.step()::stands);
    if (known.isPresent()) {
      deleteAll(scratch); // left if the process was killed just after the memo was written
      return outcome(known.get(), true);
    }
    if (cancelled.get()) {
      String message = "step " + work.node().id() + ": cancelled; run it again to resume";
      throw new Failure(new Problem.Busy(message, Duration.ZERO));
    }
    listener.started(work.node().id());
    Instant start = clock.instant();
    StepResult result = work.step().run(new Context(work, actor, folder(scratch)));
    Provenance.Moment moment = new Provenance.Moment(run, actor, start, endSince(start));
    place.statements().attest(Provenance.of(work, result, moment), actor);
    if (isStillAsObserved(work)) {
      memo.remember(key, result, clock.millis());
    }
    deleteAll(scratch);
    return outcome(result, false);
  }

  /** Else the result may be that of another state, and is not to be taken for this one again. */
  private static boolean isStillAsObserved(Provenance.Work work) {
    return work.step().observe(work.parameters()).equals(work.observed());
  }

  /** Now, but never before {@code start}, though the clock may have been set back. */
  private Instant endSince(Instant start) {
    Instant now = clock.instant();
    return now.isBefore(start) ? start : now;
  }

  private static StepOutcome outcome(StepResult result, boolean reused) {
    return result
        .refusal()
        .<StepOutcome>map(
            reason -> new StepOutcome.Refused(result.output(), result.figures(), reason))
        .orElse(new StepOutcome.Done(result.output(), result.figures(), reused));
  }

  /** Two equal steps of one pipeline may run at the same time: each has its own folder. */
  private Path scratch(Provenance.Work work, Digest key) {
    return place.scratch().resolve(Digest.of(key.hex() + work.node().id()).hex());
  }

  private static Path folder(Path scratch) {
    try {
      return Files.createDirectories(scratch);
    } catch (IOException e) {
      throw Failure.broken(scratch + ": cannot be made (" + e.getMessage() + "); free space", e);
    }
  }

  private static void deleteAll(Path folder) {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      throw Failure.broken(folder + ": cannot be deleted (" + e.getMessage() + ")", e);
    }
  }

  private final class Context implements StepContext, Progress {
    private final Provenance.Work work;
    private final String actor;
    private final Path scratch;

    Context(Provenance.Work work, String actor, Path scratch) {
      this.work = work;
      this.actor = actor;
      this.scratch = scratch;
    }

    @Override
    public Artifact input(String name) {
      Artifact input = work.inputs().get(name);
      if (input == null) {
        throw new IllegalArgumentException(work.step().name() + " has no input " + name);
      }
      return input;
    }

    @Override
    public Parameters parameters() {
      return work.parameters();
    }

    @Override
    public Artifacts artifacts() {
      return place.artifacts();
    }

    @Override
    public Progress progress() {
      return this;
    }

    @Override
    public Path scratch() {
      return scratch;
    }

    @Override
    public Statements statements() {
      return place.statements();
    }

    @Override
    public String actor() {
      return actor;
    }

    @Override
    public void advance(long done, long total, String detail) {
      listener.advanced(work.node().id(), done, total, detail);
    }

    @Override
    public boolean cancelled() {
      return cancelled.get();
    }
  }
}
