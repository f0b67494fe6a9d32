package dev.moat.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.store.Artifact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is left when a run is killed, cancelled, repeated or disturbed. */
final class FlowResumeTest {
  private static final String JOIN = TestFloor.JOIN;

  @TempDir Path home;

  private static RunOutcome run(TestFloor floor, String yaml) {
    return floor.flow().run(PipelineTest.parse(yaml), "tester", floor);
  }

  private static Artifact made(RunOutcome outcome, String step) {
    return assertInstanceOf(StepOutcome.Done.class, outcome.step(step)).output();
  }

  @Test
  void aRunKilledAtAnyWriteGoesOnWithoutRedoingWhatFinished() {
    boolean killed = true;
    for (int writes = 0; killed; writes++) {
      Path place = home.resolve("killed-" + writes);
      killed = killedAfter(writes, place);
      try (TestFloor floor = new TestFloor(place)) {
        int finished = floor.memos();
        RunOutcome resumed = run(floor, JOIN);
        assertEquals("a+b", floor.text(made(resumed, "both")), "after " + writes);
        assertEquals(3 - finished, floor.runs(), "after " + writes);
        assertEquals(List.of(), floor.scratch(), "after " + writes);
        assertEquals(3, floor.memos(), "after " + writes);
      }
      assertTrue(writes < 100, "it ends");
    }
  }

  private static boolean killedAfter(int writes, Path place) {
    AtomicReference<DyingDatabase> dying = new AtomicReference<>();
    try (TestFloor floor =
        new TestFloor(
            place,
            InstantSource.system(),
            database -> dying.updateAndGet(_ -> new DyingDatabase(database)))) {
      dying.get().dieAfter(writes);
      return !run(floor, JOIN).done();
    } catch (DyingDatabase.Killed _) {
      return true;
    }
  }

  @Test
  void whatWasLeftAfterTheMemoIsClearedWhenTheStepIsReused() throws Exception {
    String yaml = "pipeline: p\nsteps:\n  one: {uses: t/make, with: {text: a, fail: once}}\n";
    try (TestFloor floor = new TestFloor(home)) {
      run(floor, yaml);
      Path left = floor.scratch().getFirst();
      run(floor, yaml);
      Files.createDirectories(left.resolve("deep"));
      Files.writeString(left.resolve("deep/part"), "half");
      assertTrue(TestFloor.reused(run(floor, yaml), "one"));
      assertEquals(List.of(), floor.scratch());
    }
  }

  @Test
  void noStepStartsAfterTheRunWasCancelled() {
    String yaml =
        """
        pipeline: p
        steps:
          one: {uses: t/make, with: {text: a, cancel: now}}
          two: {uses: t/make, with: {text: b}, after: [one]}
        """;
    try (TestFloor floor = new TestFloor(home)) {
      RunOutcome outcome = run(floor, yaml);
      assertInstanceOf(StepOutcome.Done.class, outcome.step("one"));
      String message = assertInstanceOf(StepOutcome.Failed.class, outcome.step("two")).message();
      assertEquals("step two: cancelled; run it again to resume", message);
      assertEquals(1, floor.runs());
    }
  }

  @Test
  void aStepWhoseSurroundingsChangeUnderItIsNotTakenForTheOldState() {
    String yaml = "pipeline: p\nsteps:\n  one: {uses: t/make, with: {text: a, stir: other}}\n";
    try (TestFloor floor = new TestFloor(home)) {
      assertTrue(run(floor, yaml).done());
      floor.outside("as it was");
      assertEquals(false, TestFloor.reused(run(floor, yaml), "one"));
    }
  }

  @Test
  void aLostManifestIsMadeAgain() {
    try (TestFloor floor = new TestFloor(home)) {
      Artifact one = made(run(floor, JOIN), "one");
      floor.lose(one.digest());
      RunOutcome again = run(floor, JOIN);
      assertEquals(false, TestFloor.reused(again, "one"));
      assertEquals("a", floor.text(made(again, "one")));
    }
  }

  @Test
  void aLostPartIsMadeAgain() {
    try (TestFloor floor = new TestFloor(home)) {
      Artifact one = made(run(floor, JOIN), "one");
      floor.lose(one.part("text").digest());
      RunOutcome again = run(floor, JOIN);
      assertEquals(false, TestFloor.reused(again, "one"));
      assertEquals("a", floor.text(made(again, "one")));
      assertTrue(TestFloor.reused(again, "both"), "the same artifact came out");
    }
  }

  @Test
  void anArtifactThatWasTamperedWithIsNotQuietlyMadeAgain() {
    try (TestFloor floor = new TestFloor(home)) {
      Artifact one = made(run(floor, JOIN), "one");
      floor.damage(one.digest());
      RunOutcome again = run(floor, JOIN);
      String message = assertInstanceOf(StepOutcome.Failed.class, again.step("one")).message();
      assertTrue(message.contains(one.digest().hex()), message);
      assertEquals(3, floor.runs());
    }
  }

  @Test
  void memosThatCannotBeReadAreReplaced() {
    try (TestFloor floor = new TestFloor(home)) {
      run(floor, JOIN);
      floor.corruptMemos("details", "{\"half");
      assertEquals(false, TestFloor.reused(run(floor, JOIN), "both"));
      floor.corruptMemos("artifact", "not a digest");
      assertEquals(false, TestFloor.reused(run(floor, JOIN), "both"));
      assertTrue(TestFloor.reused(run(floor, JOIN), "both"));
    }
  }

  @Test
  void noMoreStepsThanAllowedRunAtATime() {
    StringBuilder yaml = new StringBuilder("pipeline: p\nsteps:\n");
    for (int i = 0; i < 8; i++) {
      yaml.append("  s").append(i).append(": {uses: t/meet}\n");
    }
    try (TestFloor floor = new TestFloor(home)) {
      assertTrue(run(floor, yaml.toString()).done());
      assertEquals(2, floor.meetingMost());
    }
  }

  @Test
  void twoRunsOfOnePipelineAtOnceDoEachStepOnce() throws Exception {
    try (TestFloor floor = new TestFloor(home);
        ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Future<RunOutcome>> runs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        runs.add(pool.submit(() -> run(floor, JOIN)));
      }
      for (Future<RunOutcome> each : runs) {
        assertEquals("a+b", floor.text(made(each.get(), "both")));
      }
      assertEquals(3, floor.runs());
    }
  }

  @Test
  void aFailureInOneBranchLeavesTheOthers() {
    String yaml =
        """
        pipeline: p
        steps:
          bad: {uses: t/make, with: {text: a, bug: oops}}
          behind: {uses: t/make, with: {text: b}, after: [bad]}
          further: {uses: t/make, with: {text: c}, after: [behind]}
          free: {uses: t/make, with: {text: d}}
        """;
    try (TestFloor floor = new TestFloor(home)) {
      RunOutcome outcome = run(floor, yaml);
      assertInstanceOf(StepOutcome.Failed.class, outcome.step("bad"));
      assertEquals(new StepOutcome.Skipped("bad"), outcome.step("behind"));
      assertEquals(new StepOutcome.Skipped("behind"), outcome.step("further"));
      assertEquals("d", floor.text(made(outcome, "free")));
      assertTrue(outcome.failed());
    }
  }

  @Test
  void theNewestRunIsTheLastThoughTheClockWasSetBack() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-05-01T10:00:00Z"));
    try (TestFloor floor = new TestFloor(home, now::get, database -> database)) {
      run(floor, JOIN);
      now.updateAndGet(time -> time.minus(Duration.ofDays(30)));
      RunOutcome last = run(floor, JOIN);
      assertEquals(last.id(), floor.journal().runs(1).getFirst().id());
    }
  }

  @Test
  void stepsAreToldInTheOrderTheyEndedThoughTheClockRunsBackwards() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-05-01T10:00:00Z"));
    InstantSource backwards = () -> now.updateAndGet(time -> time.minusSeconds(1));
    try (TestFloor floor = new TestFloor(home, backwards, database -> database)) {
      RunOutcome outcome = run(floor, JOIN);
      List<Journal.StepEntry> steps = floor.journal().steps(outcome.id());
      assertEquals("both", steps.getLast().step());
    }
  }

  @Test
  void provenanceNeverEndsBeforeItStarts() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-05-01T10:00:00Z"));
    InstantSource backwards = () -> now.updateAndGet(time -> time.minusSeconds(1));
    try (TestFloor floor = new TestFloor(home, backwards, database -> database)) {
      Artifact both = made(run(floor, JOIN), "both");
      JsonNode metadata =
          floor
              .statements()
              .about(both.digest(), Provenance.PREDICATE_TYPE)
              .getFirst()
              .statement()
              .predicate()
              .at("/runDetails/metadata");
      Instant start = Instant.parse(metadata.path("startedOn").asString());
      Instant end = Instant.parse(metadata.path("finishedOn").asString());
      assertEquals(start, end);
    }
  }

  @Test
  void aRunThatWasKilledIsShownAsNeverEnded() {
    killedAfter(1, home);
    try (TestFloor floor = new TestFloor(home)) {
      Journal.Entry entry = floor.journal().runs(1).getFirst();
      assertTrue(entry.ended().isEmpty());
      assertEquals("running", entry.outcome());
    }
  }
}
