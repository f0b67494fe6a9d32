package dev.moat.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.EnumSet;

/** The changes this room makes on the disk, each of them durable; tests let them fail. */
class Disk {
  private final FileAttribute<?>[] attributes;

  /** A disk whose new files have these attributes from the moment they are there. */
  Disk(FileAttribute<?>... attributes) {
    this.attributes = attributes.clone();
  }

  FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file,
        EnumSet.of(
            StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
        attributes);
  }

  OutputStream output(FileChannel channel) {
    return Channels.newOutputStream(channel);
  }

  void write(FileChannel channel, long position, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer, position + buffer.position());
    }
  }

  void force(FileChannel channel) throws IOException {
    channel.force(true);
  }

  /** Creates the folder and all above it so that they survive a crash. */
  void createFolders(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      createFolders(parent);
    }
    Files.createDirectories(folder);
    if (parent != null) {
      forceFolder(parent);
    }
  }

  void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path folder = to.toAbsolutePath().getParent();
    if (folder != null) {
      forceFolder(folder);
    }
  }

  /** Gives {@code from} the name {@code to} as well; fails if that name is taken. */
  void link(Path from, Path to) throws IOException {
    Files.createLink(to, from);
    Path folder = to.toAbsolutePath().getParent();
    if (folder != null) {
      forceFolder(folder);
    }
  }

  final void writeNew(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel = create(file)) {
      write(channel, 0, bytes);
      force(channel);
    }
  }

  /** Removes what a failed write left; if that fails too, the next open sweeps it. */
  final void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException _) {
      // The failure that led here is the one to report.
    }
  }

  private static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
