package dev.moat.trust;

import dev.moat.core.Digest;
import java.util.List;

/** The proof that a log only grew from one size to another (RFC 9162, section 2.1.4). */
public record ConsistencyProof(long first, long second, List<Digest> hashes) {
  private static final int HASHES_MAX = 64;

  /** Checks that the sizes are in order. */
  public ConsistencyProof {
    hashes = List.copyOf(hashes);
    if (first < 0 || first > second || hashes.size() > HASHES_MAX) {
      throw new IllegalArgumentException("no proof from " + first + " to " + second);
    }
  }

  /** Whether the log with the second root has the log with the first root as its beginning. */
  public boolean verify(Digest firstRoot, Digest secondRoot) {
    if (first == 0) {
      return hashes.isEmpty() && firstRoot.equals(Digest.ofRaw(Merkle.emptyRoot()));
    }
    if (first == second) {
      return hashes.isEmpty() && firstRoot.equals(secondRoot);
    }
    boolean complete = Long.bitCount(first) == 1;
    if (hashes.isEmpty() && !complete) {
      return false;
    }
    byte[] start = complete ? firstRoot.raw() : hashes.getFirst().raw();
    return fold(start, complete ? hashes : hashes.subList(1, hashes.size()), firstRoot, secondRoot);
  }

  private boolean fold(byte[] start, List<Digest> path, Digest firstRoot, Digest secondRoot) {
    int zeros = Long.numberOfTrailingZeros(first);
    long node = (first - 1) >> zeros;
    long last = (second - 1) >> zeros;
    byte[] older = start;
    byte[] newer = start;
    for (Digest sibling : path) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        older = Merkle.node(sibling.raw(), older);
        newer = Merkle.node(sibling.raw(), newer);
        while ((node & 1) == 0 && node != 0) {
          node >>= 1;
          last >>= 1;
        }
      } else {
        newer = Merkle.node(newer, sibling.raw());
      }
      node >>= 1;
      last >>= 1;
    }
    return last == 0
        && Digest.ofRaw(older).equals(firstRoot)
        && Digest.ofRaw(newer).equals(secondRoot);
  }
}
