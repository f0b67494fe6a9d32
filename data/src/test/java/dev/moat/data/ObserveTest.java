package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

final class ObserveTest {
  @TempDir private Path home;
  @TempDir private Path root;
  private Workshop workshop;
  private ObjectNode sources;

  @BeforeEach
  void open() {
    workshop = new Workshop(home);
    sources = Workshop.sources(root);
    Workshop.write(root, "a.txt", "one\n");
    Workshop.write(root, "d/b.txt", "two\n");
  }

  @AfterEach
  void close() {
    workshop.close();
  }

  @Test
  void staysWhileNothingChanges() {
    Digest first = workshop.observe(sources);
    assertEquals(first, workshop.observe(sources));
    assertEquals(2, remembered());
  }

  @Test
  void changesWithOneByte() {
    Digest first = workshop.observe(sources);
    Workshop.write(root, "a.txt", "onf\n");
    assertNotEquals(first, workshop.observe(sources));
    Workshop.write(root, "a.txt", "one\n");
    assertEquals(first, workshop.observe(sources));
  }

  @Test
  void changesWithOneByteThoughSizeAndTimeArePutBack() throws IOException {
    Path file = root.resolve("a.txt");
    Digest first = workshop.observe(sources);
    FileTime time = Files.getLastModifiedTime(file);
    Workshop.write(root, "a.txt", "onf\n");
    Files.setLastModifiedTime(file, time);
    assertNotEquals(first, workshop.observe(sources));
  }

  @Test
  void changesWithNewGoneAndRenamedFiles() throws IOException {
    Digest first = workshop.observe(sources);
    Workshop.write(root, "c.txt", "three\n");
    Digest more = workshop.observe(sources);
    assertNotEquals(first, more);
    Files.move(root.resolve("c.txt"), root.resolve("e.txt"));
    assertNotEquals(more, workshop.observe(sources));
    Files.delete(root.resolve("e.txt"));
    assertEquals(first, workshop.observe(sources));
    assertEquals(2, remembered());
  }

  @Test
  void changesWithTheCommitThoughNoFileDoes() {
    Digest plain = workshop.observe(sources);
    try (TestRepository repository = new TestRepository(root)) {
      repository.commit("Ann Lee", "ann@b.org", "Begin");
      Digest first = workshop.observe(sources);
      assertNotEquals(plain, first);
      assertEquals(first, workshop.observe(sources));
      repository.commit("Ann Lee", "ann@b.org", "Nothing");
      assertNotEquals(first, workshop.observe(sources));
    }
  }

  @Test
  void staysWhenUntrackedFilesOfRepositoryChange() {
    try (TestRepository repository = new TestRepository(root)) {
      repository.commit("Ann Lee", "ann@b.org", "Begin");
      Digest first = workshop.observe(sources);
      Workshop.write(root, "untracked.txt", "x");
      assertEquals(first, workshop.observe(sources));
    }
  }

  @Test
  void staysWhenTextOfDroppedFileChanges() {
    Workshop.write(root, "a.png", "one");
    Digest first = workshop.observe(sources);
    Workshop.write(root, "a.png", "two");
    assertEquals(first, workshop.observe(sources));
  }

  @Test
  void changesWithLicenceFileThatIsNotIncluded() {
    ObjectNode java = sources.deepCopy().put("include", ".txt");
    Workshop.write(root, "LICENSE", "Apache License\nVersion 2.0\n");
    Digest first = workshop.observe(java);
    Workshop.write(root, "LICENSE", "GNU General Public License\nVersion 3\n");
    assertNotEquals(first, workshop.observe(java));
  }

  @Test
  void doesNotTrustTimesOfFilesJustWritten() throws IOException {
    workshop.now.set(Instant.now());
    Digest first = workshop.observe(sources);
    assertEquals(0, remembered());
    Workshop.write(root, "a.txt", "onf\n");
    assertNotEquals(first, workshop.observe(sources));
    workshop.now.set(Workshop.LATER);
    workshop.observe(sources);
    assertEquals(2, remembered());
  }

  @Test
  void surviesClockThatJumpsBack() {
    workshop.now.set(Instant.EPOCH);
    Digest first = workshop.observe(sources);
    assertEquals(first, workshop.observe(sources));
    assertEquals(0, remembered());
  }

  @Test
  void remembersNeitherPathsNorContent() {
    Workshop.write(root, Planted.AWS_KEY.text() + ".txt", Planted.EMAIL.text() + "\n");
    workshop.collect(sources);
    for (String table : new String[] {"data_file", "data_outcome", "data_run"}) {
      workshop
          .database
          .query("select * from " + table, row -> everyColumn(table, row))
          .forEach(row -> assertTrue(!row.contains("AKIA") && !row.contains("jane"), row));
    }
  }

  private static String everyColumn(String table, dev.moat.store.Row row) {
    return switch (table) {
      case "data_file" -> row.text("source_key") + row.text("file_key") + row.text("stamp");
      case "data_outcome" -> row.text("run_key") + row.text("file_key") + row.text("dropped");
      default -> row.text("run_key") + row.text("epoch") + row.text("artifact");
    };
  }

  private long remembered() {
    return workshop
        .database
        .first("select count(*) as n from data_file", row -> row.number("n"))
        .orElseThrow();
  }
}
