package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that become artifacts. */
class ArtifactFoldersTest {
  @TempDir Path folder;
  private Artifacts artifacts;
  private Path source;

  @BeforeEach
  void open() throws IOException {
    KeyService keys = FileKeyService.openOrCreate(folder.resolve("master.key"));
    artifacts = new Artifacts(new FileBlobStore(folder.resolve("blobs"), keys));
    source = Files.createDirectory(folder.resolve("source"));
  }

  private void write(String name, String content) throws IOException {
    Path file = source.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private Artifact put() {
    return artifacts.putFolder(ArtifactKind.DOCUMENTS, source);
  }

  private static List<String> names(Artifact artifact) {
    return artifact.parts().stream().map(Artifact.Part::name).toList();
  }

  @Test
  void anEmptyFolderIsAnArtifactWithoutParts() {
    Artifact artifact = put();
    assertEquals(List.of(), artifact.parts());
    assertEquals(0, artifact.bytes());
    assertEquals(artifact, artifacts.find(artifact.digest()));
  }

  @Test
  void hiddenAndOddlyNamedFilesAreParts() throws IOException {
    write(".hidden", "1");
    write("with space.txt", "2");
    write("übung/漢字.md", "3");
    write("a/b/c/d/e/f/g.txt", "4");
    write("...", "5");
    assertEquals(
        Set.of("...", ".hidden", "a/b/c/d/e/f/g.txt", "with space.txt", "übung/漢字.md"),
        Set.copyOf(names(put())));
  }

  @Test
  void namesThatCouldMisleadAreRefused() throws IOException {
    for (String name : List.of("two\nlines", "back\\slash", "bell\u0007")) {
      Path file = source.resolve(name);
      Files.writeString(file, "x");
      Failure failure = assertThrows(Failure.class, this::put, name);
      assertTrue(failure.getMessage().contains("rename it"), failure.getMessage());
      Files.delete(file);
    }
    assertEquals(List.of(), names(put()));
  }

  @Test
  void neitherTheFoldersNameNorItsPlaceMatters() throws IOException {
    write("a.txt", "same");
    write("b/c.txt", "same too");
    Artifact here = put();
    Path elsewhere = folder.resolve("else").resolve("where");
    Files.createDirectories(elsewhere.getParent());
    Files.move(source, elsewhere);
    assertEquals(here, artifacts.putFolder(ArtifactKind.DOCUMENTS, elsewhere));
    Path relative = Path.of("").toAbsolutePath().relativize(elsewhere.toAbsolutePath());
    assertEquals(here, artifacts.putFolder(ArtifactKind.DOCUMENTS, relative));
  }

  @Test
  void anyChangeOfAFileChangesTheArtifact() throws IOException {
    write("a.txt", "one");
    Digest before = put().digest();
    write("a.txt", "two");
    Digest changed = put().digest();
    write("empty.txt", "");
    Digest added = put().digest();
    Files.move(source.resolve("empty.txt"), source.resolve("other.txt"));
    Digest renamed = put().digest();
    assertEquals(4, Set.of(before, changed, added, renamed).size());
    assertNotEquals(before, renamed);
  }

  @Test
  void timesAndModesOfFilesDoNotMatter() throws IOException {
    write("a.txt", "one");
    Digest before = put().digest();
    Files.setLastModifiedTime(source.resolve("a.txt"), FileTime.fromMillis(0));
    assertEquals(before, put().digest());
  }

  @Test
  void aLinkToAFolderOrToNothingIsRefused() throws IOException {
    Files.createSymbolicLink(source.resolve("loop"), source);
    assertThrows(Failure.class, this::put);
    Files.delete(source.resolve("loop"));
    Files.createSymbolicLink(source.resolve("dangling"), folder.resolve("nothing"));
    assertThrows(Failure.class, this::put);
  }

  @Test
  void aFileInPlaceOfTheFolderIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThrows(Failure.class, () -> artifacts.putFolder(ArtifactKind.MODEL, file));
  }

  @Test
  void foldersOfRandomFilesComeBack() throws IOException {
    Random random = new Random(121);
    for (int round = 0; round < 15; round++) {
      source = Files.createDirectory(folder.resolve("random" + round));
      Map<String, String> model = new HashMap<>();
      int count = random.nextInt(12);
      for (int i = 0; i < count; i++) {
        String name = "d" + random.nextInt(3) + "/e" + random.nextInt(3) + "/f" + i;
        String content = "content ".repeat(random.nextInt(2_000)) + i;
        write(name, content);
        model.put(name, content);
      }
      Artifact artifact = put();
      assertEquals(model.keySet(), names(artifact).stream().collect(Collectors.toSet()));
      model.forEach(
          (name, content) ->
              assertArrayEquals(
                  content.getBytes(StandardCharsets.UTF_8), artifacts.read(artifact, name)));
      assertEquals(
          artifact,
          artifacts.put(
              ArtifactKind.DOCUMENTS,
              model.entrySet().stream()
                  .collect(
                      Collectors.toMap(
                          Map.Entry::getKey,
                          entry -> entry.getValue().getBytes(StandardCharsets.UTF_8)))));
    }
  }

  @Test
  void manyWhoStoreTheSameFolderGetTheSameArtifact() throws IOException {
    for (int i = 0; i < 10; i++) {
      write("part" + i, "content " + i);
    }
    assertEquals(
        1, IntStream.range(0, 8).parallel().mapToObj(_ -> put().digest()).distinct().count());
    artifacts.verify(put());
  }
}
