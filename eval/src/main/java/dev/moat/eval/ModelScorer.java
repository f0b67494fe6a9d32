package dev.moat.eval;

import dev.moat.engine.Adapter;
import dev.moat.engine.Batch;
import dev.moat.engine.BitsPerByte;
import dev.moat.engine.Differentiation;
import dev.moat.engine.Model;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.Tokenizer;
import java.util.List;
import java.util.Optional;

/** Scores texts by the forward pass of a local model; one thread at a time. */
final class ModelScorer implements TextScorer, AutoCloseable {
  private static final int ROWS = 32;

  private final Differentiation pass;
  private final BitsPerByte windows;
  private final Tokenizer tokenizer;
  private final ModelConfig config;

  ModelScorer(Model model, Optional<Adapter> adapter, Tokenizer tokenizer, int threads) {
    pass = new Differentiation(model, adapter, threads);
    config = model.config();
    windows = new BitsPerByte(pass, config, tokenizer);
    this.tokenizer = tokenizer;
  }

  @Override
  public Cost cost(String text) {
    BitsPerByte.Score score = windows.score(text);
    return new Cost(score.bits(), score.bytes(), tokenizer.encode(text).length);
  }

  @Override
  public double[] bits(List<String> texts) {
    double[] bits = new double[texts.size()];
    for (int start = 0; start < bits.length; start += ROWS) {
      List<String> some = texts.subList(start, Math.min(bits.length, start + ROWS));
      float[][] losses = pass.tokenLosses(Batch.shifted(rows(some)));
      for (int row = 0; row < losses.length; row++) {
        bits[start + row] = sum(losses[row]) / Math.log(2);
      }
    }
    return bits;
  }

  /** The token that starts a text, then the text; as much of it as the context takes. */
  private int[][] rows(List<String> texts) {
    int first = config.beginToken() >= 0 ? config.beginToken() : config.endToken();
    int[][] rows = new int[texts.size()][];
    for (int row = 0; row < rows.length; row++) {
      int[] tokens = tokenizer.encode(texts.get(row));
      int length = Math.min(tokens.length + 1, config.contextLength());
      rows[row] = new int[length];
      rows[row][0] = first;
      System.arraycopy(tokens, 0, rows[row], 1, length - 1);
    }
    return rows;
  }

  private static double sum(float[] losses) {
    double sum = 0;
    for (float loss : losses) {
      sum += loss;
    }
    return sum;
  }

  @Override
  public void close() {
    pass.close();
  }
}
