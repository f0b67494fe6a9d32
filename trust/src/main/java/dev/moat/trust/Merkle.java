package dev.moat.trust;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The hash tree of a log: its hashes, roots and proofs (RFC 6962, section 2; RFC 9162, section
 * 2.1).
 *
 * <p>A complete subtree of 2^level leaves is one node. A range that starts at a multiple of a power
 * of two and is not complete is split at the largest power of two below its length, as the RFC
 * does.
 */
final class Merkle {
  static final int HASH_BYTES = 32;

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private Merkle() {}

  /** Where the hashes of complete subtrees come from. */
  interface Nodes {
    /** The hash over the leaves {@code [index << level, (index + 1) << level)}. */
    byte[] node(int level, long index);
  }

  static byte[] emptyRoot() {
    return sha256().digest();
  }

  static byte[] leaf(byte[] entry) {
    MessageDigest sha256 = sha256();
    sha256.update(LEAF);
    return sha256.digest(entry);
  }

  static byte[] node(byte[] left, byte[] right) {
    MessageDigest sha256 = sha256();
    sha256.update(NODE);
    sha256.update(left);
    return sha256.digest(right);
  }

  static byte[] root(Nodes nodes, long size) {
    return size == 0 ? emptyRoot() : range(nodes, 0, size);
  }

  /** The complete subtrees that make up a tree of {@code size}, largest first. */
  static List<byte[]> peaks(Nodes nodes, long size) {
    List<byte[]> peaks = new ArrayList<>();
    long start = 0;
    for (int level = Long.SIZE - 2; level >= 0; level--) {
      if (((size >> level) & 1) == 1) {
        peaks.add(nodes.node(level, start >> level));
        start += 1L << level;
      }
    }
    return peaks;
  }

  /** The siblings on the way from leaf {@code index} to the root, lowest first. */
  static List<byte[]> inclusion(Nodes nodes, long index, long size) {
    List<byte[]> path = new ArrayList<>();
    long low = 0;
    long high = size;
    while (high - low > 1) {
      long split = low + split(high - low);
      if (index < split) {
        path.add(range(nodes, split, high));
        high = split;
      } else {
        path.add(range(nodes, low, split));
        low = split;
      }
    }
    return path.reversed();
  }

  /** The nodes that show that the tree of {@code first} leaves is a prefix of {@code second}. */
  static List<byte[]> consistency(Nodes nodes, long first, long second) {
    List<byte[]> path = new ArrayList<>();
    if (first == 0 || first == second) {
      return path;
    }
    long low = 0;
    long high = second;
    while (high != first) {
      long split = low + split(high - low);
      if (first <= split) {
        path.add(range(nodes, split, high));
        high = split;
      } else {
        path.add(range(nodes, low, split));
        low = split;
      }
    }
    if (low > 0) {
      path.add(range(nodes, low, high));
    }
    return path.reversed();
  }

  /** The hash over leaves {@code [low, high)}, where {@code low} is aligned to the length. */
  private static byte[] range(Nodes nodes, long low, long high) {
    long length = high - low;
    if (Long.bitCount(length) == 1) {
      int level = Long.numberOfTrailingZeros(length);
      return nodes.node(level, low >> level);
    }
    long split = low + split(length);
    return node(range(nodes, low, split), range(nodes, split, high));
  }

  /** The largest power of two below {@code length}. */
  private static long split(long length) {
    return Long.highestOneBit(length - 1);
  }

  /** The root over 2^n hashes that lie one after the other in {@code hashes}. */
  static byte[] complete(byte[] hashes, int offset, int count) {
    if (count == 1) {
      return Arrays.copyOfRange(hashes, offset, offset + HASH_BYTES);
    }
    int half = count / 2;
    return node(complete(hashes, offset, half), complete(hashes, offset + half * HASH_BYTES, half));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
