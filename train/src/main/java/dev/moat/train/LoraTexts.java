package dev.moat.train;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.engine.Batch;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The texts of a tuning run as tokens: all texts in one row, a separator before each, cut into
 * windows. Each epoch reads them in another order, drawn from the seed.
 */
final class LoraTexts {
  /** Validation reads at most this much, so that measuring stays a small part of the run. */
  private static final int VALIDATION_TOKENS_MAX = 24_576;

  private final int[] train;
  private final int[] validation;
  private final LoraSettings settings;

  LoraTexts(
      List<String> train,
      List<String> validation,
      ModelConfig model,
      Tokenizer tokenizer,
      LoraSettings settings) {
    int separator = model.endToken() >= 0 ? model.endToken() : model.beginToken();
    if (separator < 0) {
      throw Failure.invalid(
          "tuning: the base model has no end token to put between texts;"
              + " add eos_token_id to its config.json");
    }
    if (settings.sequenceLength() > model.contextLength()) {
      throw Failure.invalid(
          "lora sequence-length: "
              + settings.sequenceLength()
              + " is more than the model's context "
              + model.contextLength()
              + "; choose at most that");
    }
    this.settings = settings;
    this.train = TokenStream.join(train, tokenizer, separator);
    int[] measured = TokenStream.join(validation, tokenizer, separator);
    this.validation = Arrays.copyOf(measured, Math.min(measured.length, VALIDATION_TOKENS_MAX));
    if (this.train.length < 2) {
      throw Failure.invalid("tuning: no text to learn from; give a dataset with documents");
    }
  }

  /** A digest of all tokens: a checkpoint of other texts is of no use. */
  Digest digest() {
    Digest.Hasher hasher = new Digest.Hasher();
    for (int[] tokens : List.of(train, validation)) {
      hasher.field(Arrays.toString(tokens));
    }
    return hasher.digest();
  }

  long trainTokens() {
    return train.length;
  }

  int stepsPerEpoch() {
    int windows = windows(train).size();
    return (windows + settings.batchRows() - 1) / settings.batchRows();
  }

  /** The batch of a step, counted from 0 over all epochs. */
  Batch batch(long step) {
    int perEpoch = stepsPerEpoch();
    SplittableRandom random = new SplittableRandom(settings.seed() * 31 + step / perEpoch);
    List<Window> windows = windows(train);
    shuffle(windows, random);
    int from = (int) (step % perEpoch) * settings.batchRows();
    return batch(train, windows, from);
  }

  /** The batches to measure by; none if there is nothing to measure. */
  List<Batch> validation() {
    List<Window> windows = windows(validation);
    List<Batch> out = new ArrayList<>();
    for (int from = 0; from < windows.size(); from += settings.batchRows()) {
      out.add(batch(validation, windows, from));
    }
    return out;
  }

  /** Positions from one up to, not including, another; the next token is the target of each. */
  private record Window(int from, int to) {}

  private Batch batch(int[] tokens, List<Window> windows, int from) {
    int rows = Math.min(settings.batchRows(), windows.size() - from);
    int[][] read = new int[rows][];
    int[][] targets = new int[rows][];
    for (int i = 0; i < rows; i++) {
      Window window = windows.get(from + i);
      read[i] = Arrays.copyOfRange(tokens, window.from, window.to);
      targets[i] = Arrays.copyOfRange(tokens, window.from + 1, window.to + 1);
    }
    return new Batch(read, targets);
  }

  private List<Window> windows(int[] tokens) {
    List<Window> out = new ArrayList<>();
    for (int from = 0; from + 1 < tokens.length; from += settings.sequenceLength()) {
      out.add(new Window(from, Math.min(tokens.length - 1, from + settings.sequenceLength())));
    }
    return out;
  }

  private static void shuffle(List<Window> windows, SplittableRandom random) {
    for (int i = windows.size() - 1; i > 0; i--) {
      Collections.swap(windows, i, random.nextInt(i + 1));
    }
  }
}
