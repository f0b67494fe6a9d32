package dev.moat.train;

import dev.moat.engine.ModelConfig;

/**
 * How a base model is trained from scratch.
 *
 * @param matrixRate peak learning rate of the layers' matrices, which Muon updates
 * @param otherRate peak learning rate of embeddings and norms, which AdamW updates
 * @param window the longest row, in tokens
 * @param tokensPerStep tokens in one batch, a multiple of the window
 * @param stepsMax after how many steps the run ends, if time does not end it before
 * @param secondsMax after how many seconds the run ends, if the steps do not end it before
 */
public record BaseSettings(
    ModelConfig model,
    double matrixRate,
    double otherRate,
    int window,
    int tokensPerStep,
    long stepsMax,
    double secondsMax,
    long seed,
    int threads) {

  private static final double SHORT_ROWS_UNTIL = 0.45;
  private static final double MIDDLE_ROWS_UNTIL = 0.8;

  public BaseSettings {
    if (window < 8
        || window % 4 != 0
        || window > model.contextLength()
        || tokensPerStep % window != 0) {
      throw new IllegalArgumentException(
          "a batch of "
              + tokensPerStep
              + " tokens is no multiple of the window "
              + window
              + ", or the window is longer than the context");
    }
  }

  /** The length of a row at a progress from 0 to 1: short rows first, since they cost less. */
  int rowLength(double progress) {
    if (progress < SHORT_ROWS_UNTIL) {
      return window / 4;
    }
    return progress < MIDDLE_ROWS_UNTIL ? window / 2 : window;
  }
}
