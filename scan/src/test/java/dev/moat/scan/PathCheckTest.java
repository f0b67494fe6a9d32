package dev.moat.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class PathCheckTest {
  private static FileReport of(String path) {
    Notes notes = new Notes();
    PathCheck.run(path, notes);
    return new FileReport(path, "text", notes.findings());
  }

  @Test
  void passesPlainPaths() {
    for (String path :
        List.of("a", "a.b/c-d_e.txt", "größe.txt", "a b.txt", "a/b..", "x".repeat(512))) {
      assertEquals(ScanVerdict.CLEAN, of(path).verdict(), path);
    }
  }

  @Test
  void passesTheHiddenFilesOfVersionControl() {
    assertEquals(ScanVerdict.CLEAN, of(".gitattributes").verdict());
    assertEquals(ScanVerdict.CLEAN, of("sub/.gitignore").verdict());
  }

  @Test
  void suspectsOtherHiddenFilesAndFolders() {
    for (String path : List.of(".env", ".git/config", "a/.ssh/b", ".gitattributes2", "...")) {
      assertEquals(List.of("hidden-file"), Samples.rules(of(path)), path);
    }
  }

  @Test
  void refusesAWayOutWhereverItStands() {
    for (String path : List.of("..", "../a", "a/..", "a/../b", ".", "a/./b", "/a", "a/", "a//b")) {
      assertEquals(ScanVerdict.MALICIOUS, of(path).verdict(), path);
    }
  }

  @Test
  void refusesPathsOfOtherSystems() {
    for (String path : List.of("C:a", "C:/a", "a\\b", "\\\\host\\share", "a:stream")) {
      assertEquals(ScanVerdict.MALICIOUS, of(path).verdict(), path);
    }
  }

  @Test
  void refusesCharactersThatDoNotShow() {
    for (String hidden :
        List.of(
            "\0", "\n", "\u007F", "\u0085", "\u200B", "\u202E", "\u2066", "\uFEFF", "\u00AD",
            "\uFFFE")) {
      assertEquals(ScanVerdict.MALICIOUS, of("a" + hidden + "b.txt").verdict(), hidden);
    }
  }

  @Test
  void limitsTheLengthOfAPath() {
    assertEquals(ScanVerdict.SUSPICIOUS, of("x".repeat(513)).verdict());
    assertEquals(ScanVerdict.SUSPICIOUS, of("").verdict());
  }
}
