package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From sources to splits, seen from outside of the steps. */
final class WholeLineTest {
  @TempDir private Path home;
  @TempDir private Path root;
  private final SplittableRandom random = new SplittableRandom(71);
  private Workshop workshop;

  @BeforeEach
  void open() {
    workshop = new Workshop(home);
  }

  @AfterEach
  void close() {
    workshop.close();
  }

  @Test
  void secretsAreFoundInEveryEncoding() {
    String text = "note for Zoë:\r\n" + Planted.GITHUB_TOKEN.text() + "\r\nend of the note\r\n";
    Map<String, Charset> encodings =
        Map.of(
            "utf8.txt", StandardCharsets.UTF_8,
            "west.txt", Charset.forName("windows-1252"),
            "utf16.txt", StandardCharsets.UTF_16,
            "utf16le.txt", StandardCharsets.UTF_16LE);
    encodings.forEach(
        (name, charset) -> {
          byte[] bytes = text.getBytes(charset);
          Workshop.write(root, name, name.equals("utf16le.txt") ? marked(bytes) : bytes);
        });
    Artifact artifact = workshop.collect(root).output();
    List<Document> documents = workshop.documents(artifact);
    assertEquals(4, documents.size());
    assertEquals(1, documents.stream().map(Document::text).distinct().count());
    assertTrue(documents.getFirst().text().startsWith("note for Zoë:\n<GITHUB_TOKEN_"));
    Workshop.write(root, "other.txt", "another\n");
    Workshop.write(root, "third.txt", "a third\n");
    StepResult dataset =
        workshop.dataset(workshop.collect(root).output(), Json.object().put("canary-copies", 0));
    assertEquals(3, workshop.manifest(dataset.output()).at("/dropped/duplicate/count").asInt(0));
  }

  @Test
  void invisibleCharactersDoNotHideSecret() {
    String key = Planted.AWS_KEY.text();
    Workshop.write(root, "a.txt", "key " + key.substring(0, 7) + "\uFEFF" + key.substring(7));
    String words = "words ".repeat(40) + "key ";
    Workshop.write(root, "b.txt", words + key.substring(0, 9) + "\u0007" + key.substring(9));
    Workshop.write(root, "c.txt", "key " + key.substring(0, 5) + "\u202D" + key.substring(5));
    String bytes = workshop.everything(workshop.collect(root).output());
    assertFalse(bytes.contains(key), bytes);
    assertEquals(3, bytes.split("<AWS_ACCESS_KEY_", -1).length - 1, bytes);
  }

  @Test
  void secretAtTheEndOfLargestFileIsFound() {
    int size = CollectLimits.STANDARD.fileBytesMax();
    String line = "a line of words that says nothing at all\n";
    String tail = "\n" + Planted.IBAN.text();
    String text = line.repeat((size - tail.length()) / line.length()) + tail;
    Workshop.write(root, "a.txt", text);
    Document document = workshop.documents(workshop.collect(root).output()).getFirst();
    assertTrue(document.text().endsWith(">"), document.text().substring(text.length() - 60));
  }

  @Test
  void clustersOfNearDuplicatesNeverStraddleSplits() {
    Map<String, Integer> clusterOfPath = new HashMap<>();
    for (int cluster = 0; cluster < 25; cluster++) {
      String text = MinHashTest.words(random, 200);
      for (int i = 0; i < 4; i++) {
        String path = "c" + cluster + "/" + i + ".txt";
        Workshop.write(root, path, text + "\n");
        clusterOfPath.put(path, cluster);
        text = MinHashTest.changed(text, 3, random);
      }
    }
    Dataset dataset = dataset(workshop.collect(root).output());
    Map<Integer, Set<Dataset.Split>> splits = new HashMap<>();
    for (Dataset.Split split : Dataset.Split.values()) {
      for (Document document : read(dataset, split)) {
        Integer cluster = clusterOfPath.get(document.path());
        assertTrue(cluster != null, document.path());
        splits.computeIfAbsent(cluster, _ -> new HashSet<>()).add(split);
      }
    }
    assertEquals(25, splits.size());
    splits.forEach((cluster, in) -> assertEquals(1, in.size(), cluster + " is in " + in));
  }

  @Test
  void testDocumentIsNeverNearlyInTraining() {
    for (int i = 0; i < 60; i++) {
      String text = MinHashTest.words(random, 150);
      Workshop.write(root, "a/" + i + ".txt", text + "\n");
      Workshop.write(root, "b/" + i + ".txt", MinHashTest.changed(text, 2, random) + "\n");
    }
    Dataset dataset = dataset(workshop.collect(root).output());
    List<int[]> train = new ArrayList<>();
    read(dataset, Dataset.Split.TRAIN).forEach(d -> train.add(MinHash.shingles(d.text())));
    for (Document held : read(dataset, Dataset.Split.TEST)) {
      int[] shingles = MinHash.shingles(held.text());
      train.forEach(seen -> assertTrue(MinHash.similarity(seen, shingles) < 0.8, held.path()));
    }
  }

  @Test
  void unchangedSourceOfManyFilesIsObservedQuickly() {
    for (int i = 0; i < 1500; i++) {
      Workshop.write(root, "d" + i % 40 + "/" + i + ".txt", "text " + i + "\n");
    }
    Digest first = workshop.observe(Workshop.sources(root));
    long start = System.nanoTime();
    assertEquals(first, workshop.observe(Workshop.sources(root)));
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(took.toMillis() < 3000, "about 60 ms on a quiet machine: " + took);
  }

  @Test
  void runsBesideEachOtherDoNotDisturbEachOther(@TempDir Path other, @TempDir Path otherScratch)
      throws Exception {
    for (int i = 0; i < 30; i++) {
      Workshop.write(root, i + ".txt", "one " + i + " " + Planted.EMAIL.text() + "\n");
      Workshop.write(other, i + ".txt", "two " + i + "\n");
    }
    Digest one = workshop.collect(root).output().digest();
    Digest two = workshop.collect(other).output().digest();
    Workshop beside = workshop.beside(otherScratch);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < 4; round++) {
        Future<Digest> first = threads.submit(() -> workshop.collect(root).output().digest());
        Future<Digest> second = threads.submit(() -> beside.collect(other).output().digest());
        assertEquals(one, first.get());
        assertEquals(two, second.get());
      }
    }
    assertNotEquals(one, two);
  }

  @Test
  void redactionOfTextFullOfFindingsStaysLinear() {
    Redactor redactor = new Redactor(new Pseudonyms(new TestKeys("k")), Identities.of(List.of()));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 12_000; i++) {
      text.append("u").append(i).append("@initech.com ");
    }
    long start = System.nanoTime();
    Redacted redacted = redactor.redact(text.toString()).orElseThrow();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertEquals(12_000, redacted.counts().get("EMAIL"));
    assertTrue(took.toSeconds() < 20, "a fraction of a second on a quiet machine: " + took);
  }

  @Test
  void longHistoryIsOnlyReadAsFarAsAllowed() {
    try (TestRepository repository = new TestRepository(root)) {
      for (int i = 0; i < 12; i++) {
        repository.write("a.txt", "text " + i + "\n");
        repository.commit("Ann Lee", "ann@b.org", "Commit number " + i);
      }
      Artifact artifact = workshop.collect(Workshop.sources(root).put("commits-max", 5)).output();
      String history = workshop.document(artifact, "git-history/2026-03-00.txt").text();
      assertTrue(history.contains("Commit number 11"), history);
      assertFalse(history.contains("Commit number 6"), history);
      assertEquals(5, workshop.manifest(artifact).at("/sources/0/commits").asInt(0));
      assertFalse(workshop.manifest(artifact).at("/sources/0/history-complete").asBoolean(true));
    }
  }

  @Test
  void bareRepositoryGivesTheSameDocumentsAsItsWorkingTree(@TempDir Path bare) throws Exception {
    try (TestRepository repository = new TestRepository(root)) {
      for (int i = 0; i < 5; i++) {
        repository.write("d/" + i + ".txt", "text " + i + " " + Planted.CARD.inContext() + "\n");
      }
      repository.commit("Ann Lee", "ann@b.org", "Begin");
      org.eclipse.jgit.api.Git.cloneRepository()
          .setURI(root.toUri().toString())
          .setDirectory(bare.toFile())
          .setBare(true)
          .call()
          .close();
      List<Document> ofTree = workshop.documents(workshop.collect(root).output());
      List<Document> ofBare = workshop.documents(workshop.collect(bare).output());
      assertEquals(ids(ofTree), ids(ofBare));
      assertEquals(
          ofTree.stream().map(Document::text).toList(),
          ofBare.stream().map(Document::text).toList());
      StepResult again = workshop.collect(bare);
      assertEquals(6, again.details().path("reused").asInt(0));
    }
  }

  private static List<String> ids(List<Document> documents) {
    return documents.stream().map(Document::id).toList();
  }

  private Dataset dataset(Artifact documents) {
    Artifact artifact = workshop.dataset(documents, Json.object().put("canary-copies", 0)).output();
    return Dataset.open(workshop.artifacts, artifact);
  }

  private static List<Document> read(Dataset dataset, Dataset.Split split) {
    try (Stream<Document> documents = dataset.documents(split)) {
      return documents.toList();
    }
  }

  private static byte[] marked(byte[] littleEndian) {
    byte[] out = new byte[littleEndian.length + 2];
    out[0] = (byte) 0xFF;
    out[1] = (byte) 0xFE;
    System.arraycopy(littleEndian, 0, out, 2, littleEndian.length);
    return out;
  }
}
