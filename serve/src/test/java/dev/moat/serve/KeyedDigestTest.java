package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.store.KeyService;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyedDigestTest {
  private final KeyedDigest keyed = new KeyedDigest(new FakeKeys(), "test");

  /** A service that derives a key that is known from elsewhere. */
  private static KeyService deriving(byte[] key) {
    return new KeyService() {
      @Override
      public byte[] wrap(byte[] wrapped, byte[] context) {
        throw new UnsupportedOperationException();
      }

      @Override
      public byte[] unwrap(byte[] wrapped, byte[] context) {
        throw new UnsupportedOperationException();
      }

      @Override
      public byte[] derive(String purpose, int bytes) {
        assertEquals(32, bytes);
        return key;
      }
    };
  }

  @Test
  void isHmacOfTheLengthsAndTexts() {
    byte[] key = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    KeyedDigest known = new KeyedDigest(deriving(key), "any");
    byte[] inner = new byte[64 + 4 + 2 + 4];
    byte[] outer = new byte[64 + 32];
    for (int i = 0; i < 64; i++) {
      inner[i] = (byte) ((i < key.length ? key[i] : 0) ^ 0x36);
      outer[i] = (byte) ((i < key.length ? key[i] : 0) ^ 0x5C);
    }
    inner[67] = 2;
    inner[68] = 'h';
    inner[69] = 'i';
    System.arraycopy(Digest.of(inner).raw(), 0, outer, 64, 32);
    assertEquals(Digest.of(outer), known.of("hi", ""));
  }

  @Test
  void differsByPurposeInstallationAndText() {
    Digest one = keyed.of("a", "b");
    assertEquals(one, new KeyedDigest(new FakeKeys(), "test").of("a", "b"));
    assertNotEquals(one, new KeyedDigest(new FakeKeys(), "other").of("a", "b"));
    assertNotEquals(one, new KeyedDigest(new FakeKeys("elsewhere"), "test").of("a", "b"));
    assertNotEquals(one, keyed.of("b", "a"));
    assertNotEquals(one, keyed.of("a", "b", ""));
    assertNotEquals(one, keyed.of("ab"));
  }

  @Test
  void neverGivesTwoListsOfTextsOneDigest() {
    Random random = new Random(13);
    Set<String> lists = new HashSet<>();
    Set<Digest> digests = new HashSet<>();
    for (int round = 0; round < 5_000; round++) {
      String[] texts = new String[random.nextInt(4)];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = "ab".repeat(random.nextInt(3)) + (random.nextBoolean() ? "a" : "");
      }
      if (lists.add(texts.length + " " + String.join("|", texts))) {
        assertTrue(digests.add(keyed.of(texts)), String.join("|", texts));
      }
    }
    assertTrue(lists.size() > 100, "many were tried: " + lists.size());
  }

  @Test
  void fillsTheInterval() {
    int[] tenths = new int[10];
    for (int i = 0; i < 20_000; i++) {
      tenths[(int) (keyed.point("p", Integer.toString(i)) * 10)]++;
    }
    double chiSquare = 0;
    for (int count : tenths) {
      chiSquare += Math.pow(count - 2_000, 2) / 2_000;
    }
    // 9 degrees of freedom: one in a thousand is above 27.88, and the texts are fixed.
    assertTrue(chiSquare < 27.88, "spread: " + chiSquare);
  }
}
