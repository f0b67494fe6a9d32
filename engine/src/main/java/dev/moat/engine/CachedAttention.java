package dev.moat.engine;

import java.util.Arrays;
import java.util.List;

/**
 * Causal attention of new positions to those cached before them. What a position attends to does
 * not depend on which other sequences are in the batch, nor on how its own is cut into steps.
 */
final class CachedAttention {
  private final Workers workers;
  private final int size;
  private final int heads;
  private final int groups;
  private final int stride;
  private final AttentionTile[] tiles;
  private final float[][] logSums;

  /**
   * Successive positions of one sequence.
   *
   * @param first where they begin in the batch
   * @param places where they stand in their sequence
   */
  record Slice(KeyValueCache cache, int first, Range places) {}

  /** The rows of one layer: what comes in, and what goes out. */
  @SuppressWarnings("ArrayRecordComponent") // live arrays, never compared
  record Step(int layer, float[] queryKeyValue, float[] attended) {}

  CachedAttention(ModelConfig config, Gemm gemm) {
    workers = gemm.workers();
    size = config.headSize();
    heads = config.heads();
    groups = config.keyValueHeads();
    stride = (heads + 2 * groups) * size;
    tiles = new AttentionTile[workers.count()];
    Arrays.setAll(tiles, worker -> new AttentionTile(gemm.kernel(worker), size));
    logSums = new float[workers.count()][AttentionTile.ROWS];
  }

  /** Adds the slices' keys and values to their caches, and attends to all that are cached. */
  void attend(List<Slice> slices, Step step) {
    workers.forEach(
        slices.size() * groups,
        (i, worker) -> {
          Slice slice = slices.get(i / groups);
          int group = i % groups;
          AttentionTile.Memory memory = slice.cache.memory(step.layer, group);
          append(slice, group, step.queryKeyValue, memory);
          for (int head = 0; head < heads / groups; head++) {
            attend(slice, group * (heads / groups) + head, step, worker);
          }
        });
  }

  private void append(Slice slice, int group, float[] queryKeyValue, AttentionTile.Memory memory) {
    Range rows = Range.of(slice.places.size());
    int at = slice.first * stride + (heads + group) * size;
    Matrix keys = new Matrix(queryKeyValue, at, stride, false);
    memory.keysTransposed().packTransposed(keys, rows, slice.places.from());
    memory.values().packRows(keys.at(at + groups * size), rows, slice.places.from());
  }

  private void attend(Slice slice, int head, Step step, int worker) {
    AttentionTile tile = tiles[worker];
    AttentionTile.Memory memory = slice.cache.memory(step.layer, head / (heads / groups));
    Range places = slice.places;
    tile.reach(places.to());
    for (int from = places.from(); from < places.to(); from += AttentionTile.ROWS) {
      Range part = new Range(from, Math.min(places.to(), from + AttentionTile.ROWS));
      int row = slice.first + from - places.from();
      Matrix queries = new Matrix(step.queryKeyValue, row * stride + head * size, stride, false);
      Matrix out = new Matrix(step.attended, (row * heads + head) * size, heads * size, false);
      tile.attend(queries, part, memory, out, logSums[worker]);
    }
  }
}
