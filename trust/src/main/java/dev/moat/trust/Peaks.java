package dev.moat.trust;

import java.util.ArrayList;
import java.util.List;

/** The complete subtrees of a growing log, largest first: all that appending needs to know. */
final class Peaks {
  private final List<byte[]> hashes;
  private long size;

  Peaks(long size, List<byte[]> hashes) {
    this.size = size;
    this.hashes = new ArrayList<>(hashes);
  }

  Peaks copy() {
    return new Peaks(size, hashes);
  }

  long size() {
    return size;
  }

  /** Adds a leaf: every complete pair becomes one, as a binary counter carries. */
  void add(byte[] leaf) {
    byte[] hash = leaf;
    for (long carry = size; (carry & 1) == 1; carry >>= 1) {
      hash = Merkle.node(hashes.removeLast(), hash);
    }
    hashes.add(hash);
    size++;
  }

  byte[] root() {
    if (hashes.isEmpty()) {
      return Merkle.emptyRoot();
    }
    byte[] root = hashes.getLast();
    for (int i = hashes.size() - 2; i >= 0; i--) {
      root = Merkle.node(hashes.get(i), root);
    }
    return root;
  }
}
