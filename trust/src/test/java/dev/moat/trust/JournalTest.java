package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path folder;

  private static Frame frame(long first, int count) {
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(new byte[] {(byte) (first + i), 1});
    }
    return new Frame(first, entries, "note");
  }

  private List<String> names() throws IOException {
    if (!Files.isDirectory(folder.resolve("journal"))) {
      return List.of();
    }
    try (var files = Files.list(folder.resolve("journal"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<Long> firsts(long size) throws IOException {
    return Journal.read(folder, size).stream().map(Frame::first).toList();
  }

  private Path file(long first) {
    return folder.resolve("journal").resolve(String.format(Locale.ROOT, "%019d", first));
  }

  private Journal written() throws IOException {
    Journal journal = new Journal(folder, new LedgerDisk());
    journal.append(frame(0, 2));
    journal.append(frame(2, 1));
    journal.rotate();
    journal.append(frame(3, 4));
    journal.append(frame(7, 1));
    return journal;
  }

  @Test
  void anAbsentJournalHasNoFrames() throws IOException {
    assertEquals(List.of(), Journal.read(folder, 0));
  }

  @Test
  void framesComeBackInOrderFromAllFiles() throws IOException {
    Journal journal = written();
    assertEquals(List.of(0L, 2L, 3L, 7L), firsts(0));
    assertEquals(List.of("0000000000000000000", "0000000000000000003"), names());
    assertArrayEquals(new byte[] {5, 1}, Journal.read(folder, 0).get(2).entries().get(2));
    journal.close();
  }

  @Test
  void framesAlreadyInTilesAreSkipped() throws IOException {
    written().close();
    assertEquals(List.of(2L, 3L, 7L), firsts(2));
    assertEquals(List.of(3L, 7L), firsts(3));
    assertEquals(List.of(7L), firsts(7));
    assertEquals(List.of(), firsts(8));
    assertEquals(List.of(), firsts(100));
  }

  @Test
  void aSizeInsideAFrameIsDamage() throws IOException {
    written().close();
    for (long size : new long[] {1, 4, 5, 6}) {
      Failure failure = assertThrows(Failure.class, () -> Journal.read(folder, size));
      assertInstanceOf(Problem.Tampered.class, failure.problem());
    }
  }

  @Test
  void aMissingFileIsAGapAndDamage() throws IOException {
    written().close();
    Files.delete(file(0));
    assertEquals(List.of(3L, 7L), firsts(3));
    Failure failure = assertThrows(Failure.class, () -> Journal.read(folder, 0));
    assertTrue(failure.getMessage().contains("event 3 where 0 is next"), failure.getMessage());
  }

  @Test
  void aCutOffFileThatIsNotTheLastIsAGap() throws IOException {
    written().close();
    byte[] bytes = Files.readAllBytes(file(0));
    Files.write(file(0), Arrays.copyOf(bytes, bytes.length - 1));
    assertThrows(Failure.class, () -> Journal.read(folder, 0));
    assertEquals(List.of(3L, 7L), firsts(3));
  }

  @Test
  void aCutOffEndIsDropped() throws IOException {
    written().close();
    byte[] bytes = Files.readAllBytes(file(3));
    Files.write(file(3), Arrays.copyOf(bytes, bytes.length - 1));
    assertEquals(List.of(0L, 2L, 3L), firsts(0));
    Files.write(file(3), new byte[0]);
    assertEquals(List.of(0L, 2L), firsts(0));
  }

  @Test
  void onlyFilesBelowASizeAreCleared() throws IOException {
    Journal journal = written();
    journal.clearBefore(0);
    assertEquals(2, names().size());
    journal.clearBefore(3);
    assertEquals(List.of("0000000000000000003"), names());
    journal.append(frame(8, 1));
    assertEquals(List.of(3L, 7L, 8L), firsts(3));
    journal.clear();
    assertEquals(List.of(), names());
    journal.append(frame(9, 1));
    assertEquals(List.of("0000000000000000009"), names());
    journal.close();
  }

  @Test
  void rotatingWithoutFramesMakesNoFile() throws IOException {
    Journal journal = new Journal(folder, new LedgerDisk());
    journal.rotate();
    journal.rotate();
    journal.clearBefore(10);
    journal.clear();
    assertEquals(List.of(), names());
    journal.close();
  }

  @Test
  void foreignFilesAreNotRead() throws IOException {
    Journal journal = written();
    Files.write(folder.resolve("journal").resolve("README"), new byte[100]);
    Files.write(folder.resolve("journal").resolve(".tmp"), new byte[100]);
    assertEquals(List.of(0L, 2L, 3L, 7L), firsts(0));
    journal.clearBefore(3);
    assertTrue(names().contains("README"));
    journal.close();
  }

  @Test
  void aFailedWriteLeavesTheJournalAsItWas() throws IOException {
    boolean[] full = {false};
    LedgerDisk disk =
        new LedgerDisk() {
          @Override
          void write(FileChannel channel, ByteBuffer bytes) throws IOException {
            if (full[0]) {
              super.write(channel, bytes.slice(0, bytes.remaining() - 1));
              throw new IOException("No space left on device");
            }
            super.write(channel, bytes);
          }
        };
    Journal journal = new Journal(folder, disk);
    for (int i = 0; i < 5; i++) {
      full[0] = false;
      journal.append(frame(i, 1));
      full[0] = true;
      Frame next = frame(i + 1, 3);
      assertThrows(IOException.class, () -> journal.append(next));
    }
    journal.close();
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L), firsts(0));
  }
}
