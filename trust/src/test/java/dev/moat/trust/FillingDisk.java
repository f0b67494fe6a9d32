package dev.moat.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A disk that has no room while a test says so. */
final class FillingDisk extends QuickDisk {
  private boolean full;

  void full(boolean now) {
    full = now;
  }

  @Override
  void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
    super.write(channel, bytes);
  }
}
