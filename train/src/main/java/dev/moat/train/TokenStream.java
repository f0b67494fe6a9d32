package dev.moat.train;

import dev.moat.engine.Batch;
import dev.moat.engine.Tokenizer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * All tokens of a corpus in one row, a separator before each text, cut into windows that are read
 * in a new random order each time round.
 */
final class TokenStream {
  private final int[] tokens;
  private final long seed;
  private int[] order = {};
  private long orderRound = -1;
  private int orderWindow;

  TokenStream(int[] tokens, long seed) {
    this.tokens = tokens;
    this.seed = seed;
  }

  /** Encodes texts and joins them. */
  static int[] join(Iterable<String> texts, Tokenizer tokenizer, int separator) {
    int[] out = new int[1 << 16];
    int size = 0;
    for (String text : texts) {
      int[] encoded = tokenizer.encode(text);
      if (size + encoded.length + 1 > out.length) {
        out = Arrays.copyOf(out, Math.max(out.length * 2, size + encoded.length + 1));
      }
      out[size++] = separator;
      System.arraycopy(encoded, 0, out, size, encoded.length);
      size += encoded.length;
    }
    return Arrays.copyOf(out, size);
  }

  /**
   * A batch of windows: those after the first {@code tokensRead} tokens of the endless random
   * sequence of windows of this length.
   */
  Batch batch(long tokensRead, int rows, int window) {
    int[][] read = new int[rows][];
    int[][] targets = new int[rows][];
    for (int i = 0; i < rows; i++) {
      int start = start(tokensRead / window + i, window);
      read[i] = Arrays.copyOfRange(tokens, start, start + window);
      targets[i] = Arrays.copyOfRange(tokens, start + 1, start + window + 1);
    }
    return new Batch(read, targets);
  }

  private int start(long index, int window) {
    int windows = (tokens.length - 1) / window;
    if (windows < 1) {
      throw new IllegalArgumentException(
          "a corpus of " + tokens.length + " tokens has no window of " + window);
    }
    long round = index / windows;
    if (round != orderRound || window != orderWindow) {
      orderRound = round;
      orderWindow = window;
      order = shuffled(windows, new SplittableRandom((seed * 31 + window) * 31 + round));
    }
    return order[(int) (index % windows)] * window;
  }

  private static int[] shuffled(int count, SplittableRandom random) {
    int[] out = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      out[i] = out[j];
      out[j] = i;
    }
    return out;
  }
}
