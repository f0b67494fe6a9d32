package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.flow.RunOutcome;
import dev.moat.flow.Step;
import dev.moat.flow.StepOutcome;
import dev.moat.store.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseStepsTest {
  @TempDir Path folder;
  private Home home;

  @BeforeEach
  void open() {
    home = new Home(folder);
  }

  @AfterEach
  void close() {
    home.close();
  }

  @Test
  void stepsAreKnownByTheseNamesAndInputs() {
    Map<String, Set<String>> steps = new TreeMap<>();
    for (Step step : RegistrySteps.steps(home.registry(), "test")) {
      steps.put(step.name(), step.inputs());
    }
    assertEquals(
        Map.of(
            "registry/model", Set.of(),
            "registry/scan", Set.of("subject"),
            "registry/prompt", Set.of(),
            "registry/release",
                Set.of("base", "adapter", "dataset", "scorecard", "base-scan", "adapter-scan"),
            "registry/base-release", Set.of("base", "base-scan"),
            "registry/upstream", Set.of()),
        steps);
  }

  @Test
  void everyStepIsReusedTheSecondTime() {
    home.run(0.1);
    RunOutcome again = home.run(0.1);
    again
        .steps()
        .forEach(
            (id, outcome) ->
                assertTrue(outcome instanceof StepOutcome.Done done && done.reused(), id));
    assertEquals(1, home.registry().versions().size());
  }

  @Test
  void stepKilledBeforeItsMemoPromotesOnlyOnce() {
    Digest release = home.release();
    home.database().execute("delete from flow_memo where artifact = ?", release);
    RunOutcome again = home.run(0.1);
    assertEquals(release, Home.output(again, "release"));
    assertEquals(1, home.registry().versions().size());
    assertTrue(home.admission().verify(release).stream().allMatch(Link::holds));
  }

  @Test
  void changedModelMakesANewRelease() throws IOException {
    Digest first = home.release();
    Files.writeString(home.modelFolder().resolve("README.md"), "# Changed\n");
    Digest second = home.release();
    assertNotEquals(first, second);
    assertEquals(
        List.of(first, second),
        home.registry().versions(Home.NAME).stream().map(Version::release).toList());
  }

  @Test
  void releaseHoldsTheDigestsOfItsInputs() {
    RunOutcome outcome = home.run(0.1);
    Artifact artifact = home.artifacts().find(Home.output(outcome, "release"));
    Release release = Release.parse(home.artifacts().read(artifact, Release.PART), "release");
    Digest base = Home.output(outcome, "base");
    Digest adapter = Home.output(outcome, "tune");
    if (!(release.backing() instanceof Release.Local local)) {
      throw new AssertionError(release);
    }
    assertEquals(base, local.base());
    assertEquals(
        new Release.Tuning(
            adapter, Home.output(outcome, "dataset"), Home.output(outcome, "compare")),
        local.tuning().orElseThrow());
    assertEquals(
        Set.of(
            new Release.Scan(base, Home.output(outcome, "base-scan")),
            new Release.Scan(adapter, Home.output(outcome, "adapter-scan"))),
        Set.copyOf(local.scans()));
    assertEquals("test", release.codeVersion());
  }

  @Test
  void badParametersFailNamingThem() {
    assertFails("name", "{name: 5, url: \"http://h\"}");
    assertFails("release name \"a b\"", "{name: a b, url: \"http://h\"}");
    assertFails("url", "{name: m}");
    assertFails("not a plain http address", "{name: m, url: \"ftp://h\"}");
    assertFails("digest \"xyz\"", "{name: m, url: \"http://h\", guard-policy: xyz}");
    assertEquals(List.of(), home.registry().versions());
  }

  @Test
  void guardPolicyIsBoundToTheRelease() {
    RunOutcome outcome =
        home.run(upstream("{name: m, url: \"http://h\", guard-policy: " + Home.POLICY + "}"), 0);
    Release release = home.admission().require(Home.output(outcome, "release"));
    assertEquals(Home.POLICY, release.policy().orElseThrow());
  }

  private Digest release(String address) {
    String pipeline = upstream("{name: m, url: \"" + address + "\"}");
    return Home.output(home.run(pipeline, 0), "release");
  }

  @Test
  void aReleaseMadeBeforeIsPutInForceAgainWhenItIsOrderedAgain() {
    Digest first = release("http://one/v1");
    Digest second = release("http://two/v1");
    assertEquals(second, home.registry().current("m").orElseThrow());
    assertEquals(first, release("http://one/v1"));
    assertEquals(first, home.registry().current("m").orElseThrow());
  }

  @Test
  void aPipelineDoesNotUndoAStepBack() {
    Digest first = release("http://one/v1");
    release("http://two/v1");
    home.registry().rollback("m", "tester");
    release("http://two/v1");
    assertEquals(first, home.registry().current("m").orElseThrow());
  }

  private void assertFails(String part, String parameters) {
    StepOutcome outcome = home.run(upstream(parameters), 0).steps().get("release");
    if (outcome instanceof StepOutcome.Failed(String message)) {
      assertTrue(message.contains(part), message);
    } else {
      throw new AssertionError(outcome);
    }
  }

  private static String upstream(String parameters) {
    return "pipeline: p\nsteps:\n  release: {uses: registry/upstream, with: " + parameters + "}\n";
  }
}
