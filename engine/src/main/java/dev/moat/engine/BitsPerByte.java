package dev.moat.engine;

import dev.moat.core.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures how many bits a model needs for each byte of a text, which compares models whatever
 * their tokenizers.
 *
 * <p>The model sees its end token (or its begin token, if it has one) and then the text. A text
 * longer than the context is read in windows that overlap by half, each token counted once, in the
 * first window that holds it: so all but the first tokens have at least half a context before them.
 */
public final class BitsPerByte {
  private static final int ROWS = 4;

  /** The bits that a model needs for a text, and the UTF-8 bytes of it. */
  public record Score(double bits, long bytes) {
    /** The ratio; not a number for an empty text. */
    public double bitsPerByte() {
      return bits / bytes;
    }

    /** Both texts together. */
    public Score plus(Score other) {
      return new Score(bits + other.bits, bytes + other.bytes);
    }
  }

  private final Differentiation model;
  private final Tokenizer tokenizer;
  private final int firstToken;
  private final int window;

  /** Measures by the forward pass of {@code model}. */
  public BitsPerByte(Differentiation model, ModelConfig config, Tokenizer tokenizer) {
    this(model, config, tokenizer, config.contextLength());
  }

  /** Measures in windows shorter than the model's context. */
  public BitsPerByte(
      Differentiation model, ModelConfig config, Tokenizer tokenizer, int windowTokens) {
    this.model = model;
    this.tokenizer = tokenizer;
    firstToken = config.beginToken() >= 0 ? config.beginToken() : config.endToken();
    window = Math.min(windowTokens, config.contextLength());
    if (firstToken < 0 || window < 2) {
      throw Failure.invalid(
          "bits per byte: the model has no begin or end token, or no context, to start a text with;"
              + " add bos_token_id or eos_token_id to config.json");
    }
  }

  /** The score of one text. */
  public Score score(String text) {
    int[] encoded = tokenizer.encode(text);
    int[] tokens = new int[encoded.length + 1];
    tokens[0] = firstToken;
    System.arraycopy(encoded, 0, tokens, 1, encoded.length);
    double nats = 0;
    List<int[]> rows = new ArrayList<>();
    List<int[]> targets = new ArrayList<>();
    int counted = 0;
    while (counted < encoded.length) {
      int end = Math.min(encoded.length, Math.max(window, counted + window / 2));
      int start = Math.max(0, end - window);
      int[] row = Arrays.copyOfRange(tokens, start, end);
      int[] target = Arrays.copyOfRange(tokens, start + 1, end + 1);
      Arrays.fill(target, 0, counted - start, Batch.IGNORED);
      rows.add(row);
      targets.add(target);
      counted = end;
      if (rows.size() == ROWS || counted == encoded.length) {
        nats += nats(new Batch(rows.toArray(int[][]::new), targets.toArray(int[][]::new)));
        rows.clear();
        targets.clear();
      }
    }
    return new Score(nats / Math.log(2), text.getBytes(StandardCharsets.UTF_8).length);
  }

  private double nats(Batch batch) {
    return model.evaluate(batch).sum();
  }
}
