package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineageTest {
  private static final String SOURCES =
      "[{\"name\":\"main\",\"kind\":\"git\",\"commit\":\"c0ffee\",\"documents\":4}]";

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
  void leadsFromTheDatasetToTheCommit() {
    Artifact documents = documents(SOURCES);
    List<Link> links = trace(dataset(documents.digest(), SOURCES, documents.digest()));
    assertEquals(
        List.of("dataset", "documents", "source"), links.stream().map(Link::what).toList());
    assertTrue(links.stream().allMatch(Link::holds), links.toString());
    assertEquals("main@c0ffee", links.getLast().subject());
    assertEquals("git, 4 documents", links.getLast().detail());
    assertTrue(links.getFirst().detail().startsWith("train 3, redacted nothing, "));
  }

  @Test
  void datasetThatNamesOtherDocumentsThanItWasMadeOfIsBroken() {
    Artifact documents = documents(SOURCES);
    Digest other = Digest.of("other");
    assertBroken("no signed statement made from", dataset(other, SOURCES, documents.digest()));
  }

  @Test
  void datasetWithoutProvenanceIsBroken() {
    Artifact documents = documents(SOURCES);
    Artifact dataset = put(manifest(documents.digest(), SOURCES));
    assertBroken("no signed statement of type https://slsa.dev/provenance/v1", dataset);
  }

  @Test
  void datasetWithoutInputIsBroken() {
    assertBroken("not 64 lower-case hex digits", put("{}"));
  }

  @Test
  void datasetWithoutManifestIsBroken() {
    assertBroken(
        "has no part \"manifest.json\"",
        home.artifacts().put(ArtifactKind.DATASET, Map.of("train-00000.jsonl", new byte[] {1})));
  }

  @Test
  void datasetWithDamagedManifestIsBroken() {
    assertBroken("not valid JSON", put("{"));
  }

  @Test
  void documentsWithOtherSourcesAreBroken() {
    Artifact documents = documents(SOURCES.replace("c0ffee", "beef"));
    List<Link> links = trace(dataset(documents.digest(), SOURCES, documents.digest()));
    assertTrue(links.getFirst().holds());
    assertFalse(links.get(1).holds());
    assertTrue(links.get(1).detail().contains("their sources are not the dataset's"));
    assertEquals(2, links.size());
  }

  @Test
  void documentsThatAreGoneAreBroken() {
    Digest gone = Digest.of("gone");
    List<Link> links = trace(dataset(gone, SOURCES, gone));
    assertFalse(links.get(1).holds());
    assertTrue(links.get(1).detail().contains(gone.hex()), links.get(1).detail());
  }

  @Test
  void documentsMadeFromAnotherArtifactAreBroken() {
    Artifact documents = putDocuments(SOURCES);
    home.attest(documents, Map.of("smuggled", Digest.of("smuggled")));
    List<Link> links = trace(dataset(documents.digest(), SOURCES, documents.digest()));
    assertFalse(links.get(1).holds());
  }

  @Test
  void sourceWithoutCommitIsSaidToHaveNone() {
    String sources = "[{\"name\":\"notes\",\"kind\":\"folder\",\"documents\":1}]";
    Artifact documents = documents(sources);
    Link source = trace(dataset(documents.digest(), sources, documents.digest())).getLast();
    assertEquals("notes", source.subject());
    assertEquals("folder, 1 documents, without a commit", source.detail());
  }

  @Test
  void oneOfSeveralProvenancesIsEnough() {
    Artifact documents = documents(SOURCES);
    Artifact dataset = dataset(documents.digest(), SOURCES, documents.digest());
    home.attest(dataset, Map.of("documents", Digest.of("an older run")));
    assertTrue(trace(dataset).stream().allMatch(Link::holds));
  }

  private Artifact documents(String sources) {
    Artifact documents = putDocuments(sources);
    home.attest(documents, Map.of());
    return documents;
  }

  private Artifact putDocuments(String sources) {
    String manifest = "{\"sources\":" + sources + ",\"documents\":4}";
    return home.artifacts().put(ArtifactKind.DOCUMENTS, Map.of("manifest.json", utf8(manifest)));
  }

  private Artifact dataset(Digest input, String sources, Digest madeFrom) {
    Artifact dataset = put(manifest(input, sources));
    home.attest(dataset, Map.of("documents", madeFrom));
    return dataset;
  }

  private static String manifest(Digest input, String sources) {
    return "{\"input\":\""
        + input
        + "\",\"sources\":"
        + sources
        + ",\"splits\":{\"train\":{\"documents\":3}},\"redactions\":{}}";
  }

  private Artifact put(String manifest) {
    return home.artifacts().put(ArtifactKind.DATASET, Map.of("manifest.json", utf8(manifest)));
  }

  private List<Link> trace(Artifact dataset) {
    Chain chain = new Chain();
    new Lineage(new Evidence(home.artifacts(), home.statements()), chain).trace(dataset.digest());
    return chain.links();
  }

  private void assertBroken(String why, Artifact dataset) {
    List<Link> links = trace(dataset);
    assertEquals(1, links.size(), links.toString());
    assertFalse(links.getFirst().holds());
    assertTrue(links.getFirst().detail().contains(why), links.getFirst().detail());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
