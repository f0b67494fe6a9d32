package dev.moat.train;

import dev.moat.core.Failure;
import dev.moat.engine.LoraConfig;
import java.util.List;

/**
 * How an adapter is tuned.
 *
 * @param learningRate the peak, reached after the warm-up
 * @param batchRows rows of one step
 * @param sequenceLength tokens of one row
 * @param epochs how often the texts are read at most
 * @param stepsMax steps at most, whatever the epochs
 * @param warmupFraction the share of the steps that warm up
 * @param clip the largest joint norm of the gradients
 * @param evaluationsPerEpoch how often in an epoch the validation loss is measured
 * @param patience after how many measurements without a better loss tuning stops
 * @param threads threads that compute; the result does not depend on them
 */
public record LoraSettings(
    int rank,
    float alpha,
    List<String> targetModules,
    double learningRate,
    int batchRows,
    int sequenceLength,
    int epochs,
    long stepsMax,
    double warmupFraction,
    double clip,
    int evaluationsPerEpoch,
    int patience,
    long seed,
    int threads) {

  private static final int ROWS_MAX = 4_096;
  private static final int LENGTH_MAX = 1 << 20;
  private static final int EPOCHS_MAX = 10_000;
  private static final int THREADS_MAX = 1_024;

  /** Checks every bound; what an adapter can be is checked by {@link LoraConfig}. */
  public LoraSettings {
    targetModules = List.copyOf(targetModules);
    requireWithin("rank", rank, 1, Integer.MAX_VALUE);
    requireWithin("batch-rows", batchRows, 1, ROWS_MAX);
    requireWithin("sequence-length", sequenceLength, 2, LENGTH_MAX);
    requireWithin("epochs", epochs, 1, EPOCHS_MAX);
    requireWithin("steps-max", stepsMax, 1, Long.MAX_VALUE);
    requireWithin("evaluations-per-epoch", evaluationsPerEpoch, 1, EPOCHS_MAX);
    requireWithin("patience", patience, 1, EPOCHS_MAX);
    requireWithin("threads", threads, 1, THREADS_MAX);
    requirePositive("learning-rate", learningRate);
    requirePositive("clip", clip);
    if (!(warmupFraction >= 0) || !(warmupFraction < 1)) {
      throw Failure.invalid(
          "lora warmup-fraction: " + warmupFraction + " is not in [0, 1); choose 0.05 or so");
    }
  }

  /**
   * What tunes the base model that comes with Moat in little more than a minute on two cores: the
   * steps, not the size of the dataset, bound the time.
   */
  public static LoraSettings standard(long seed, int threads) {
    return new LoraSettings(
        16, 32, LoraConfig.ALL_PROJECTIONS, 8e-3, 4, 512, 2, 200, 0.05, 1, 4, 3, seed, threads);
  }

  /** The hyperparameters of the adapter itself. */
  public LoraConfig adapter() {
    return new LoraConfig(rank, alpha, targetModules);
  }

  /** Everything that the result depends on, as one text: the threads are not in it. */
  String fingerprint() {
    return new LoraSettings(
            rank,
            alpha,
            targetModules,
            learningRate,
            batchRows,
            sequenceLength,
            epochs,
            stepsMax,
            warmupFraction,
            clip,
            evaluationsPerEpoch,
            patience,
            seed,
            1)
        .toString();
  }

  private static void requireWithin(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw Failure.invalid(
          "lora " + name + ": " + value + " is not from " + least + " to " + most + "; correct it");
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw Failure.invalid("lora " + name + ": " + value + " is not above 0; correct it");
    }
  }
}
