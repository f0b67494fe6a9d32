package dev.moat.trust;

import dev.moat.core.Digest;
import java.util.List;

/** The proof that one entry is in a log of a size (RFC 9162, section 2.1.3). */
public record InclusionProof(long index, long size, List<Digest> hashes) {
  private static final int HASHES_MAX = 63;

  /** Checks that the index is below the size. */
  public InclusionProof {
    hashes = List.copyOf(hashes);
    if (index < 0 || index >= size || hashes.size() > HASHES_MAX) {
      throw new IllegalArgumentException("no proof of " + index + " in " + size);
    }
  }

  /** Whether the entry is the one at the index in the log with that root. */
  public boolean verify(byte[] entry, Digest root) {
    long node = index;
    long last = size - 1;
    byte[] hash = Merkle.leaf(entry);
    for (Digest sibling : hashes) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        hash = Merkle.node(sibling.raw(), hash);
        while ((node & 1) == 0 && node != 0) {
          node >>= 1;
          last >>= 1;
        }
      } else {
        hash = Merkle.node(hash, sibling.raw());
      }
      node >>= 1;
      last >>= 1;
    }
    return last == 0 && Digest.ofRaw(hash).equals(root);
  }
}
