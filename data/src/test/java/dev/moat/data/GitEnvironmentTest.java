package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.util.SystemReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GitEnvironmentTest {
  @BeforeEach
  void install() {
    GitEnvironment.install();
  }

  @Test
  void isInstalledOnce() {
    SystemReader first = SystemReader.getInstance();
    GitEnvironment.install();
    assertSame(first, SystemReader.getInstance());
    assertInstanceOf(GitEnvironment.class, first);
  }

  @Test
  void hidesVariablesThatWouldChangeWhatIsRead() {
    SystemReader environment = SystemReader.getInstance();
    for (String name : List.of("GIT_DIR", "GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME")) {
      assertNull(environment.getenv(name));
    }
    assertEquals(System.getenv("PATH"), environment.getenv("PATH"));
  }

  @Test
  void hasNoConfigurationOfUserOrSystem() throws Exception {
    SystemReader environment = SystemReader.getInstance();
    assertNull(environment.getUserConfig().getString("user", null, "name"));
    assertTrue(environment.getUserConfig().getSections().isEmpty());
    assertTrue(environment.getSystemConfig().getSections().isEmpty());
  }

  @Test
  void answersWhatWouldElseBeMeasuredByWriting() throws Exception {
    assertEquals(
        "2000 milliseconds",
        SystemReader.getInstance()
            .getJGitConfig()
            .getString("filesystem", "any store", "timestampResolution"));
  }

  @Test
  void readingRepositoryWritesNothingIntoIt(@TempDir Path root) throws IOException {
    try (TestRepository repository = new TestRepository(root)) {
      repository.write("a.txt", "a").commit("A", "a@b.org", "one");
    }
    List<String> before = state(root);
    for (int i = 0; i < 3; i++) {
      try (Source source = Source.open(root.toString())) {
        source.list(
            new CollectSettings(List.of("."), List.of(), List.of(), true, CollectLimits.STANDARD));
        assertInstanceOf(GitSource.class, source);
        ((GitSource) source).history(10);
      }
    }
    assertEquals(before, state(root));
  }

  private static List<String> state(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.map(path -> path + " " + path.toFile().lastModified()).sorted().toList();
    }
  }
}
