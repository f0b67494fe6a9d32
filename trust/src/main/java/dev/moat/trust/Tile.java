package dev.moat.trust;

import java.util.Locale;

/**
 * The name of one tile of the log (C2SP tlog-tiles): up to 256 hashes of a level, or the entries
 * they are of, at level {@link #ENTRIES}.
 */
record Tile(int level, long index) {
  static final int WIDTH = 256;
  static final int HEIGHT = 8;
  static final int ENTRIES = -1;

  /** How many of its hashes or entries there are in a tree of {@code size}, at most 256. */
  int width(long size) {
    long there = (size >> (HEIGHT * Math.max(level, 0))) - index * WIDTH;
    return Math.clamp(there, 0, WIDTH);
  }

  /** The path below the ledger's folder of the tile with {@code width} elements. */
  String path(int width) {
    String whole = path();
    return width == WIDTH ? whole : whole + ".p/" + width;
  }

  /** The path of the full tile. */
  String path() {
    StringBuilder path = new StringBuilder(String.format(Locale.ROOT, "%03d", index % 1000));
    for (long rest = index / 1000; rest > 0; rest /= 1000) {
      path.insert(0, String.format(Locale.ROOT, "x%03d/", rest % 1000));
    }
    return "tile/" + (level == ENTRIES ? "entries" : level) + "/" + path;
  }
}
