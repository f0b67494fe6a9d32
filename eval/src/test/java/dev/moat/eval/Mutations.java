package dev.moat.eval;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Changes bytes at random, for fuzzing. */
final class Mutations {
  private static final byte[] INTERESTING =
      "\"\\{}[]:,-.0919eEnulltrue\0\u007f".getBytes(StandardCharsets.US_ASCII);
  private static final int CHANGES_MAX = 4;

  private Mutations() {}

  static byte[] of(byte[] original, RandomGenerator random) {
    byte[] out = original.clone();
    int changes = random.nextInt(1, CHANGES_MAX + 1);
    for (int i = 0; i < changes && out.length > 0; i++) {
      out = changed(out, random);
    }
    return out;
  }

  private static byte[] changed(byte[] bytes, RandomGenerator random) {
    int place = random.nextInt(bytes.length);
    byte[] out = bytes.clone();
    return switch (random.nextInt(5)) {
      case 0 -> {
        out[place] ^= (byte) (1 << random.nextInt(8));
        yield out;
      }
      case 1 -> {
        out[place] = INTERESTING[random.nextInt(INTERESTING.length)];
        yield out;
      }
      case 2 -> Arrays.copyOf(bytes, place);
      case 3 -> {
        System.arraycopy(bytes, place, out, 0, bytes.length - place);
        yield Arrays.copyOf(out, bytes.length - place);
      }
      default -> {
        int from = random.nextInt(bytes.length);
        int length = Math.min(random.nextInt(16), bytes.length - Math.max(from, place));
        System.arraycopy(bytes, from, out, place, length);
        yield out;
      }
    };
  }
}
