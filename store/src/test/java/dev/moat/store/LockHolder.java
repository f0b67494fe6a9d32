package dev.moat.store;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that locks a home, says so, and waits to be killed. */
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    try (HomeLock _ = HomeLock.acquire(Path.of(args[0]));
        FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      out.write("locked\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      Thread.currentThread().join();
    }
  }
}
