package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The published files of a ledger, as anyone may copy and read them (C2SP tlog-tiles): {@code
 * checkpoint}, {@code tile/<level>/<index>} and {@code tile/entries/<index>}. Reads only; keeps the
 * tiles of hashes last read.
 */
final class LedgerFolder {
  static final String CHECKPOINT = "checkpoint";
  static final String TILES = "tile";

  private static final int CACHED_TILES_MAX = 512;
  private static final int TRIES_MAX = 100;
  private static final int BUNDLE_BYTES_MAX = Tile.WIDTH * (Short.BYTES + 65_535);

  private final Path root;
  private final Map<Tile, byte[]> cache =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Tile, byte[]> eldest) {
          return size() > CACHED_TILES_MAX;
        }
      };

  LedgerFolder(Path root) {
    this.root = root;
  }

  Path root() {
    return root;
  }

  Optional<Checkpoint> checkpoint() {
    Path file = root.resolve(CHECKPOINT);
    try {
      byte[] bytes = read(file, Note.NOTE_CHARACTERS_MAX);
      return Optional.of(Checkpoint.parse(new String(bytes, StandardCharsets.UTF_8)));
    } catch (Failure e) {
      throw tampered(CHECKPOINT, "is not what was written (" + e.getMessage() + ")");
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw broken(CHECKPOINT, e);
    }
  }

  /** The first {@code width} hashes of a tile, or more. */
  byte[] hashes(Tile tile, int width) {
    synchronized (cache) {
      byte[] cached = cache.get(tile);
      if (cached != null) {
        return cached;
      }
    }
    Found found = find(tile, width, Tile.WIDTH * Merkle.HASH_BYTES);
    byte[] bytes = found.bytes();
    if (bytes.length != found.width() * Merkle.HASH_BYTES) {
      throw tampered(tile.path(found.width()), "has not the size of " + found.width() + " hashes");
    }
    if (found.width() == Tile.WIDTH) {
      synchronized (cache) {
        cache.put(tile, bytes);
      }
    }
    return bytes;
  }

  /** The first {@code width} entries of a bundle, or more. */
  List<byte[]> entries(Tile bundle, int width) {
    Found found = find(bundle, width, BUNDLE_BYTES_MAX);
    String name = bundle.path(found.width());
    try {
      List<byte[]> entries = Bundle.parse(found.bytes(), Tile.WIDTH, name);
      if (entries.size() == found.width()) {
        return entries;
      }
    } catch (Failure _) {
      // Told below, as of every file that is not what was written.
    }
    throw tampered(name, "does not have " + found.width() + " whole entries");
  }

  /** A file of a tile, and how many elements it should have. */
  @SuppressWarnings("ArrayRecordComponent") // lives for one call only
  private record Found(int width, byte[] bytes) {}

  /** The file there is; a writer may put a wider one in its place while this looks. */
  private Found find(Tile tile, int width, int bytesMax) {
    for (int tries = 1; ; tries++) {
      int there = widthThere(tile, width);
      try {
        return new Found(there, read(root.resolve(tile.path(there)), bytesMax + 1));
      } catch (IOException e) {
        if (tries == TRIES_MAX || !(e instanceof NoSuchFileException)) {
          throw broken(tile.path(there), e);
        }
      }
    }
  }

  /** The width of the file there is: the one asked for, else the full, else a wider one. */
  private int widthThere(Tile tile, int width) {
    return IntStream.concat(
            IntStream.of(width, Tile.WIDTH), IntStream.rangeClosed(width + 1, Tile.WIDTH))
        .filter(w -> Files.isRegularFile(root.resolve(tile.path(w))))
        .findFirst()
        .orElseThrow(() -> tampered(tile.path(width), "is missing"));
  }

  private static byte[] read(Path file, int bytesMax) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(bytesMax);
    }
  }

  static Failure tampered(String file, String why) {
    return new Failure(
        new Problem.Tampered(
            "ledger file " + file + ": " + why + "; restore the ledger from a backup", file));
  }

  private static Failure broken(String file, IOException cause) {
    return Failure.broken("ledger file " + file + ": it cannot be read; check the disk", cause);
  }
}
