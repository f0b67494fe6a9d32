package dev.moat.trust;

import dev.moat.core.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file to which group commits are appended, with one fsync each, before anyone is told; named
 * by the index of its first entry. When its entries have become durable tiles under a durable
 * checkpoint, it is deleted and a new one begins.
 */
final class Journal {
  static final String FOLDER = "journal";
  static final long JOURNAL_BYTES_MAX = 256L << 20;

  private static final Pattern NAME = Pattern.compile("[0-9]{19}");

  private final Path folder;
  private final LedgerDisk disk;
  private @Nullable FileChannel channel;
  private long length;

  Journal(Path root, LedgerDisk disk) {
    this.folder = root.resolve(FOLDER);
    this.disk = disk;
  }

  /** Makes the frame durable and counts its bytes, or leaves the journal as it was. */
  int append(Frame frame) throws IOException {
    FileChannel out = channel == null ? begin(frame.first()) : channel;
    byte[] bytes = frame.format();
    try {
      disk.write(out, ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      truncate(out);
      throw e;
    }
    try {
      disk.force(out);
    } catch (IOException e) {
      throw new Unknown(e);
    }
    length += bytes.length;
    return bytes.length;
  }

  private void truncate(FileChannel out) throws Unknown {
    try {
      out.truncate(length);
    } catch (IOException e) {
      throw new Unknown(e);
    }
  }

  /** After it nobody knows what is on the disk: a failed fsync, for one, drops pages. */
  static final class Unknown extends IOException {
    private static final long serialVersionUID = 1L;

    Unknown(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private FileChannel begin(long first) throws IOException {
    disk.createFolders(folder);
    Path file = folder.resolve(String.format(Locale.ROOT, "%019d", first));
    FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try {
      disk.forceFolder(folder);
    } catch (IOException e) {
      out.close();
      throw e;
    }
    length = 0;
    channel = out;
    return out;
  }

  /** Lets the next frame begin a new file. */
  void rotate() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }

  /** Deletes the files whose entries are all below {@code size}: they are in tiles now. */
  void clearBefore(long size) throws IOException {
    for (Path file : files(folder)) {
      if (Long.parseLong(String.valueOf(file.getFileName())) < size) {
        disk.delete(file);
      }
    }
  }

  /** Deletes everything: all entries are in tiles now. */
  void clear() throws IOException {
    rotate();
    disk.sweep(folder, Set.of());
  }

  void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }

  static boolean exists(Path root) {
    return Files.isDirectory(root.resolve(FOLDER));
  }

  /** The frames after the first {@code size} entries, without a gap. */
  static List<Frame> read(Path root, long size) throws IOException {
    List<Frame> frames = new ArrayList<>();
    long next = size;
    for (Path file : files(root.resolve(FOLDER))) {
      String name = FOLDER + "/" + file.getFileName();
      FrameReader reader = new FrameReader(bounded(file), name);
      for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
        long first = frame.get().first();
        int count = frame.get().entries().size();
        if (first > next || (first < next && first + count > next)) {
          throw gap(name, next, first);
        }
        if (first == next) {
          frames.add(frame.get());
          next += count;
        }
      }
    }
    return frames;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> NAME.matcher(String.valueOf(file.getFileName())).matches())
          .sorted()
          .toList();
    } catch (NoSuchFileException _) {
      return List.of(); // the writer deletes an empty folder, also while this looks
    }
  }

  private static byte[] bounded(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes((int) JOURNAL_BYTES_MAX);
    } catch (NoSuchFileException _) {
      return new byte[0]; // its entries are in tiles since it was listed
    }
  }

  private static Failure gap(String name, long expected, long found) {
    return LedgerFolder.tampered(
        name, "goes on with event " + found + " where " + expected + " is next");
  }
}
