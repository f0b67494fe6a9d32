package dev.moat.store;

import java.io.IOException;
import java.nio.file.Path;

/** Writes a small file so that a crash leaves the old content or the new, never a part. */
public final class AtomicFile {
  private AtomicFile() {}

  /** Replaces {@code file} durably: temporary file, fsync, rename, fsync of the folder. */
  public static void write(Path file, byte[] bytes) {
    write(new Disk(), file, bytes);
  }

  static void write(Disk disk, Path file, byte[] bytes) {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      disk.writeNew(temporary, bytes);
      disk.rename(temporary, file);
    } catch (IOException e) {
      disk.discard(temporary);
      throw DiskFailure.of("file", file, e);
    }
  }
}
