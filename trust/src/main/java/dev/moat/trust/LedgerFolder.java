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
import java.util.stream.Stream;

/**
 * The published files of a ledger, as anyone may copy and read them (C2SP tlog-tiles): {@code
 * checkpoint}, {@code tile/<level>/<index>} and {@code tile/entries/<index>}. Reads only; keeps the
 * tiles of hashes last read.
 */
final class LedgerFolder {
  static final String CHECKPOINT = "checkpoint";
  static final String TILES = "tile";

  private static final int CACHED_TILES_MAX = 512;
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
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw broken(CHECKPOINT, e);
    }
  }

  /** The first {@code width} hashes of a tile. */
  byte[] hashes(Tile tile, int width) {
    synchronized (cache) {
      byte[] cached = cache.get(tile);
      if (cached != null) {
        return cached;
      }
    }
    byte[] bytes = bytes(tile, width, Tile.WIDTH * Merkle.HASH_BYTES);
    if (bytes.length < width * Merkle.HASH_BYTES) {
      throw tampered(tile.path(width), "is cut off");
    }
    if (width == Tile.WIDTH) {
      synchronized (cache) {
        cache.put(tile, bytes);
      }
    }
    return bytes;
  }

  /** The first {@code width} entries of a bundle, or more. */
  List<byte[]> entries(Tile bundle, int width) {
    byte[] bytes = bytes(bundle, width, BUNDLE_BYTES_MAX);
    String name = bundle.path(width);
    try {
      List<byte[]> entries = Bundle.parse(bytes, Tile.WIDTH, name);
      if (entries.size() >= width) {
        return entries;
      }
    } catch (Failure _) {
      // Told below, as of every file that is not what was written.
    }
    throw tampered(name, "is cut off or changed");
  }

  /** The file with that width, else the full one, else a wider one: tiles only grow. */
  private byte[] bytes(Tile tile, int width, int bytesMax) {
    try {
      Optional<Path> file =
          Stream.of(tile.path(width), tile.path())
              .map(root::resolve)
              .filter(Files::isRegularFile)
              .findFirst()
              .or(() -> wider(tile, width));
      if (file.isEmpty()) {
        throw tampered(tile.path(width), "is missing");
      }
      return read(file.get(), bytesMax);
    } catch (IOException e) {
      throw broken(tile.path(width), e);
    }
  }

  private Optional<Path> wider(Tile tile, int width) {
    return Stream.iterate(width + 1, w -> w < Tile.WIDTH, w -> w + 1)
        .map(w -> root.resolve(tile.path(w)))
        .filter(Files::isRegularFile)
        .findFirst();
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
