package dev.moat.data;

import dev.moat.flow.Parameters;

/** How much {@code data/collect} reads at most, of each source. */
record CollectLimits(int fileBytesMax, int filesMax, long bytesMax, int depthMax, int commitsMax) {
  static final CollectLimits STANDARD = new CollectLimits(512 << 10, 100_000, 1L << 30, 64, 20_000);

  private static final int FILE_BYTES_MOST = 16 << 20;

  static CollectLimits of(Parameters parameters) {
    return new CollectLimits(
        (int) parameters.integer("file-bytes-max", STANDARD.fileBytesMax(), 1, FILE_BYTES_MOST),
        (int) parameters.integer("files-max", STANDARD.filesMax(), 1, 10_000_000),
        parameters.integer("bytes-max", STANDARD.bytesMax(), 1, 1L << 40),
        (int) parameters.integer("depth-max", STANDARD.depthMax(), 1, 1000),
        (int) parameters.integer("commits-max", STANDARD.commitsMax(), 0, 1_000_000));
  }
}
