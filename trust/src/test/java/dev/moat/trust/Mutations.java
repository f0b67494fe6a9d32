package dev.moat.trust;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Makes damaged copies of bytes, as a seeded generator decides. */
final class Mutations {
  private Mutations() {}

  static byte[] mutate(byte[] bytes, RandomGenerator random) {
    byte[] out = bytes.clone();
    int rounds = 1 + random.nextInt(4);
    for (int i = 0; i < rounds && out.length > 0; i++) {
      int at = random.nextInt(out.length);
      switch (random.nextInt(5)) {
        case 0 -> out[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> out[at] = (byte) random.nextInt(256);
        case 2 -> out = Arrays.copyOf(out, at);
        case 3 -> out = insert(out, at, (byte) random.nextInt(256));
        default -> out = repeat(out, at, random.nextInt(1 + out.length - at));
      }
    }
    return out;
  }

  static byte[] flip(byte[] bytes, int bit) {
    byte[] out = bytes.clone();
    out[bit / 8] ^= (byte) (1 << (bit % 8));
    return out;
  }

  private static byte[] insert(byte[] bytes, int at, byte value) {
    byte[] out = Arrays.copyOf(bytes, bytes.length + 1);
    System.arraycopy(bytes, at, out, at + 1, bytes.length - at);
    out[at] = value;
    return out;
  }

  private static byte[] repeat(byte[] bytes, int at, int length) {
    byte[] out = Arrays.copyOf(bytes, bytes.length + length);
    System.arraycopy(bytes, at, out, at + length, bytes.length - at);
    return out;
  }
}
