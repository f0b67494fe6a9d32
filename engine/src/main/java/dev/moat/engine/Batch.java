package dev.moat.engine;

import dev.moat.core.Failure;
import java.util.Arrays;

/**
 * Rows of token ids with the target of each position; a target of {@link #IGNORED} is not counted.
 * Rows may differ in length.
 */
@SuppressWarnings("ArrayRecordComponent") // live arrays, never compared
public record Batch(int[][] tokens, int[][] targets) {
  /** The target of a position that does not count. */
  public static final int IGNORED = -1;

  public Batch {
    if (tokens.length != targets.length) {
      throw new IllegalArgumentException(
          tokens.length + " rows of tokens and " + targets.length + " rows of targets");
    }
    for (int row = 0; row < tokens.length; row++) {
      if (tokens[row].length == 0 || tokens[row].length != targets[row].length) {
        throw new IllegalArgumentException(
            "row "
                + row
                + " must have tokens and as many targets: "
                + tokens[row].length
                + ", "
                + targets[row].length);
      }
    }
  }

  /** Rows whose every position has the next token as its target, the last one none. */
  public static Batch shifted(int[][] tokens) {
    int[][] targets = new int[tokens.length][];
    for (int row = 0; row < tokens.length; row++) {
      int last = tokens[row].length - 1;
      targets[row] = new int[last + 1];
      for (int i = 0; i <= last; i++) {
        targets[row][i] = i < last ? tokens[row][i + 1] : IGNORED;
      }
    }
    return new Batch(tokens, targets);
  }

  /** The number of positions in all rows. */
  public int positions() {
    return Arrays.stream(tokens).mapToInt(row -> row.length).sum();
  }

  /** The number of targets that count. */
  public long counted() {
    return Arrays.stream(targets).flatMapToInt(Arrays::stream).filter(t -> t != IGNORED).count();
  }

  /** Fails unless the model can read every row, and all of them at once. */
  void requireFits(ModelConfig config) {
    long widest = Math.max(2L * config.intermediateSize(), 3L * config.heads() * config.headSize());
    if (tokens.length == 0 || positions() * widest > Integer.MAX_VALUE) {
      throw Failure.invalid(
          "batch: "
              + tokens.length
              + " rows with "
              + positions()
              + " tokens are none or too many at once; change the number of rows");
    }
    for (int row = 0; row < tokens.length; row++) {
      if (tokens[row].length > config.contextLength()) {
        throw Failure.invalid(
            "batch row "
                + row
                + ": "
                + tokens[row].length
                + " tokens are more than the context of "
                + config.contextLength()
                + "; split the text");
      }
      requireTokens(tokens[row], row, 0, config.vocabularySize());
      requireTokens(targets[row], row, IGNORED, config.vocabularySize());
    }
  }

  private static void requireTokens(int[] ids, int row, int least, int vocabulary) {
    for (int position = 0; position < ids.length; position++) {
      if (ids[position] < least || ids[position] >= vocabulary) {
        throw Failure.invalid(
            "batch row "
                + row
                + " position "
                + position
                + ": token "
                + ids[position]
                + " is not below the vocabulary size "
                + vocabulary
                + "; use the tokenizer of this model");
      }
    }
  }
}
