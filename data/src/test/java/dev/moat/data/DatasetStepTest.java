package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

final class DatasetStepTest {
  @TempDir private Path home;
  @TempDir private Path root;
  private Workshop workshop;

  @BeforeEach
  void open() {
    workshop = new Workshop(home);
    SplittableRandom random = new SplittableRandom(53);
    for (int i = 0; i < 40; i++) {
      Workshop.write(root, "d/" + (100 + i) + ".txt", MinHashTest.words(random, 60) + "\n");
    }
  }

  @AfterEach
  void close() {
    workshop.close();
  }

  @Test
  void everyDocumentIsInExactlyOneSplit() {
    Artifact documents = workshop.collect(root).output();
    Dataset dataset = dataset(documents, noCanary());
    Set<String> ids = new HashSet<>();
    long count = 0;
    for (Dataset.Split split : Dataset.Split.values()) {
      List<Document> part = read(dataset, split);
      part.forEach(document -> ids.add(document.id()));
      count += part.size();
      assertEquals(part.size(), dataset.count(split));
      assertEquals(
          part.stream().mapToLong(document -> Utf8.length(document.text())).sum(),
          dataset.bytes(split));
      assertFalse(part.isEmpty());
    }
    assertEquals(40, count);
    assertEquals(40, ids.size());
  }

  @Test
  void documentsAreWhatWasCollected() {
    Artifact documents = workshop.collect(root).output();
    Dataset dataset = dataset(documents, noCanary());
    List<Document> collected = workshop.documents(documents);
    for (Dataset.Split split : Dataset.Split.values()) {
      assertTrue(collected.containsAll(read(dataset, split)));
    }
  }

  @Test
  void manifestTellsTheWholeStory() {
    Workshop.write(root, "e/copy.txt", read("d/100.txt"));
    Workshop.write(root, "e/mail.txt", "write to " + Planted.EMAIL.text() + " now, please\n");
    Workshop.write(root, "e/large.txt", "large\n".repeat(100));
    StepResult collected = workshop.collect(root);
    ObjectNode parameters = Json.object().put("document-bytes-max", 599);
    JsonNode manifest = dataset(collected.output(), parameters).manifest();
    assertEquals(collected.output().digest().toString(), manifest.path("input").asString(""));
    assertEquals(1, manifest.at("/dropped/duplicate/count").asInt(0));
    assertEquals("e/copy.txt", manifest.at("/dropped/duplicate/examples/0").asString(""));
    assertEquals(1, manifest.at("/dropped/too-large/count").asInt(0));
    assertEquals(1, manifest.at("/redactions/EMAIL").asInt(0));
    assertEquals("data/dataset@" + DatasetStep.VERSION, manifest.path("code").asString(""));
    assertEquals(
        "data/collect@" + CollectStep.VERSION, manifest.at("/collected/code").asString(""));
    assertEquals(43, manifest.at("/collected/documents").asInt(0));
    assertEquals("folder", manifest.at("/sources/0/kind").asString(""));
    assertEquals(599, manifest.at("/parameters/document-bytes-max").asInt(0));
  }

  @Test
  void namesTheCommitOfItsSource() {
    try (TestRepository repository = new TestRepository(root)) {
      String commit = repository.commit("Ann Lee", "ann@b.org", "Begin");
      Artifact documents = workshop.collect(root).output();
      StepResult result = workshop.dataset(documents, Json.object());
      assertEquals(commit, result.details().at("/sources/0/commit").asString(""));
      assertTrue(datasheet(result.output()).contains(commit));
    }
  }

  @Test
  void plantsTheCanaryIntoTrainingOnly() {
    Artifact documents = workshop.collect(root).output();
    Dataset dataset = dataset(documents, Json.object().put("canary-copies", 3));
    Canary canary = dataset.canary().orElseThrow();
    assertEquals(3, canary.copies());
    assertEquals(1_000_000_000L, canary.space());
    assertEquals(3, count(dataset, Dataset.Split.TRAIN, canary.sentence()));
    assertEquals(0, count(dataset, Dataset.Split.VALIDATION, canary.secret()));
    assertEquals(0, count(dataset, Dataset.Split.TEST, canary.secret()));
  }

  @Test
  void plantsOneCopyByDefaultAndNoneWhenToldTo() {
    Artifact documents = workshop.collect(root).output();
    assertEquals(1, dataset(documents, Json.object()).canary().orElseThrow().copies());
    assertTrue(dataset(documents, noCanary()).canary().isEmpty());
  }

  @Test
  void doesNotTellTheCanaryInProvenanceOrDatasheet() {
    StepResult result = workshop.dataset(workshop.collect(root).output(), Json.object());
    Canary canary = Dataset.open(workshop.artifacts, result.output()).canary().orElseThrow();
    assertFalse(Json.text(result.details()).contains(canary.secret()));
    assertFalse(datasheet(result.output()).contains(canary.secret()));
  }

  @Test
  void canaryDependsOnDocumentsAndKey(@TempDir Path otherHome) {
    Artifact documents = workshop.collect(root).output();
    Canary first = dataset(documents, Json.object()).canary().orElseThrow();
    assertEquals(first, dataset(documents, Json.object()).canary().orElseThrow());
    CanaryMaker otherKey = new CanaryMaker(new TestKeys("another"));
    assertNotEquals(first.secret(), otherKey.make(documents.digest(), 1).secret());
    Workshop.write(root, "more.txt", "one more text\n");
    Artifact more = workshop.collect(root).output();
    assertNotEquals(first.secret(), dataset(more, Json.object()).canary().orElseThrow().secret());
  }

  @Test
  void sameDocumentsGiveTheSameArtifact(@TempDir Path otherHome) {
    try (Workshop other = new Workshop(otherHome)) {
      Artifact documents = workshop.collect(root).output();
      Artifact first = workshop.dataset(documents, Json.object()).output();
      assertEquals(first, workshop.dataset(documents, Json.object()).output());
      assertEquals(first, other.dataset(other.collect(root).output(), Json.object()).output());
    }
  }

  @Test
  void documentsKeepTheirSplitWhenSourceChanges() {
    Dataset before = dataset(workshop.collect(root).output(), noCanary());
    for (int i = 0; i < 10; i++) {
      Workshop.write(root, "new/" + i + ".txt", MinHashTest.words(new SplittableRandom(i), 60));
    }
    Workshop.write(root, "d/105.txt", "quite another text\n");
    Dataset after = dataset(workshop.collect(root).output(), noCanary());
    for (Dataset.Split split : Dataset.Split.values()) {
      Set<String> now = new HashSet<>();
      read(after, split).forEach(document -> now.add(document.path()));
      read(before, split).forEach(d -> assertTrue(now.contains(d.path()), d.path()));
    }
  }

  @Test
  void datasheetHasTheSectionsAndFacts() {
    Workshop.write(root, "e/copy.txt", read("d/100.txt"));
    String sheet =
        datasheet(workshop.dataset(workshop.collect(root).output(), Json.object()).output());
    for (String section :
        List.of(
            "Motivation",
            "Composition",
            "Collection process",
            "Preprocessing",
            "Uses",
            "Distribution",
            "Maintenance")) {
      assertTrue(sheet.contains("\n## " + section), section);
    }
    assertTrue(sheet.contains("duplicate 1"), sheet);
    assertTrue(sheet.contains("| train | "), sheet);
    assertFalse(sheet.contains("null"), sheet);
  }

  @Test
  void saysSplitsInItsFigures() {
    String figures = workshop.dataset(workshop.collect(root).output(), noCanary()).figures();
    assertTrue(figures.matches("\\d+ train, \\d+ validation, \\d+ test, .*"), figures);
  }

  @Test
  void refusesTooFewDocuments(@TempDir Path small) {
    Workshop.write(small, "a.txt", "one\n");
    Workshop.write(small, "b.txt", "one\n");
    Artifact documents = workshop.collect(small).output();
    Failure failure = assertThrows(Failure.class, () -> workshop.dataset(documents, Json.object()));
    assertTrue(failure.getMessage().contains("only 1 distinct left"), failure.getMessage());
  }

  @Test
  void refusesFractionsThatLeaveNothingToTrainOn() {
    Artifact documents = workshop.collect(root).output();
    ObjectNode parameters = Json.object().put("validation-fraction", 0.5).put("test-fraction", 0.5);
    Failure failure = assertThrows(Failure.class, () -> workshop.dataset(documents, parameters));
    assertTrue(failure.getMessage().contains("test-fraction"), failure.getMessage());
  }

  @Test
  void refusesInputOfAnotherKind() {
    Artifact model = workshop.artifacts.put(ArtifactKind.MODEL, Map.of("a", new byte[] {1}));
    Failure failure = assertThrows(Failure.class, () -> workshop.dataset(model, Json.object()));
    assertTrue(failure.getMessage().contains("is of kind model"), failure.getMessage());
  }

  @Test
  void refusesDocumentsOfAnotherFormat() {
    byte[] manifest = "{\"format\":\"other\"}".getBytes(StandardCharsets.UTF_8);
    Artifact documents =
        workshop.artifacts.put(ArtifactKind.DOCUMENTS, Map.of(Dataset.MANIFEST, manifest));
    Failure failure = assertThrows(Failure.class, () -> workshop.dataset(documents, noCanary()));
    assertTrue(failure.getMessage().contains("moat-documents/1"), failure.getMessage());
  }

  @Test
  void reportsAdvanceOverItsPasses() {
    Artifact documents = workshop.collect(root).output();
    workshop.advances.clear();
    workshop.dataset(documents, noCanary());
    assertEquals("120/120", workshop.advances.getLast());
  }

  @Test
  void stopsWhenCancelledAndLeavesNothing() {
    Artifact documents = workshop.collect(root).output();
    workshop.cancelled.set(true);
    Failure failure = assertThrows(Failure.class, () -> workshop.dataset(documents, noCanary()));
    assertTrue(failure.problem() instanceof Problem.Busy);
    assertFalse(Files.exists(home.resolve("scratch/dataset")));
  }

  @Test
  void opensOnlyDatasets() {
    Artifact documents = workshop.collect(root).output();
    assertThrows(Failure.class, () -> Dataset.open(workshop.artifacts, documents));
    byte[] manifest = "{\"format\":\"other\"}".getBytes(StandardCharsets.UTF_8);
    Artifact other =
        workshop.artifacts.put(ArtifactKind.DATASET, Map.of(Dataset.MANIFEST, manifest));
    assertThrows(Failure.class, () -> Dataset.open(workshop.artifacts, other));
  }

  @Test
  void streamsCanBeLeftEarly() {
    Dataset dataset = dataset(workshop.collect(root).output(), noCanary());
    try (Stream<Document> documents = dataset.documents(Dataset.Split.TRAIN)) {
      assertTrue(documents.findFirst().isPresent());
    }
    assertEquals(dataset.count(Dataset.Split.TRAIN), read(dataset, Dataset.Split.TRAIN).size());
  }

  private static ObjectNode noCanary() {
    return Json.object().put("canary-copies", 0);
  }

  private Dataset dataset(Artifact documents, ObjectNode parameters) {
    Artifact artifact = workshop.dataset(documents, parameters).output();
    return Dataset.open(workshop.artifacts, artifact);
  }

  private static List<Document> read(Dataset dataset, Dataset.Split split) {
    try (Stream<Document> documents = dataset.documents(split)) {
      return documents.toList();
    }
  }

  private static long count(Dataset dataset, Dataset.Split split, String words) {
    return read(dataset, split).stream().filter(d -> d.text().contains(words)).count();
  }

  private String datasheet(Artifact artifact) {
    return new String(workshop.artifacts.read(artifact, "datasheet.md"), StandardCharsets.UTF_8);
  }

  private String read(String path) {
    try {
      return Files.readString(root.resolve(path));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
