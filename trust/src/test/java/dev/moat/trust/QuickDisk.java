package dev.moat.trust;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A disk that leaves out what only a loss of power would show: the forcing. */
class QuickDisk extends LedgerDisk {
  @Override
  void force(FileChannel channel) throws IOException {
    requireOpen(channel);
  }

  @Override
  void forceFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
  }

  private static void requireOpen(FileChannel channel) throws IOException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
  }
}
