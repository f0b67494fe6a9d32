package dev.moat.store;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The lock on a home: only one process at a time works there. The operating system releases it when
 * the process ends, however it ends.
 */
public final class HomeLock implements AutoCloseable {
  private static final String NAME = "moat.lock";
  private static final int PID_CHARACTERS_MAX = 20;

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock of {@code home}, or fails with Busy naming the process that holds it. */
  public static HomeLock acquire(Path home) {
    Path file = home.resolve(NAME);
    try {
      create(home);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      return lock(home, file, channel);
    } catch (IOException e) {
      throw DiskFailure.of("lock", file, e);
    }
  }

  /** What a new home holds is for its owner only. */
  private static void create(Path home) throws IOException {
    if (!Files.exists(home)) {
      new Disk().createFolders(home.toAbsolutePath().resolveSibling(""));
      Files.createDirectory(home, OWNER_ONLY);
    }
  }

  private static HomeLock lock(Path home, Path file, FileChannel channel) throws IOException {
    if (tryLock(channel) == null) {
      channel.close();
      throw busy(home, holder(file));
    }
    byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(pid), 0);
    return new HomeLock(channel);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null;
    }
  }

  private static String holder(Path file) throws IOException {
    String pid = Text.shortened(Files.readString(file).strip(), PID_CHARACTERS_MAX);
    return pid.isEmpty() ? "another process" : "process " + pid;
  }

  private static Failure busy(Path home, String holder) {
    return new Failure(
        new Problem.Busy(
            "home "
                + home
                + ": "
                + holder
                + " works here already; stop it first, or choose another home with --home",
            Duration.ZERO));
  }

  /** Releases the lock. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw Failure.broken("lock of the home: it could not be released; end the process", e);
    }
  }
}
