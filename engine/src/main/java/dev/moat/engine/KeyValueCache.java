package dev.moat.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * The keys and values of one sequence, in every layer, in the very form in which attention
 * multiplies by them, so that a new position costs one column and one row.
 */
final class KeyValueCache {
  private final ModelConfig config;
  private final List<AttentionTile.Memory> memories = new ArrayList<>();

  KeyValueCache(ModelConfig config) {
    this.config = config;
    for (int i = 0; i < config.layers() * config.keyValueHeads(); i++) {
      memories.add(new AttentionTile.Memory(new PackedMatrix(), new PackedMatrix()));
    }
  }

  /** Forgets all, and makes room for so many positions. */
  void clear(int positions) {
    int capacity = AttentionTile.width(positions);
    for (AttentionTile.Memory memory : memories) {
      memory.keysTransposed().shape(config.headSize(), capacity);
      memory.values().shape(capacity, config.headSize());
    }
  }

  AttentionTile.Memory memory(int layer, int group) {
    return memories.get(layer * config.keyValueHeads() + group);
  }
}
