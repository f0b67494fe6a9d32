package dev.moat.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The changes a ledger makes on the disk; tests let each of them fail in turn. */
class LedgerDisk {
  void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  void force(FileChannel channel) throws IOException {
    channel.force(false);
  }

  void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  /** Replaces all {@code files} below {@code root}; durable when it returns, not one atomic act. */
  final void writeAll(Path root, Map<String, byte[]> files) throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = root.resolve(file.getKey());
      createFolders(path.resolveSibling(""));
      Path temporary = path.resolveSibling("." + path.getFileName() + ".tmp");
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        write(channel, ByteBuffer.wrap(file.getValue()));
        force(channel);
      }
      rename(temporary, path);
      folders.add(path.resolveSibling(""));
    }
    for (Path folder : folders) {
      forceFolder(folder);
    }
  }

  /** Creates the folder and all above it so that they survive a crash. */
  final void createFolders(Path folder) throws IOException {
    Path whole = folder.toAbsolutePath().normalize();
    Path parent = whole.getParent();
    if (parent == null || Files.isDirectory(whole)) {
      return;
    }
    createFolders(parent);
    Files.createDirectories(whole);
    forceFolder(parent);
  }

  /** Deletes every file of {@code folder} but those named {@code kept}, and the folder if empty. */
  final void sweep(Path folder, Set<String> kept) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (!kept.contains(String.valueOf(file.getFileName()))) {
          delete(file);
        }
      }
    }
    if (kept.isEmpty()) {
      delete(folder);
    }
  }
}
