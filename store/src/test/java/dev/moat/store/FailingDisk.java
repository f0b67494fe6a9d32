package dev.moat.store;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A disk that is full from one of its operations on: writes stop half-way. */
final class FailingDisk extends Disk {
  private final int failing;
  private int operations;

  FailingDisk(int failing) {
    this.failing = failing;
  }

  int operations() {
    return operations;
  }

  private boolean fails() {
    operations++;
    return operations >= failing;
  }

  private void check() throws IOException {
    if (fails()) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  FileChannel create(Path file) throws IOException {
    check();
    return super.create(file);
  }

  @Override
  OutputStream output(FileChannel channel) {
    return new FilterOutputStream(super.output(channel)) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (fails()) {
          out.write(bytes, offset, length / 2);
          throw new IOException("No space left on device");
        }
        out.write(bytes, offset, length);
      }
    };
  }

  @Override
  void write(FileChannel channel, long position, byte[] bytes) throws IOException {
    check();
    super.write(channel, position, bytes);
  }

  @Override
  void force(FileChannel channel) throws IOException {
    check();
    super.force(channel);
  }

  @Override
  void rename(Path from, Path to) throws IOException {
    check();
    super.rename(from, to);
  }
}
