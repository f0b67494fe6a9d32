package dev.moat.store;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes a small file so that a crash leaves the old content or the new, never a part. */
public final class AtomicFile {
  private static final FileAttribute<?>[] OWNER_ONLY = {
    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
  };

  private AtomicFile() {}

  /** Replaces {@code file} durably: temporary file, fsync, rename, fsync of the folder. */
  public static void write(Path file, byte[] bytes) {
    write(new Disk(), file, bytes);
  }

  /** As {@link #write}, but only the owner may read the file, at no moment anyone else. */
  public static void writePrivate(Path file, byte[] bytes) {
    write(new Disk(OWNER_ONLY), file, bytes);
  }

  static void write(Disk disk, Path file, byte[] bytes) {
    Path temporary = file.resolveSibling("." + file.getFileName() + suffix());
    try {
      disk.createFolders(file.toAbsolutePath().resolveSibling(""));
      disk.discard(temporary);
      disk.writeNew(temporary, bytes);
      disk.rename(temporary, file);
    } catch (IOException e) {
      disk.discard(temporary);
      throw DiskFailure.of("file", file, e);
    }
  }

  /** Differs between writers at the same time, and repeats, so that crashes leave few files. */
  private static String suffix() {
    return "." + ProcessHandle.current().pid() + "-" + Thread.currentThread().threadId() + ".tmp";
  }
}
