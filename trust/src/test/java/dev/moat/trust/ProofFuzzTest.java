package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Proofs as a stranger could send them: none but the right one may verify, none may crash. */
class ProofFuzzTest {
  private static final int SIZE = 200;

  private final List<byte[]> leaves = new ArrayList<>();
  private final Random random = new Random(61);

  ProofFuzzTest() {
    for (int i = 0; i < SIZE; i++) {
      leaves.add(Merkle.leaf(entry(i)));
    }
  }

  private static byte[] entry(int index) {
    return new byte[] {(byte) (index >> 8), (byte) index};
  }

  private static byte[] root(List<byte[]> hashes) {
    Peaks peaks = new Peaks(0, List.of());
    hashes.forEach(peaks::add);
    return peaks.root();
  }

  private byte[] node(int level, long index) {
    int from = Math.toIntExact(index << level);
    return root(leaves.subList(from, from + (1 << level)));
  }

  private Digest rootAt(int size) {
    return Digest.ofRaw(root(leaves.subList(0, size)));
  }

  private static List<Digest> digests(List<byte[]> hashes) {
    return new ArrayList<>(hashes.stream().map(Digest::ofRaw).toList());
  }

  private Digest noise() {
    return Digest.of("noise " + random.nextLong());
  }

  /** Adds, drops, swaps, doubles or replaces hashes. */
  private List<Digest> disturbed(List<Digest> hashes) {
    List<Digest> out = new ArrayList<>(hashes);
    int at = out.isEmpty() ? 0 : random.nextInt(out.size());
    switch (random.nextInt(5)) {
      case 0 -> out.add(at, noise());
      case 1 -> {
        if (!out.isEmpty()) {
          out.remove(at);
        }
      }
      case 2 -> Collections.shuffle(out, random);
      case 3 -> out.add(at, out.isEmpty() ? noise() : out.get(at));
      default -> {
        if (!out.isEmpty()) {
          out.set(at, noise());
        }
      }
    }
    return out;
  }

  @Test
  void noDisturbedInclusionProofVerifies() {
    int disturbedCount = 0;
    for (int i = 0; i < 5_000; i++) {
      int size = 1 + random.nextInt(SIZE);
      int index = random.nextInt(size);
      List<Digest> hashes = digests(Merkle.inclusion(this::node, index, size));
      List<Digest> other = disturbed(hashes);
      boolean same = other.equals(hashes);
      InclusionProof proof = new InclusionProof(index, size, other);
      assertEquals(same, proof.verify(entry(index), rootAt(size)));
      disturbedCount += same ? 0 : 1;
    }
    assertTrue(disturbedCount > 4_000);
  }

  @Test
  void noInclusionProofVerifiesAtAnotherSizeOrIndex() {
    for (int i = 0; i < 3_000; i++) {
      int size = 2 + random.nextInt(SIZE - 1);
      int index = random.nextInt(size);
      List<Digest> hashes = digests(Merkle.inclusion(this::node, index, size));
      int otherIndex = random.nextInt(size);
      if (otherIndex != index) {
        assertFalse(
            new InclusionProof(otherIndex, size, hashes).verify(entry(index), rootAt(size)));
      }
      int otherSize = 1 + random.nextInt(SIZE);
      if (otherSize != size && index < otherSize) {
        assertFalse(
            new InclusionProof(index, otherSize, hashes).verify(entry(index), rootAt(otherSize)));
      }
    }
  }

  @Test
  void noDisturbedConsistencyProofVerifies() {
    for (int i = 0; i < 3_000; i++) {
      int second = 1 + random.nextInt(SIZE);
      int first = 1 + random.nextInt(second);
      List<Digest> hashes = digests(Merkle.consistency(this::node, first, second));
      List<Digest> other = disturbed(hashes);
      ConsistencyProof proof = new ConsistencyProof(first, second, other);
      assertEquals(other.equals(hashes), proof.verify(rootAt(first), rootAt(second)));
    }
  }

  @Test
  void noConsistencyProofVerifiesForOtherSizes() {
    for (int i = 0; i < 3_000; i++) {
      int second = 2 + random.nextInt(SIZE - 1);
      int first = 1 + random.nextInt(second - 1);
      List<Digest> hashes = digests(Merkle.consistency(this::node, first, second));
      int otherFirst = 1 + random.nextInt(second);
      if (otherFirst != first) {
        assertFalse(
            new ConsistencyProof(otherFirst, second, hashes)
                .verify(rootAt(otherFirst), rootAt(second)));
      }
    }
  }

  @Test
  void aForkedLogHasNoConsistencyProof() {
    int first = 77;
    int second = 150;
    Digest older = rootAt(first);
    List<byte[]> honest = List.copyOf(leaves);
    for (int forked = 0; forked < first; forked += 5) {
      leaves.set(forked, Merkle.leaf(new byte[] {9, 9, 9}));
      List<Digest> hashes = digests(Merkle.consistency(this::node, first, second));
      assertFalse(new ConsistencyProof(first, second, hashes).verify(older, rootAt(second)));
      leaves.set(forked, honest.get(forked));
    }
    List<Digest> hashes = digests(Merkle.consistency(this::node, first, second));
    assertTrue(new ConsistencyProof(first, second, hashes).verify(older, rootAt(second)));
  }

  @Test
  void proofsOfExtremeSizesEndQuickly() {
    for (int i = 0; i < 2_000; i++) {
      long size = (random.nextLong() >>> 1) | 1;
      long index = random.nextLong(size);
      List<Digest> hashes = new ArrayList<>();
      int count = random.nextInt(63);
      for (int k = 0; k < count; k++) {
        hashes.add(noise());
      }
      assertFalse(new InclusionProof(index, size, hashes).verify(entry(1), noise()));
      if (index > 0) {
        assertFalse(new ConsistencyProof(index, size, hashes).verify(noise(), noise()));
      }
    }
  }

  @Test
  void oneLeafIsItsOwnProof() {
    InclusionProof proof = new InclusionProof(0, 1, List.of());
    assertTrue(proof.verify(entry(0), rootAt(1)));
    assertFalse(proof.verify(entry(1), rootAt(1)));
    assertFalse(new InclusionProof(0, 1, List.of(noise())).verify(entry(0), rootAt(1)));
    assertFalse(new InclusionProof(0, 2, List.of()).verify(entry(0), rootAt(2)));
  }
}
