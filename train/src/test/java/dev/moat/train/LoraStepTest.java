package dev.moat.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.engine.Adapter;
import dev.moat.engine.AdapterFiles;
import dev.moat.engine.Safetensors;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class LoraStepTest {
  private static final String SMALL =
      "{\"rank\":4,\"alpha\":8,\"learning-rate\":0.02,\"batch-rows\":4,\"sequence-length\":32,"
          + "\"epochs\":3}";
  private static final List<String> TRAIN = List.of("if (a) { b(); }\n".repeat(30));
  private static final List<String> VALIDATION = List.of("if (c) { d(); }\n");

  @TempDir Path folder;
  private Workshop workshop;

  @BeforeEach
  void open() {
    workshop = new Workshop(folder);
  }

  private StepResult tune(String parameters) {
    return workshop.tune(workshop.dataset(TRAIN, VALIDATION), workshop.base(), parameters);
  }

  private byte[] part(Artifact adapter, String name) {
    return workshop.artifacts().read(adapter, name);
  }

  @Test
  void makesAnAdapterOfThreeParts() {
    Artifact adapter = tune(SMALL).output();
    assertEquals(ArtifactKind.ADAPTER, adapter.kind());
    assertEquals(
        Set.of("adapter_config.json", "adapter_model.safetensors", "training.json"),
        adapter.parts().stream().map(Artifact.Part::name).collect(Collectors.toSet()));
  }

  @Test
  void theAdapterIsReadableAndNamesItsBase() {
    Artifact output = tune(SMALL).output();
    byte[] config = part(output, AdapterFiles.CONFIG);
    byte[] weights = part(output, AdapterFiles.WEIGHTS);
    Adapter adapter =
        AdapterFiles.read(Bytes.CONFIG, config, Safetensors.of(MemorySegment.ofArray(weights)));
    assertEquals(4, adapter.config().rank());
    assertEquals(
        workshop.base().digest().toString(),
        Json.parse(config, "test").path("base_model_name_or_path").asString());
  }

  @Test
  void weightsInSeveralFilesGiveTheSameAdapter() {
    Artifact dataset = workshop.dataset(TRAIN, VALIDATION);
    Artifact whole = workshop.tune(dataset, workshop.base(), SMALL).output();
    Artifact split = workshop.tune(dataset, workshop.baseInTwoFiles(), SMALL).output();
    assertArrayEquals(part(whole, AdapterFiles.WEIGHTS), part(split, AdapterFiles.WEIGHTS));
  }

  @Test
  void theCurveFallsAndStandsInTheDetails() {
    StepResult result = tune(SMALL);
    JsonNode training = Json.parse(part(result.output(), "training.json"), "test");
    assertEquals(Json.text(result.details()).length(), Json.text(training).length());
    JsonNode curve = training.path("curve");
    assertTrue(curve.size() > 3);
    double first = curve.path(0).path("validation").asDouble();
    double last = curve.path(curve.size() - 1).path("validation").asDouble();
    assertTrue(last < first, first + " to " + last);
    assertEquals(4, training.path("rank").asInt());
  }

  @Test
  void theFiguresAreOneLine() {
    String figures = tune(SMALL).figures();
    assertTrue(figures.matches("[\\d,]+ tokens in \\d+ steps, .*\\d\\.\\d+.*"), figures);
    assertTrue(figures.lines().count() == 1, figures);
  }

  @Test
  void showsTheLossAsItGoes() {
    tune(SMALL);
    assertTrue(workshop.details().getFirst().matches("1/\\d+ loss \\d\\.\\d+.*"));
    assertTrue(
        workshop.details().stream().anyMatch(detail -> detail.contains("validation")),
        workshop.details().toString());
  }

  @Test
  void sameInputsGiveTheSameArtifact() {
    assertEquals(tune(SMALL).output().digest(), tunedElsewhere().digest());
  }

  /** The artifact of the same step in another store. */
  private Artifact tunedElsewhere() {
    Workshop other = new Workshop(folder.resolve("other"));
    return other.tune(other.dataset(TRAIN, VALIDATION), other.base(), SMALL).output();
  }

  @Test
  void anotherSeedGivesAnother() {
    Artifact first = tune(SMALL).output();
    Artifact second = tune(SMALL.replace("}", ",\"seed\":2}")).output();
    assertNotEquals(first.digest(), second.digest());
  }

  @Test
  void aCancelledRunResumesToTheSameArtifact() {
    Artifact whole = tunedElsewhere();
    workshop.cancelAfter(4);
    Failure failure = assertThrows(Failure.class, () -> tune(SMALL));
    assertInstanceOf(Problem.Busy.class, failure.problem());
    workshop.cancelAfter(Long.MAX_VALUE);
    Artifact resumed = tune(SMALL).output();
    assertEquals(whole.digest(), resumed.digest());
    assertTrue(workshop.details().get(4).startsWith("5/"), workshop.details().get(4));
  }

  @Test
  void knowsItsParametersAndInputs() {
    assertEquals("train/lora", Workshop.step().name());
    assertEquals(Set.of("dataset", "base"), Workshop.step().inputs());
    assertTrue(Workshop.step().version() > 0);
    Failure failure = assertThrows(Failure.class, () -> tune("{\"learning_rate\":1}"));
    assertTrue(failure.getMessage().contains("learning-rate"), failure.getMessage());
  }

  @Test
  void refusesParametersOutOfBounds() {
    for (String bad :
        List.of(
            "{\"rank\":0}",
            "{\"learning-rate\":0}",
            "{\"epochs\":\"two\"}",
            "{\"warmup-fraction\":1}",
            "{\"target-modules\":[\"lm_head\"]}",
            "{\"sequence-length\":65}")) {
      assertThrows(Failure.class, () -> tune(bad), bad);
    }
    assertEquals(0, workshop.details().size());
  }

  @Test
  void refusesADatasetWithoutTexts() {
    Artifact empty = workshop.dataset(List.of(), List.of());
    Failure failure =
        assertThrows(Failure.class, () -> workshop.tune(empty, workshop.base(), SMALL));
    assertTrue(failure.getMessage().contains("no text to learn from"), failure.getMessage());
  }

  @Test
  void refusesInputsOfTheWrongKind() {
    Artifact dataset = workshop.dataset(TRAIN, VALIDATION);
    Artifact base = workshop.base();
    assertThrows(Failure.class, () -> workshop.tune(base, base, SMALL));
    assertThrows(Failure.class, () -> workshop.tune(dataset, dataset, SMALL));
    assertArrayEquals(Bytes.CONFIG.toJson(), workshop.artifacts().read(base, "config.json"));
  }
}
