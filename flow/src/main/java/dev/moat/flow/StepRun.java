package dev.moat.flow;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Progress;
import dev.moat.store.Artifact;
import dev.moat.store.Artifacts;
import dev.moat.trust.Statements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  StepRun(Flow.Place place, InstantSource clock, AtomicBoolean cancelled, FlowListener listener) {
    this.place = place;
    this.clock = clock;
    this.cancelled = cancelled;
    this.listener = listener;
  }

  StepOutcome outcome(Provenance.Work work, String run, String actor) {
    Digest key = work.key();
    Optional<StepResult> known = place.journal().memo(place.artifacts()).find(key);
    if (known.isPresent()) {
      return outcome(known.get(), true);
    }
    listener.started(work.node().id());
    Instant start = clock.instant();
    Path scratch = scratch(work, key);
    StepResult result = work.step().run(new Context(work, actor, folder(scratch)));
    Provenance.Moment moment = new Provenance.Moment(run, actor, start, clock.instant());
    place.statements().attest(Provenance.of(work, result, moment), actor);
    place.journal().memo(place.artifacts()).remember(key, result, clock.millis());
    deleteAll(scratch);
    return outcome(result, false);
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
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
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
