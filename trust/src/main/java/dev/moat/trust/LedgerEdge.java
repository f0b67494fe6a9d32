package dev.moat.trust;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a ledger has beyond its published files at one checkpoint: tiles of hashes, cut to the
 * checkpoint's size, and bundles of entries.
 */
record LedgerEdge(Checkpoint head, Map<Tile, byte[]> hashes, Map<Tile, List<byte[]>> entries) {
  LedgerEdge {
    hashes = Map.copyOf(hashes);
    entries = Map.copyOf(entries);
  }

  /** The files to write, by path. */
  Map<String, byte[]> files() {
    Map<String, byte[]> files = new TreeMap<>();
    hashes.forEach((tile, bytes) -> files.put(tile.path(tile.width(head.size())), bytes));
    entries.forEach(
        (bundle, list) -> files.put(bundle.path(bundle.width(head.size())), Bundle.format(list)));
    return files;
  }

  /** The width that each of the tiles and bundles now has. */
  Map<Tile, Integer> widths() {
    Map<Tile, Integer> widths = new LinkedHashMap<>();
    hashes.keySet().forEach(tile -> widths.put(tile, tile.width(head.size())));
    entries.keySet().forEach(bundle -> widths.put(bundle, bundle.width(head.size())));
    return widths;
  }
}
