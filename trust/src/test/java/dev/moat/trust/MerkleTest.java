package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tree against published roots and against the definitions of RFC 6962 taken literally. */
class MerkleTest {
  private static final int SIZE_MAX = 64;

  /** The leaves of the test trees of Certificate Transparency's reference implementation. */
  private static final List<String> KNOWN_LEAVES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");

  private static final List<String> KNOWN_ROOTS =
      List.of(
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  private final List<byte[]> entries = new ArrayList<>();
  private final List<byte[]> leaves = new ArrayList<>();

  MerkleTest() {
    for (int i = 0; i < SIZE_MAX; i++) {
      byte[] entry = ("entry " + i).getBytes(StandardCharsets.UTF_8);
      entries.add(entry);
      leaves.add(Merkle.leaf(entry));
    }
  }

  @Test
  void theEmptyTreeHasTheHashOfNothing() {
    assertEquals(Digest.of(new byte[0]), Digest.ofRaw(Merkle.emptyRoot()));
    assertEquals(Digest.of(new byte[0]), Digest.ofRaw(Merkle.root((_, _) -> new byte[32], 0)));
    assertEquals(Digest.of(new byte[0]), Digest.ofRaw(new Peaks(0, List.of()).root()));
  }

  @Test
  void peaksGiveThePublishedRoots() {
    Peaks peaks = new Peaks(0, List.of());
    for (int i = 0; i < KNOWN_LEAVES.size(); i++) {
      peaks.add(Merkle.leaf(HexFormat.of().parseHex(KNOWN_LEAVES.get(i))));
      assertEquals(KNOWN_ROOTS.get(i), HexFormat.of().formatHex(peaks.root()));
    }
  }

  @Test
  void nodesGiveThePublishedRoots() {
    List<byte[]> known =
        KNOWN_LEAVES.stream().map(hex -> Merkle.leaf(HexFormat.of().parseHex(hex))).toList();
    for (int size = 1; size <= known.size(); size++) {
      assertEquals(
          KNOWN_ROOTS.get(size - 1), HexFormat.of().formatHex(Merkle.root(nodes(known), size)));
    }
  }

  @Test
  void everyRootIsTheOneOfTheDefinition() {
    Peaks peaks = new Peaks(0, List.of());
    for (int size = 1; size <= SIZE_MAX; size++) {
      peaks.add(leaves.get(size - 1));
      byte[] expected = definition(leaves.subList(0, size));
      assertArrayEquals(expected, Merkle.root(nodes(leaves), size));
      assertArrayEquals(expected, peaks.root());
      assertArrayEquals(expected, new Peaks(size, Merkle.peaks(nodes(leaves), size)).root());
    }
  }

  @Test
  void copiedPeaksGrowApart() {
    Peaks peaks = new Peaks(0, List.of());
    peaks.add(leaves.get(0));
    Peaks copy = peaks.copy();
    copy.add(leaves.get(1));
    assertEquals(1, peaks.size());
    assertArrayEquals(leaves.get(0), peaks.root());
    assertArrayEquals(Merkle.node(leaves.get(0), leaves.get(1)), copy.root());
  }

  @Test
  void everyInclusionProofIsTheOneOfTheDefinitionAndVerifies() {
    for (int size = 1; size <= SIZE_MAX; size++) {
      Digest root = Digest.ofRaw(definition(leaves.subList(0, size)));
      for (int index = 0; index < size; index++) {
        List<Digest> path = digests(Merkle.inclusion(nodes(leaves), index, size));
        assertEquals(digests(pathDefinition(index, leaves.subList(0, size))), path);
        assertTrue(new InclusionProof(index, size, path).verify(entries.get(index), root));
      }
    }
  }

  @Test
  void noInclusionProofVerifiesForAnotherEntryIndexSizeOrRoot() {
    for (int size = 2; size <= 20; size++) {
      Digest root = Digest.ofRaw(definition(leaves.subList(0, size)));
      for (int index = 0; index < size; index++) {
        List<Digest> path = digests(Merkle.inclusion(nodes(leaves), index, size));
        byte[] entry = entries.get(index);
        assertFalse(new InclusionProof(index, size, path).verify(entries.get(63), root));
        assertFalse(new InclusionProof(index, size, path).verify(entry, Digest.of("other")));
        for (int other = 0; other < size; other++) {
          boolean same = other == index;
          assertEquals(same, new InclusionProof(other, size, path).verify(entry, root));
        }
        assertFalse(
            new InclusionProof(index, size, path.subList(1, path.size())).verify(entry, root));
      }
    }
  }

  @Test
  void everyFlippedBitBreaksAnInclusionProof() {
    Digest root = Digest.ofRaw(definition(leaves.subList(0, 13)));
    List<Digest> path = digests(Merkle.inclusion(nodes(leaves), 5, 13));
    for (int i = 0; i < path.size(); i++) {
      for (int bit = 0; bit < 256; bit++) {
        List<Digest> changed = new ArrayList<>(path);
        changed.set(i, Digest.ofRaw(Mutations.flip(path.get(i).raw(), bit)));
        assertFalse(new InclusionProof(5, 13, changed).verify(entries.get(5), root));
      }
    }
  }

  @Test
  void everyConsistencyProofIsTheOneOfTheDefinitionAndVerifies() {
    for (int second = 1; second <= SIZE_MAX; second++) {
      Digest newer = Digest.ofRaw(definition(leaves.subList(0, second)));
      for (int first = 1; first <= second; first++) {
        Digest older = Digest.ofRaw(definition(leaves.subList(0, first)));
        List<Digest> path = digests(Merkle.consistency(nodes(leaves), first, second));
        List<byte[]> expected =
            first == second ? List.of() : proofDefinition(first, leaves.subList(0, second), true);
        assertEquals(digests(expected), path);
        assertTrue(new ConsistencyProof(first, second, path).verify(older, newer));
      }
    }
  }

  @Test
  void everyTreeContinuesTheEmptyOne() {
    Digest empty = Digest.ofRaw(Merkle.emptyRoot());
    Digest root = Digest.ofRaw(definition(leaves.subList(0, 7)));
    assertTrue(new ConsistencyProof(0, 7, List.of()).verify(empty, root));
    assertFalse(new ConsistencyProof(0, 7, List.of()).verify(root, root));
    assertFalse(new ConsistencyProof(0, 7, List.of(root)).verify(empty, root));
  }

  @Test
  void noConsistencyProofVerifiesForOtherRoots() {
    for (int second = 2; second <= 24; second++) {
      Digest newer = Digest.ofRaw(definition(leaves.subList(0, second)));
      for (int first = 1; first < second; first++) {
        Digest older = Digest.ofRaw(definition(leaves.subList(0, first)));
        ConsistencyProof proof =
            new ConsistencyProof(
                first, second, digests(Merkle.consistency(nodes(leaves), first, second)));
        assertFalse(proof.verify(Digest.of("other"), newer));
        assertFalse(proof.verify(older, Digest.of("other")));
        assertFalse(proof.verify(newer, older));
      }
    }
  }

  @Test
  void everyFlippedBitBreaksAConsistencyProof() {
    Digest older = Digest.ofRaw(definition(leaves.subList(0, 6)));
    Digest newer = Digest.ofRaw(definition(leaves.subList(0, 21)));
    List<Digest> path = digests(Merkle.consistency(nodes(leaves), 6, 21));
    for (int i = 0; i < path.size(); i++) {
      for (int bit = 0; bit < 256; bit += 3) {
        List<Digest> changed = new ArrayList<>(path);
        changed.set(i, Digest.ofRaw(Mutations.flip(path.get(i).raw(), bit)));
        assertFalse(new ConsistencyProof(6, 21, changed).verify(older, newer));
      }
    }
  }

  @Test
  void shortenedConsistencyProofsDoNotVerify() {
    Digest older = Digest.ofRaw(definition(leaves.subList(0, 6)));
    Digest newer = Digest.ofRaw(definition(leaves.subList(0, 21)));
    List<Digest> path = digests(Merkle.consistency(nodes(leaves), 6, 21));
    for (int length = 0; length < path.size(); length++) {
      assertFalse(new ConsistencyProof(6, 21, path.subList(0, length)).verify(older, newer));
    }
    List<Digest> longer = new ArrayList<>(path);
    longer.add(newer);
    assertFalse(new ConsistencyProof(6, 21, longer).verify(older, newer));
  }

  @Test
  void proofsOfNonsenseAreNotMade() {
    assertThrows(IllegalArgumentException.class, () -> new InclusionProof(3, 3, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new InclusionProof(-1, 3, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new ConsistencyProof(4, 3, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new ConsistencyProof(-1, 3, List.of()));
  }

  @Test
  void leavesAndNodesHashApart() {
    byte[] left = leaves.get(0);
    byte[] right = leaves.get(1);
    byte[] both = Arrays.copyOf(left, 64);
    System.arraycopy(right, 0, both, 32, 32);
    assertFalse(Arrays.equals(Merkle.node(left, right), Merkle.leaf(both)));
  }

  /** MTH of RFC 6962, section 2.1, over leaf hashes. */
  private static byte[] definition(List<byte[]> hashes) {
    if (hashes.size() == 1) {
      return hashes.getFirst();
    }
    int k = Integer.highestOneBit(hashes.size() - 1);
    return Merkle.node(
        definition(hashes.subList(0, k)), definition(hashes.subList(k, hashes.size())));
  }

  /** PATH of RFC 6962, section 2.1.1. */
  private static List<byte[]> pathDefinition(int index, List<byte[]> hashes) {
    if (hashes.size() == 1) {
      return List.of();
    }
    int k = Integer.highestOneBit(hashes.size() - 1);
    List<byte[]> left = hashes.subList(0, k);
    List<byte[]> right = hashes.subList(k, hashes.size());
    return index < k
        ? plus(pathDefinition(index, left), definition(right))
        : plus(pathDefinition(index - k, right), definition(left));
  }

  /** SUBPROOF of RFC 6962, section 2.1.2. */
  private static List<byte[]> proofDefinition(int m, List<byte[]> hashes, boolean whole) {
    if (m == hashes.size()) {
      return whole ? List.of() : List.of(definition(hashes));
    }
    int k = Integer.highestOneBit(hashes.size() - 1);
    List<byte[]> left = hashes.subList(0, k);
    List<byte[]> right = hashes.subList(k, hashes.size());
    return m <= k
        ? plus(proofDefinition(m, left, whole), definition(right))
        : plus(proofDefinition(m - k, right, false), definition(left));
  }

  private static List<byte[]> plus(List<byte[]> list, byte[] last) {
    List<byte[]> out = new ArrayList<>(list);
    out.add(last);
    return out;
  }

  private static Merkle.Nodes nodes(List<byte[]> hashes) {
    return (level, index) -> {
      int from = (int) (index << level);
      return definition(hashes.subList(from, from + (1 << level)));
    };
  }

  private static List<Digest> digests(List<byte[]> hashes) {
    return hashes.stream().map(Digest::ofRaw).toList();
  }
}
