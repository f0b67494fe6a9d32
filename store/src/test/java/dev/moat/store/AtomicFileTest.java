package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are replaced at once, and the lock of a home. */
class AtomicFileTest {
  private static final byte[] OLD = "old".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NEW = "new content".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesAndReplacesAFileAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("state");
    AtomicFile.write(file, OLD);
    assertArrayEquals(OLD, Files.readAllBytes(file));
    AtomicFile.write(file, NEW);
    assertArrayEquals(NEW, Files.readAllBytes(file));
    AtomicFile.write(file, new byte[0]);
    assertEquals(0, Files.size(file));
    assertEquals(List.of("state"), names());
  }

  @Test
  void createsTheFoldersAbove() throws IOException {
    Path file = folder.resolve("a").resolve("b").resolve("state");
    AtomicFile.write(file, NEW);
    assertArrayEquals(NEW, Files.readAllBytes(file));
  }

  @Test
  void aPrivateFileIsForItsOwnerOnly() throws IOException {
    Path file = folder.resolve("secret");
    AtomicFile.writePrivate(file, OLD);
    AtomicFile.writePrivate(file, NEW);
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
    assertArrayEquals(NEW, Files.readAllBytes(file));
  }

  @Test
  void aFailureAtAnyOperationLeavesTheOldContentAndNothingElse() throws IOException {
    Path file = folder.resolve("state");
    AtomicFile.write(file, OLD);
    int operations = 4;
    for (int failing = 1; failing <= operations; failing++) {
      FailingDisk disk = new FailingDisk(failing);
      Failure failure = assertThrows(Failure.class, () -> AtomicFile.write(disk, file, NEW));
      assertTrue(failure.getMessage().contains("the disk is full"), failure.getMessage());
      assertTrue(failure.getMessage().contains(file.toString()));
      assertArrayEquals(OLD, Files.readAllBytes(file));
      assertEquals(List.of("state"), names());
    }
    FailingDisk enough = new FailingDisk(operations + 1);
    AtomicFile.write(enough, file, NEW);
    assertEquals(operations, enough.operations());
    assertArrayEquals(NEW, Files.readAllBytes(file));
  }

  @Test
  void writersAtOnceEachLeaveAWholeFile() throws IOException {
    Path file = folder.resolve("state");
    IntStream.range(0, 64)
        .parallel()
        .forEach(
            i ->
                AtomicFile.write(
                    file, String.valueOf(i % 10).repeat(5000).getBytes(StandardCharsets.UTF_8)));
    String content = Files.readString(file);
    assertEquals(content.substring(0, 1).repeat(5000), content);
    assertEquals(List.of("state"), names());
  }

  @Test
  void aFolderInPlaceOfTheFileIsNamed() throws IOException {
    Path file = folder.resolve("state");
    Files.createDirectories(file.resolve("inside"));
    Failure failure = assertThrows(Failure.class, () -> AtomicFile.write(file, NEW));
    assertTrue(failure.getMessage().contains(file.toString()));
    assertEquals(List.of("state"), names());
  }

  @Test
  void aHomeIsLockedOnceAndNamesTheHolder() {
    Path home = folder.resolve("home");
    try (HomeLock _ = HomeLock.acquire(home)) {
      Failure failure = assertThrows(Failure.class, () -> HomeLock.acquire(home));
      assertInstanceOf(Problem.Busy.class, failure.problem());
      String pid = Long.toString(ProcessHandle.current().pid());
      assertTrue(failure.getMessage().contains("process " + pid), failure.getMessage());
      assertTrue(failure.getMessage().contains("--home"));
      assertFalse(failure.getMessage().contains("\n"));
    }
    HomeLock.acquire(home).close();
  }

  @Test
  void aNewHomeIsForItsOwnerOnly() throws IOException {
    Path home = folder.resolve("deep").resolve("home");
    HomeLock.acquire(home).close();
    assertEquals(PosixFilePermissions.fromString("rwx------"), Files.getPosixFilePermissions(home));
  }

  @Test
  void anExistingHomeKeepsItsMode() throws IOException {
    Path home = Files.createDirectory(folder.resolve("home"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-x---"));
    HomeLock.acquire(home).close();
    assertEquals(PosixFilePermissions.fromString("rwxr-x---"), Files.getPosixFilePermissions(home));
  }

  @Test
  void aHomeThatIsAFileIsRefused() throws IOException {
    Path home = Files.createFile(folder.resolve("home"));
    Failure failure = assertThrows(Failure.class, () -> HomeLock.acquire(home));
    assertTrue(failure.getMessage().contains(home.toString()));
  }

  @Test
  void anotherProcessIsKeptOutUntilThisOneEnds() throws Exception {
    Path home = folder.resolve("home");
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                home.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var reader = holder.inputReader()) {
      assertEquals("locked", reader.readLine());
      Failure failure = assertThrows(Failure.class, () -> HomeLock.acquire(home));
      assertTrue(failure.getMessage().contains("process " + holder.pid()));
      holder.toHandle().destroyForcibly();
      holder.waitFor();
      HomeLock.acquire(home).close();
    }
  }
}
