package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GitSourceTest {
  private static final CollectSettings ALL =
      new CollectSettings(List.of("."), List.of(), List.of(), true, CollectLimits.STANDARD);

  @TempDir private Path root;

  @Test
  void listsOnlyTrackedFiles() {
    try (TestRepository repository = new TestRepository(root)) {
      repository.write("a.txt", "a").write("b/c.txt", "c").commit("A", "a@b.org", "one");
      repository.write("untracked.txt", "u").write("b/untracked.txt", "u");
      assertEquals(List.of("a.txt", "b/c.txt"), paths(list()));
    }
  }

  @Test
  void takesTrackedFilesOfFoldersThatAreElseSkipped() {
    try (TestRepository repository = new TestRepository(root)) {
      repository.write("target/a.txt", "a").commit("A", "a@b.org", "one");
      assertEquals(List.of("target/a.txt"), paths(list()));
    }
  }

  @Test
  void readsTheWorkingTreeNotTheCommit() throws IOException {
    try (TestRepository repository = new TestRepository(root)) {
      repository.write("a.txt", "committed").commit("A", "a@b.org", "one");
      repository.write("a.txt", "changed");
      try (GitSource source = GitSource.open(root.toRealPath())) {
        Entry entry = source.list(ALL).entries().getFirst();
        assertEquals("changed", new String(source.read(entry, 99), StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void countsTrackedFilesThatAreGone() throws IOException {
    try (TestRepository repository = new TestRepository(root)) {
      repository.write("a.txt", "a").write("b.txt", "b").commit("A", "a@b.org", "one");
      Files.delete(root.resolve("b.txt"));
      assertEquals(List.of(new Listing.Skipped("b.txt", DropReason.MISSING)), list().skipped());
    }
  }

  @Test
  void doesNotFollowTrackedLinks(@TempDir Path outside) throws IOException {
    Workshop.write(outside, "secret.txt", "secret");
    try (TestRepository repository = new TestRepository(root)) {
      repository.write("a.txt", "a");
      Files.createSymbolicLink(root.resolve("link.txt"), outside.resolve("secret.txt"));
      repository.commit("A", "a@b.org", "one");
      Listing listing = list();
      assertEquals(List.of("a.txt"), paths(listing));
      assertEquals(
          List.of(new Listing.Skipped("link.txt", DropReason.SYMBOLIC_LINK)), listing.skipped());
    }
  }

  @Test
  void doesNotReadTrackedFileThroughFolderThatBecameLink(@TempDir Path outside) throws IOException {
    Workshop.write(outside, "a.txt", "secret");
    try (TestRepository repository = new TestRepository(root)) {
      repository.write("d/a.txt", "a").write("b.txt", "b").commit("A", "a@b.org", "one");
      Files.delete(root.resolve("d/a.txt"));
      Files.delete(root.resolve("d"));
      Files.createSymbolicLink(root.resolve("d"), outside);
      Listing listing = list();
      assertEquals(List.of("b.txt"), paths(listing));
      assertEquals(List.of(new Listing.Skipped("d/a.txt", DropReason.MISSING)), listing.skipped());
    }
  }

  @Test
  void readsBareRepositoryFromItsObjects(@TempDir Path bare) throws Exception {
    try (TestRepository repository = new TestRepository(root)) {
      repository.write("a.txt", "a").write("b/c.txt", "cc").write("x.png", "png");
      String commit = repository.commit("A", "a@b.org", "one");
      cloneBare(bare);
      try (GitSource source = GitSource.open(bare.toRealPath())) {
        Listing listing = source.list(ALL);
        assertEquals(List.of("a.txt", "b/c.txt"), paths(listing));
        assertEquals(List.of(new Listing.Skipped("x.png", DropReason.BINARY)), listing.skipped());
        assertEquals(commit, source.head().orElseThrow());
        Entry entry = listing.entries().get(1);
        assertEquals("cc", new String(source.read(entry, 99), StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void limitsHoldForBareRepositories(@TempDir Path bare) throws Exception {
    try (TestRepository repository = new TestRepository(root)) {
      repository.write("a.txt", "aaaa").write("b.txt", "bb").commit("A", "a@b.org", "one");
    }
    cloneBare(bare);
    try (GitSource source = GitSource.open(bare.toRealPath())) {
      Listing listing = source.list(limited(new CollectLimits(3, 9, 99, 9, 9)));
      assertEquals(List.of("b.txt"), paths(listing));
      assertThrows(Failure.class, () -> source.list(limited(new CollectLimits(9, 1, 99, 9, 9))));
      assertThrows(Failure.class, () -> source.list(limited(new CollectLimits(9, 9, 5, 9, 9))));
    }
  }

  @Test
  void leavesOutPathsOfTreesThatLeadOut() throws Exception {
    try (TestRepository test = new TestRepository(root)) {
      test.write("a.txt", "a").commit("A", "a@b.org", "one");
      commitTreeWithDots(test);
    }
    try (GitSource source = GitSource.open(root.resolve(".git"))) {
      Listing listing = source.list(ALL);
      assertEquals(List.of("a.txt"), paths(listing));
      assertEquals(
          List.of(new Listing.Skipped("../out.txt", DropReason.NOT_A_FILE)), listing.skipped());
    }
  }

  /** Points the branch to a commit whose tree has a folder named "..". */
  private static void commitTreeWithDots(TestRepository test) throws IOException {
    Repository repository = test.git().getRepository();
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      ObjectId blob = inserter.insert(Constants.OBJ_BLOB, new byte[] {'x'});
      TreeFormatter outside = new TreeFormatter();
      outside.append("out.txt", FileMode.REGULAR_FILE, blob);
      TreeFormatter tree = new TreeFormatter();
      tree.append("..", FileMode.TREE, inserter.insert(outside));
      tree.append("a.txt", FileMode.REGULAR_FILE, blob);
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(inserter.insert(tree));
      commit.setAuthor(new PersonIdent("A", "a@b.org"));
      commit.setCommitter(new PersonIdent("A", "a@b.org"));
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      RefUpdate update = repository.updateRef("refs/heads/main");
      update.setNewObjectId(id);
      update.forceUpdate();
    }
  }

  @Test
  void opensLinkedWorkingTree(@TempDir Path linked) throws IOException {
    try (TestRepository repository = new TestRepository(root)) {
      repository.write("a.txt", "a").commit("A", "a@b.org", "one");
    }
    Files.writeString(linked.resolve(".git"), "gitdir: " + root.resolve(".git") + "\n");
    Workshop.write(linked, "a.txt", "linked");
    assertTrue(GitSource.isRepository(linked));
    try (GitSource source = GitSource.open(linked.toRealPath())) {
      assertEquals(List.of("a.txt"), paths(source.list(ALL)));
    }
  }

  @Test
  void opensRepositoryWithoutCommits() {
    try (TestRepository repository = new TestRepository(root);
        GitSource source = GitSource.open(repository.root())) {
      assertTrue(source.head().isEmpty());
      assertTrue(source.list(ALL).entries().isEmpty());
      assertTrue(source.history(100).commits().isEmpty());
      assertTrue(source.committed().isEmpty());
    }
  }

  @Test
  void takesFolderWithFewerThanAllMarksForFolder() {
    Workshop.write(root, "HEAD", "ref: refs/heads/main\n");
    assertFalse(GitSource.isRepository(root));
    Workshop.write(root, "objects/x", "x");
    assertFalse(GitSource.isRepository(root));
  }

  @Test
  void refusesTooManyTrackedFiles() {
    try (TestRepository repository = new TestRepository(root)) {
      repository.write("a.txt", "a").write("b.txt", "b").commit("A", "a@b.org", "one");
      try (GitSource source = GitSource.open(root)) {
        Failure failure =
            assertThrows(
                Failure.class, () -> source.list(limited(new CollectLimits(9, 1, 99, 9, 9))));
        assertTrue(failure.getMessage().contains("files-max"), failure.getMessage());
      }
    }
  }

  @Test
  void leavesTheRepositoryAsItWas() throws IOException {
    try (TestRepository repository = new TestRepository(root)) {
      repository.write("a.txt", "a").commit("A", "a@b.org", "one");
    }
    List<String> before = everyFile();
    try (GitSource source = GitSource.open(root)) {
      source.list(ALL);
      source.history(10);
    }
    assertEquals(before, everyFile());
  }

  @Test
  void damagedRepositoriesGiveOneClearFailureOrListing() throws IOException {
    try (TestRepository repository = new TestRepository(root)) {
      repository.write("a.txt", "a").write("b/c.txt", "c").commit("A", "a@b.org", "one");
      repository.write("a.txt", "b").commit("A", "a@b.org", "two");
    }
    List<Path> files = files().filter(Files::isRegularFile).toList();
    SplittableRandom random = new SplittableRandom(23);
    int failures = 0;
    for (int round = 0; round < 300; round++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] good = Files.readAllBytes(file);
      file.toFile().setWritable(true);
      Files.write(file, damaged(good, random));
      failures += readAll() ? 0 : 1;
      Files.write(file, good);
    }
    assertTrue(failures > 10, failures + " failures");
    assertTrue(readAll());
  }

  /** Whether all could be read; anything but a Failure fails the test. */
  private boolean readAll() throws IOException {
    if (!GitSource.isRepository(root)) {
      return true;
    }
    try (GitSource source = GitSource.open(root.toRealPath())) {
      source.list(ALL);
      source.committed();
      source.history(10);
      readObjects();
      return true;
    } catch (Failure failure) {
      assertEquals(1, failure.getMessage().lines().count());
      return false;
    }
  }

  /** Reads the files of the newest commit from the object store, as of a bare repository. */
  private void readObjects() throws IOException {
    Path objects = root.resolve(".git").toRealPath();
    if (!GitSource.isRepository(objects)) {
      return;
    }
    try (GitSource source = GitSource.open(objects)) {
      for (Entry entry : source.list(ALL).entries()) {
        assertTrue(source.read(entry, 99).length <= 99);
      }
    } catch (IOException damaged) {
      assertFalse(String.valueOf(damaged.getMessage()).isEmpty());
    }
  }

  private static byte[] damaged(byte[] good, SplittableRandom random) {
    byte[] bytes = good.clone();
    if (bytes.length > 0 && random.nextInt(4) > 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      return bytes;
    }
    return java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
  }

  private List<String> everyFile() throws IOException {
    return files().map(Path::toString).sorted().toList();
  }

  private Stream<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.toList().stream();
    }
  }

  private void cloneBare(Path bare) throws GitAPIException {
    try (Git git =
        Git.cloneRepository()
            .setURI(root.toUri().toString())
            .setDirectory(bare.toFile())
            .setBare(true)
            .call()) {
      assertTrue(git.getRepository().isBare());
    }
  }

  private Listing list() {
    try (GitSource source = GitSource.open(root)) {
      return source.list(ALL);
    }
  }

  private static CollectSettings limited(CollectLimits limits) {
    return new CollectSettings(List.of("."), List.of(), List.of(), true, limits);
  }

  private static List<String> paths(Listing listing) {
    return listing.entries().stream().map(Entry::path).toList();
  }
}
