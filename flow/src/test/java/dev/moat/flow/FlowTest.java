package dev.moat.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.store.Artifact;
import dev.moat.trust.Statements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class FlowTest {
  private static final String JOIN = TestFloor.JOIN;

  @TempDir Path home;
  private TestFloor floor;

  @BeforeEach
  void open() {
    floor = new TestFloor(home);
  }

  @AfterEach
  void close() {
    floor.close();
  }

  private RunOutcome run(String yaml) {
    return floor.flow().run(PipelineTest.parse(yaml), "tester", floor);
  }

  private String content(RunOutcome outcome, String step) {
    Artifact made = assertInstanceOf(StepOutcome.Done.class, outcome.step(step)).output();
    return floor.text(made);
  }

  @Test
  void aStepGetsWhatOtherStepsMade() {
    RunOutcome outcome = run(JOIN);
    assertTrue(outcome.done());
    assertEquals("a+b", content(outcome, "both"));
    assertEquals(List.of("one", "two", "both"), List.copyOf(outcome.steps().keySet()));
  }

  @Test
  void aSecondRunReusesEveryStep() {
    run(JOIN);
    RunOutcome again = run(JOIN);
    assertTrue(Stream.of("one", "two", "both").allMatch(step -> TestFloor.reused(again, step)));
    assertEquals(3, floor.runs());
    assertEquals("a+b", content(again, "both"));
  }

  @Test
  void reuseOutlivesTheProcess() {
    run(JOIN);
    floor.close();
    floor = new TestFloor(home);
    assertTrue(TestFloor.reused(run(JOIN), "both"));
    assertEquals(0, floor.runs());
  }

  @Test
  void aChangedParameterRedoesOnlyWhatDependsOnIt() {
    run(JOIN);
    RunOutcome changed = run(JOIN.replace("text: b", "text: c"));
    assertTrue(TestFloor.reused(changed, "one"));
    assertFalse(TestFloor.reused(changed, "two"));
    assertFalse(TestFloor.reused(changed, "both"));
    assertEquals("a+c", content(changed, "both"));
  }

  @Test
  void aChangeThatGivesTheSameArtifactRedoesNothingFurther() {
    run(JOIN);
    RunOutcome changed = run(JOIN.replace("{text: b}", "{text: b, note: other}"));
    assertFalse(TestFloor.reused(changed, "two"));
    assertTrue(TestFloor.reused(changed, "both"));
  }

  @Test
  void aChangeOutsideRedoesTheStepThatObservesIt() {
    run(JOIN);
    floor.outside("changed");
    RunOutcome changed = run(JOIN);
    assertFalse(TestFloor.reused(changed, "one"));
    assertTrue(TestFloor.reused(changed, "both"), "the same artifacts came out");
  }

  @Test
  void aStepWhoseWorkOutsideNoLongerStandsIsRunAnewAndWhatFollowsIsReused() {
    run(JOIN);
    floor.stands(false);
    RunOutcome again = run(JOIN);
    assertFalse(TestFloor.reused(again, "one"));
    assertFalse(TestFloor.reused(again, "two"));
    assertTrue(TestFloor.reused(again, "both"), "the same artifacts came out");
    floor.stands(true);
    assertTrue(TestFloor.reused(run(JOIN), "one"));
  }

  @Test
  void aNewVersionOfTheCodeRedoesTheStep() {
    run(JOIN);
    floor.version(2);
    assertFalse(TestFloor.reused(run(JOIN), "one"));
  }

  @Test
  void aGateThatRefusesStopsItsDependantsOnly() {
    RunOutcome outcome =
        run(
            """
            pipeline: demo
            steps:
              gate: {uses: t/make, with: {text: a, refuse: too bad}}
              behind: {uses: t/make, with: {text: b}, after: [gate]}
              fed: {uses: t/join, in: {left: gate, right: free}}
              free: {uses: t/make, with: {text: c}}
            """);
    assertEquals("too bad", ((StepOutcome.Refused) outcome.step("gate")).reason());
    assertEquals(new StepOutcome.Skipped("gate"), outcome.step("behind"));
    assertEquals(new StepOutcome.Skipped("gate"), outcome.step("fed"));
    assertInstanceOf(StepOutcome.Done.class, outcome.step("free"));
    assertFalse(outcome.done());
    assertFalse(outcome.failed());
  }

  @Test
  void aRefusalIsRememberedToo() {
    String yaml = "pipeline: p\nsteps:\n  gate: {uses: t/make, with: {text: a, refuse: no}}\n";
    run(yaml);
    assertInstanceOf(StepOutcome.Refused.class, run(yaml).steps().get("gate"));
    assertEquals(1, floor.runs());
  }

  @Test
  void aStepThatFailsIsNotRememberedAndKeepsItsScratch() {
    String yaml = "pipeline: p\nsteps:\n  one: {uses: t/make, with: {text: a, fail: once}}\n";
    RunOutcome failed = run(yaml);
    assertEquals("once", ((StepOutcome.Failed) failed.step("one")).message());
    assertTrue(failed.failed());
    RunOutcome second = run(yaml);
    assertEquals("a resumed", content(second, "one"));
  }

  @Test
  void aFinishedStepLeavesNoScratch() throws IOException {
    run(JOIN);
    try (Stream<Path> left = Files.list(home.resolve("scratch"))) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void aBugInAStepFailsThatStepWithItsName() {
    RunOutcome outcome =
        run("pipeline: p\nsteps:\n  one: {uses: t/make, with: {text: a, bug: oops}}\n");
    String message = ((StepOutcome.Failed) outcome.step("one")).message();
    assertTrue(message.contains("one") && message.contains("oops"), message);
  }

  @Test
  void independentStepsRunAtTheSameTime() {
    RunOutcome outcome =
        run(
            """
            pipeline: p
            steps:
              one: {uses: t/meet}
              two: {uses: t/meet}
            """);
    assertTrue(outcome.done(), "each waits until the other has come");
  }

  @Test
  void aCancelledRunEndsAndResumes() {
    floor.flow().cancel();
    String yaml = "pipeline: p\nsteps:\n  one: {uses: t/make, with: {text: a, check: yes}}\n";
    RunOutcome cancelled = run(yaml);
    assertTrue(((StepOutcome.Failed) cancelled.step("one")).message().contains("cancelled"));
    floor.close();
    floor = new TestFloor(home);
    assertTrue(run(yaml).done());
  }

  @Test
  void everyStepLeavesSignedProvenanceOfItsInputs() {
    RunOutcome outcome = run(JOIN);
    Artifact both = ((StepOutcome.Done) outcome.step("both")).output();
    Artifact one = ((StepOutcome.Done) outcome.step("one")).output();
    List<Statements.Recorded> about =
        floor.statements().about(both.digest(), Provenance.PREDICATE_TYPE);
    assertEquals(1, about.size());
    JsonNode definition = about.getFirst().statement().predicate().path("buildDefinition");
    assertEquals("https://moat.dev/step/t/join/v1", definition.path("buildType").asString());
    JsonNode left = definition.path("resolvedDependencies").get(0);
    assertEquals("left", left.path("name").asString());
    assertEquals(one.digest().hex(), left.path("digest").path("sha256").asString());
  }

  @Test
  void provenanceTellsTheParametersAsTheStepStatesThem() {
    RunOutcome outcome =
        run("pipeline: p\nsteps:\n  one: {uses: t/make, with: {text: a, note: private}}\n");
    Artifact one = ((StepOutcome.Done) outcome.step("one")).output();
    JsonNode told =
        floor
            .statements()
            .about(one.digest(), Provenance.PREDICATE_TYPE)
            .getFirst()
            .statement()
            .predicate()
            .at("/buildDefinition/externalParameters");
    assertEquals("{\"text\":\"a\"}", Json.text(told));
  }

  @Test
  void aReusedStepLeavesNoNewStatement() {
    RunOutcome outcome = run(JOIN);
    run(JOIN);
    Artifact both = ((StepOutcome.Done) outcome.step("both")).output();
    assertEquals(1, floor.statements().about(both.digest(), Provenance.PREDICATE_TYPE).size());
  }

  @Test
  void theJournalTellsWhatRanAndWhatWasReused() {
    RunOutcome first = run(JOIN);
    RunOutcome second = run(JOIN);
    List<Journal.Entry> runs = floor.journal().runs(10);
    assertEquals(2, runs.size());
    assertTrue(runs.stream().allMatch(entry -> entry.outcome().equals("done")));
    assertNotEquals(first.id(), second.id());
    assertEquals(
        List.of("done", "done", "done"),
        floor.journal().steps(first.id()).stream().map(Journal.StepEntry::state).toList());
    assertEquals(
        List.of("reused", "reused", "reused"),
        floor.journal().steps(second.id()).stream().map(Journal.StepEntry::state).toList());
  }

  @Test
  void theListenerHearsStartAdvanceAndEnd() {
    run("pipeline: p\nsteps:\n  one: {uses: t/make, with: {text: a}}\n");
    assertEquals(List.of("started one", "advanced one 1/2", "ended one Done"), floor.heard());
  }

  @Test
  void anUnknownKindOfStepNamesTheNearest() {
    Failure failure =
        assertThrows(Failure.class, () -> run("pipeline: p\nsteps:\n  a: {uses: t/mkae}\n"));
    assertTrue(failure.getMessage().contains("\"t/make\""), failure.getMessage());
  }

  @Test
  void wrongInputsAreRefusedBeforeAnythingRuns() {
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                run(
                    """
                    pipeline: p
                    steps:
                      one: {uses: t/make, with: {text: a}}
                      both: {uses: t/join, in: {left: one}}
                    """));
    assertTrue(failure.getMessage().contains("left, right"), failure.getMessage());
    assertEquals(0, floor.runs());
  }

  @Test
  void anUnknownParameterIsRefusedBeforeAnythingRuns() {
    Failure failure =
        assertThrows(
            Failure.class,
            () -> run("pipeline: p\nsteps:\n  one: {uses: t/make, with: {txt: a}}\n"));
    assertTrue(failure.getMessage().contains("\"text\""), failure.getMessage());
    assertEquals(0, floor.runs());
  }

  @Test
  void aPipelineIsDescribedByItsDigest() {
    assertEquals(PipelineTest.parse(JOIN).digest(), PipelineTest.parse(JOIN).digest());
    assertNotEquals(
        PipelineTest.parse(JOIN).digest(),
        PipelineTest.parse(JOIN.replace("text: b", "text: c")).digest());
    assertEquals("{}", Json.text(PipelineTest.parse(JOIN).node("both").parameters()));
  }
}
