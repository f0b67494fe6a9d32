package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.store.Artifacts;
import dev.moat.store.FileBlobStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShardsTest {
  @TempDir private Path home;
  private Artifacts artifacts;
  private Path folder;

  @BeforeEach
  void open() throws Exception {
    artifacts = new Artifacts(new FileBlobStore(home.resolve("blobs"), new TestKeys("shards")));
    folder = Files.createDirectory(home.resolve("shards"));
  }

  @Test
  void readsWhatItWritesInOrder() {
    List<Document> documents = new ArrayList<>();
    try (Shards.Writer writer = new Shards.Writer(folder, "part")) {
      for (int i = 0; i < 50; i++) {
        Document document = DocumentTest.document("id" + i, "p" + i, "grüße\n" + i);
        documents.add(document);
        writer.write(document);
      }
      assertEquals(50, writer.documents());
      assertEquals(40 * 10 + 10 * 9, writer.textBytes());
    }
    assertEquals(documents, read("part"));
  }

  @Test
  void beginsNewShardWhenOneIsFull() {
    try (Shards.Writer writer = new Shards.Writer(folder, "part")) {
      for (int i = 0; i < 5; i++) {
        writer.write(DocumentTest.document("id" + i, "p", "x".repeat(Shards.SHARD_BYTES / 2)));
      }
    }
    Artifact artifact = artifacts.putFolder(ArtifactKind.DOCUMENTS, folder);
    assertEquals(
        List.of("part-00000.jsonl", "part-00001.jsonl", "part-00002.jsonl"),
        artifact.parts().stream().map(Artifact.Part::name).toList());
    assertEquals(5, read("part").size());
  }

  @Test
  void writesNothingWithoutDocuments() throws Exception {
    new Shards.Writer(folder, "part").close();
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void readsOnlyThePartsOfItsName() {
    try (Shards.Writer one = new Shards.Writer(folder, "one");
        Shards.Writer two = new Shards.Writer(folder, "two")) {
      one.write(DocumentTest.document("a", "p", "x"));
      two.write(DocumentTest.document("b", "p", "y"));
    }
    assertEquals(List.of("b"), read("two").stream().map(Document::id).toList());
    assertEquals(List.of(), read("three"));
  }

  @Test
  void namesShardAndLineThatIsWrong() {
    byte[] good = (json("a") + "\n" + json("b") + "\nnot json\n").getBytes(StandardCharsets.UTF_8);
    Shards.Reader reader = reader(good);
    reader.next();
    reader.next();
    Failure failure = assertThrows(Failure.class, reader::next);
    assertTrue(failure.getMessage().contains("part-00000.jsonl:3"), failure.getMessage());
  }

  @Test
  void readsLastLineWithoutLineFeed() {
    Shards.Reader reader = reader(json("a").getBytes(StandardCharsets.UTF_8));
    assertEquals("a", reader.next().id());
    assertFalse(reader.hasNext());
    assertThrows(NoSuchElementException.class, reader::next);
  }

  @Test
  void closingEarlyEndsQuietly() {
    Shards.Reader reader = reader((json("a") + "\n" + json("b")).getBytes(StandardCharsets.UTF_8));
    assertEquals("a", reader.next().id());
    reader.close();
    reader.close();
    assertFalse(reader.hasNext());
  }

  @Test
  void saysWhereItCannotWrite() {
    Shards.Writer writer = new Shards.Writer(home.resolve("absent"), "part");
    Failure failure =
        assertThrows(Failure.class, () -> writer.write(DocumentTest.document("a", "p", "x")));
    assertTrue(failure.getMessage().contains("could not be written"), failure.getMessage());
    writer.close();
  }

  @Test
  void measuresUtf8AsTheEncoderDoes() {
    for (String text : List.of("", "a", "é", "漢", "😀", "aé漢😀\n")) {
      assertEquals(text.getBytes(StandardCharsets.UTF_8).length, Utf8.length(text), text);
    }
  }

  private static String json(String id) {
    return dev.moat.core.Json.text(DocumentTest.document(id, "p", "x").toJson());
  }

  private Shards.Reader reader(byte[] shard) {
    Artifact artifact = artifacts.put(ArtifactKind.DOCUMENTS, Map.of("part-00000.jsonl", shard));
    return Shards.read(artifacts, artifact, "part");
  }

  private List<Document> read(String name) {
    List<Document> out = new ArrayList<>();
    Artifact artifact = artifacts.putFolder(ArtifactKind.DOCUMENTS, folder);
    Shards.read(artifacts, artifact, name).forEachRemaining(out::add);
    return out;
  }
}
