package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SourceTest {
  @TempDir private Path folder;

  @Test
  void opensFolder() {
    try (Source source = Source.open(folder.toString())) {
      assertInstanceOf(FolderSource.class, source);
      assertTrue(source.head().isEmpty());
    }
  }

  @Test
  void recognisesGitRepositoryByItself() {
    try (TestRepository repository = new TestRepository(folder)) {
      String commit = repository.write("a.txt", "a").commit("A", "a@b.org", "one");
      try (Source source = Source.open(folder.toString())) {
        assertInstanceOf(GitSource.class, source);
        assertEquals(commit, source.head().orElseThrow());
      }
    }
  }

  @Test
  void saysWhatDoesNotExist() {
    Failure failure = failure(folder.resolve("absent").toString());
    assertInstanceOf(Problem.Missing.class, failure.problem());
    assertTrue(failure.getMessage().contains("absent: does not exist"), failure.getMessage());
  }

  @Test
  void refusesFile() {
    Path file = Workshop.write(folder, "a.txt", "a");
    assertTrue(failure(file.toString()).getMessage().contains("not a folder"));
  }

  @Test
  void refusesWhatIsNoPath() {
    assertTrue(failure("a\0b").getMessage().contains("not a path"));
  }

  @Test
  void saysOnOneLineWhatIsWrong() {
    assertTrue(failure(folder + "/a\nb").getMessage().lines().count() == 1);
  }

  @Test
  void saysThatDamagedRepositoryIsDamaged() throws IOException {
    try (TestRepository repository = new TestRepository(folder)) {
      repository.write("a.txt", "a").commit("A", "a@b.org", "one");
    }
    Files.writeString(folder.resolve(".git/HEAD"), "ref: refs/heads/main\0\0");
    Files.writeString(folder.resolve(".git/config"), "[core\nbroken");
    Failure failure = failure(folder.toString());
    assertTrue(failure.getMessage().contains("not a readable git repository"));
  }

  @Test
  void doesNotFollowDotGitThatIsLink(@TempDir Path other) throws IOException {
    try (TestRepository repository = new TestRepository(other)) {
      repository.write("a.txt", "a").commit("A", "a@b.org", "one");
    }
    Files.createSymbolicLink(folder.resolve(".git"), other.resolve(".git"));
    try (Source source = Source.open(folder.toString())) {
      assertInstanceOf(FolderSource.class, source);
    }
  }

  private static Failure failure(String place) {
    return assertThrows(Failure.class, () -> Source.open(place).close());
  }
}
