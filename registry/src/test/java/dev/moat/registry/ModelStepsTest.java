package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.flow.Provenance;
import dev.moat.flow.RunOutcome;
import dev.moat.flow.StepOutcome;
import dev.moat.store.Artifact;
import dev.moat.trust.Statement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStepsTest {
  private static final String IMPORT =
      """
      pipeline: import
      steps:
        base: {uses: registry/model, with: {path: model}}
        scan: {uses: registry/scan, in: {subject: base}}
      """;

  @TempDir Path folder;
  private Home home;

  @BeforeEach
  void open() {
    home = new Home(folder);
    TinyModel.writeOnce(home.modelFolder());
  }

  @AfterEach
  void close() {
    home.close();
  }

  @Test
  void takesWhatAModelNeedsAndSaysWhereItCameFrom() throws IOException {
    Files.writeString(home.modelFolder().resolve("corpus.txt"), "a list of sources\n");
    Artifact model = home.artifacts().find(Home.output(run(), "base"));
    assertEquals(
        List.of("README.md", "config.json", "model.safetensors", "tokenizer.json"),
        model.parts().stream().map(Artifact.Part::name).toList());
    Statement origin =
        home.statements().about(model.digest(), ImportStep.PREDICATE_TYPE).getFirst().statement();
    assertEquals(5, origin.predicate().path("files").size());
    assertEquals(64, origin.predicate().path("card").stringValue("").length());
  }

  @Test
  void statesTheFolderButNotWhoseHomeItLiesIn() {
    Statement made =
        home.statements()
            .about(Home.output(run(), "base"), Provenance.PREDICATE_TYPE)
            .getLast()
            .statement();
    assertEquals(
        "model", made.predicate().at("/buildDefinition/externalParameters/path").stringValue(""));
    assertTrue(!made.toJson().toString().contains(folder.toString()), made.toString());
  }

  @Test
  void changedByteIsImportedAnew() throws IOException {
    RunOutcome first = run();
    assertTrue(done(run(), "base").reused());
    Files.writeString(home.modelFolder().resolve("README.md"), "# Other\n");
    RunOutcome changed = run();
    assertTrue(!done(changed, "base").reused());
    assertTrue(!Home.output(first, "base").equals(Home.output(changed, "base")));
  }

  @Test
  void whatCouldExecuteIsRefused() throws IOException {
    assertRefused("modeling.py", "import os\n");
    assertRefused("pytorch_model.bin", "\u0080\u0002}q\u0000.");
    assertRefused("run.sh", "#!/bin/sh\nrm -rf /\n");
    assertRefused("lib.so", "\u007fELF\u0002\u0001\u0001");
    assertTrue(done(run(), "base").output().parts().size() == 4);
  }

  @Test
  void configurationThatLoadsCodeIsRefused() throws IOException {
    Files.writeString(
        home.modelFolder().resolve("config.json"),
        "{\"model_type\":\"llama\",\"auto_map\":{\"AutoModel\":\"modeling.Model\"}}");
    assertTrue(failure(run()).contains("refused, config.json is "), failure(run()));
  }

  @Test
  void corruptWeightsAreRefused() throws IOException {
    Path weights = home.modelFolder().resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length - 1));
    assertTrue(failure(run()).contains("model.safetensors is "), failure(run()));
  }

  @Test
  void missingFolderIsNamed() throws IOException {
    RunOutcome outcome =
        home.run(
            """
            pipeline: import
            steps:
              base: {uses: registry/model, with: {path: nowhere}}
            """,
            0);
    assertTrue(failure(outcome).contains("nowhere: not there"), failure(outcome));
  }

  @Test
  void cleanScanNamesEveryPart() {
    RunOutcome outcome = run();
    Artifact model = home.artifacts().find(Home.output(outcome, "base"));
    Artifact report = home.artifacts().find(Home.output(outcome, "scan"));
    ScanResult result = ScanResult.parse(home.artifacts().read(report, ScanResult.PART), "report");
    assertTrue(result.clean());
    assertTrue(result.covers(model));
    assertEquals(
        result.toJson(),
        home.statements()
            .about(model.digest(), ScanResult.PREDICATE_TYPE)
            .getFirst()
            .statement()
            .predicate());
  }

  @Test
  void scanThatIsNotCleanIsAGate() {
    RunOutcome outcome =
        home.run(
            """
            pipeline: gate
            steps:
              bad: {uses: fake/pickle}
              scan: {uses: registry/scan, in: {subject: bad}}
              after: {uses: registry/scan, in: {subject: bad}, after: [scan]}
            """,
            0);
    if (outcome.steps().get("scan") instanceof StepOutcome.Refused refused) {
      assertTrue(refused.reason().startsWith("weights.pkl is suspicious"), refused.reason());
    } else {
      throw new AssertionError(outcome.steps());
    }
    assertTrue(outcome.steps().get("after") instanceof StepOutcome.Skipped);
  }

  private void assertRefused(String name, String content) throws IOException {
    Path file = home.modelFolder().resolve(name);
    Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
    String failure = failure(run());
    assertTrue(failure.contains("refused, " + name + " is "), failure);
    Files.delete(file);
  }

  private RunOutcome run() {
    return home.run(IMPORT, 0);
  }

  private static StepOutcome.Done done(RunOutcome outcome, String step) {
    if (outcome.steps().get(step) instanceof StepOutcome.Done done) {
      return done;
    }
    throw new AssertionError(outcome.steps());
  }

  private static String failure(RunOutcome outcome) {
    if (outcome.steps().get("base") instanceof StepOutcome.Failed(String message)) {
      return message;
    }
    throw new AssertionError(outcome.steps());
  }
}
