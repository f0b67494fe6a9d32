package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTest {
  @TempDir Path folder;
  private final Disk disk = new Disk();

  @Test
  void foldersAreCreatedAtAnyDepthAndOnce() throws IOException {
    Path deep = folder.resolve("a").resolve("b").resolve("c");
    disk.createFolders(deep);
    disk.createFolders(deep);
    assertTrue(Files.isDirectory(deep));
  }

  @Test
  void aFolderIsNotCreatedInPlaceOfAFile() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThrows(IOException.class, () -> disk.createFolders(file));
    assertThrows(IOException.class, () -> disk.createFolders(file.resolve("below")));
    assertTrue(Files.isRegularFile(file));
  }

  @Test
  void aNewFileReplacesNoOther() throws IOException {
    Path file = folder.resolve("file");
    disk.writeNew(file, new byte[] {1});
    assertThrows(FileAlreadyExistsException.class, () -> disk.writeNew(file, new byte[] {2}));
    assertArrayEquals(new byte[] {1}, Files.readAllBytes(file));
  }

  @Test
  void attributesHoldFromTheFirstMoment() throws IOException {
    Disk privately =
        new Disk(
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--------")));
    Path file = folder.resolve("file");
    try (FileChannel channel = privately.create(file)) {
      assertEquals(
          PosixFilePermissions.fromString("r--------"), Files.getPosixFilePermissions(file));
      privately.write(channel, 0, new byte[] {1, 2, 3});
    }
    assertEquals(3, Files.size(file));
  }

  @Test
  void renamingReplacesAndLinkingDoesNot() throws IOException {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    disk.writeNew(one, new byte[] {1});
    disk.writeNew(two, new byte[] {2});
    assertThrows(FileAlreadyExistsException.class, () -> disk.link(one, two));
    assertArrayEquals(new byte[] {2}, Files.readAllBytes(two));
    disk.rename(one, two);
    assertArrayEquals(new byte[] {1}, Files.readAllBytes(two));
    assertFalse(Files.exists(one));
    Path three = folder.resolve("three");
    disk.link(two, three);
    assertArrayEquals(new byte[] {1}, Files.readAllBytes(three));
    assertThrows(NoSuchFileException.class, () -> disk.rename(one, two));
  }

  @Test
  void writingAtAPositionLeavesTheRest() throws IOException {
    Path file = folder.resolve("file");
    try (FileChannel channel = disk.create(file)) {
      channel.position(4);
      try (OutputStream out = disk.output(channel)) {
        out.write(new byte[] {5, 6, 7});
        disk.write(channel, 0, new byte[] {1, 2});
        disk.force(channel);
      }
    }
    assertArrayEquals(new byte[] {1, 2, 0, 0, 5, 6, 7}, Files.readAllBytes(file));
  }

  @Test
  void discardingWhatIsNotThereIsNoError() throws IOException {
    Path file = folder.resolve("file");
    disk.discard(file);
    disk.writeNew(file, new byte[1]);
    disk.discard(file);
    assertFalse(Files.exists(file));
    Path full = folder.resolve("full");
    Files.createDirectories(full.resolve("inside"));
    disk.discard(full);
    assertTrue(Files.exists(full));
  }
}
