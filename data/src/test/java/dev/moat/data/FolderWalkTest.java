package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderWalkTest {
  private static final CollectLimits LIMITS = CollectLimits.STANDARD;

  @TempDir private Path root;

  @Test
  void listsFilesByPath() {
    Workshop.write(root, "b.txt", "b");
    Workshop.write(root, "a/z.txt", "z");
    Workshop.write(root, "a.txt", "a");
    assertEquals(List.of("a.txt", "a/z.txt", "b.txt"), paths(list(settings(LIMITS))));
  }

  @Test
  void skipsFoldersThatToolsMake() {
    for (String folder : List.of(".git", "target", "node_modules", ".moat", ".venv")) {
      Workshop.write(root, "x/" + folder + "/a.txt", "a");
    }
    Workshop.write(root, "x/targets/a.txt", "a");
    assertEquals(List.of("x/targets/a.txt"), paths(list(settings(LIMITS))));
  }

  @Test
  void doesNotFollowLinks(@TempDir Path outside) throws IOException {
    Workshop.write(outside, "secret.txt", "secret");
    Workshop.write(root, "a.txt", "a");
    Files.createSymbolicLink(root.resolve("link.txt"), outside.resolve("secret.txt"));
    Files.createSymbolicLink(root.resolve("folder"), outside);
    Files.createSymbolicLink(root.resolve("up"), Path.of(".."));
    Files.createSymbolicLink(root.resolve("loop"), root);
    Listing listing = list(settings(LIMITS));
    assertEquals(List.of("a.txt"), paths(listing));
    assertEquals(4, listing.skipped().size());
    assertTrue(
        listing.skipped().stream().allMatch(each -> each.reason() == DropReason.SYMBOLIC_LINK));
  }

  @Test
  void doesNotReadFileWhoseFolderBecameLink(@TempDir Path outside) throws IOException {
    Workshop.write(outside, "a.txt", "secret");
    Path folder = Files.createDirectory(root.resolve("folder"));
    Workshop.write(root, "folder/a.txt", "a");
    FolderSource source = new FolderSource(root.toRealPath());
    Entry entry = source.list(settings(LIMITS)).entries().getFirst();
    Files.delete(folder.resolve("a.txt"));
    Files.delete(folder);
    Files.createSymbolicLink(folder, outside);
    assertThrows(IOException.class, () -> source.read(entry, 100));
  }

  @Test
  void doesNotReadFileThatBecameLink(@TempDir Path outside) throws IOException {
    Workshop.write(outside, "secret.txt", "secret");
    Path file = Workshop.write(root, "a.txt", "a");
    FolderSource source = new FolderSource(root.toRealPath());
    Entry entry = source.list(settings(LIMITS)).entries().getFirst();
    Files.delete(file);
    Files.createSymbolicLink(file, outside.resolve("secret.txt"));
    assertThrows(IOException.class, () -> source.read(entry, 100));
  }

  @Test
  void doesNotReadFileThatGrewBeyondItsLimit() throws IOException {
    Path file = Workshop.write(root, "a.txt", "aaa");
    FolderSource source = new FolderSource(root.toRealPath());
    Entry entry = source.list(settings(LIMITS)).entries().getFirst();
    assertEquals("aaa", new String(source.read(entry, 3), StandardCharsets.UTF_8));
    Files.writeString(file, "aaaa");
    assertThrows(IOException.class, () -> source.read(entry, 3));
  }

  @Test
  void takesFilesOfTheLimitAndDropsLarger() {
    Workshop.write(root, "fits.txt", "x".repeat(100));
    Workshop.write(root, "large.txt", "x".repeat(101));
    Listing listing = list(settings(new CollectLimits(100, 10, 1000, 9, 9)));
    assertEquals(List.of("fits.txt"), paths(listing));
    assertEquals(
        List.of(new Listing.Skipped("large.txt", DropReason.TOO_LARGE)), listing.skipped());
  }

  @Test
  void dropsWhatIsTooDeep() {
    Workshop.write(root, "a/b/in.txt", "x");
    Workshop.write(root, "a/b/c/out.txt", "x");
    Listing listing = list(settings(new CollectLimits(100, 10, 1000, 3, 9)));
    assertEquals(List.of("a/b/in.txt"), paths(listing));
    assertEquals(List.of(new Listing.Skipped("a/b/c", DropReason.TOO_DEEP)), listing.skipped());
  }

  @Test
  void refusesMoreFilesThanTheLimit() {
    for (int i = 0; i < 4; i++) {
      Workshop.write(root, i + ".txt", "x");
    }
    assertEquals(4, paths(list(settings(new CollectLimits(100, 4, 1000, 9, 9)))).size());
    Failure failure =
        assertThrows(Failure.class, () -> list(settings(new CollectLimits(100, 3, 1000, 9, 9))));
    assertTrue(failure.getMessage().contains("more than 3 files"), failure.getMessage());
    assertTrue(failure.getMessage().contains("files-max"), failure.getMessage());
  }

  @Test
  void refusesMoreBytesThanTheLimit() {
    Workshop.write(root, "a.txt", "x".repeat(60));
    Workshop.write(root, "b.txt", "x".repeat(60));
    assertEquals(2, paths(list(settings(new CollectLimits(100, 9, 120, 9, 9)))).size());
    Failure failure =
        assertThrows(Failure.class, () -> list(settings(new CollectLimits(100, 9, 119, 9, 9))));
    assertTrue(failure.getMessage().contains("bytes-max"), failure.getMessage());
  }

  @Test
  void takesOnlyIncludedEndings() {
    Workshop.write(root, "A.java", "x");
    Workshop.write(root, "b.md", "x");
    Workshop.write(root, "c.txt", "x");
    CollectSettings settings =
        new CollectSettings(List.of("."), List.of(".java", ".md"), List.of(), true, LIMITS);
    assertEquals(List.of("A.java", "b.md"), paths(list(settings)));
  }

  @Test
  void leavesExcludedPathsOut() {
    Workshop.write(root, "docs/a.md", "x");
    Workshop.write(root, "docs2/a.md", "x");
    Workshop.write(root, "b.md", "x");
    CollectSettings settings =
        new CollectSettings(List.of("."), List.of(), List.of("docs", "b.md"), true, LIMITS);
    assertEquals(List.of("docs2/a.md"), paths(list(settings)));
  }

  @Test
  void readsNamesThatAreNotAscii() {
    Workshop.write(root, "grüße/漢字 + 100%.txt", "x");
    assertEquals(List.of("grüße/漢字 + 100%.txt"), paths(list(settings(LIMITS))));
  }

  @Test
  void stampChangesWithSizeTimeAndReplacement() throws IOException {
    Path file = Workshop.write(root, "a.txt", "one");
    String before = stamp();
    assertEquals(before, stamp());
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    String older = stamp();
    assertTrue(!older.equals(before));
    Path other = Workshop.write(root, "b.txt", "two");
    Files.setLastModifiedTime(other, FileTime.fromMillis(1));
    Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertTrue(!stamp().equals(older));
  }

  private String stamp() {
    Entry entry = list(settings(LIMITS)).entries().getFirst();
    return ((Entry.Content.OnDisk) entry.content()).stamp();
  }

  private Listing list(CollectSettings settings) {
    return new FolderSource(root).list(settings);
  }

  private static CollectSettings settings(CollectLimits limits) {
    return new CollectSettings(List.of("."), List.of(), List.of(), true, limits);
  }

  private static List<String> paths(Listing listing) {
    return listing.entries().stream().map(Entry::path).toList();
  }
}
