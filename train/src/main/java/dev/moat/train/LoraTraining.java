package dev.moat.train;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.engine.AdamW;
import dev.moat.engine.Adapter;
import dev.moat.engine.Batch;
import dev.moat.engine.Differentiation;
import dev.moat.engine.Loss;
import dev.moat.engine.Model;
import dev.moat.engine.Tensor;
import dev.moat.engine.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * Tunes a low-rank adapter (Hu et al. 2021) of a frozen base model on texts: AdamW, a linear
 * warm-up and a cosine to a tenth of the rate, gradients clipped by their joint norm, the adapter
 * with the lowest validation loss kept.
 *
 * <p>The same texts, settings and base give the same bits, whatever the number of threads, and
 * however often the run was killed and resumed.
 */
public final class LoraTraining {
  private static final AdamW.Settings ADAM = new AdamW.Settings(0.9, 0.99, 1e-8, 0.0);
  private static final double LAST_RATE = 0.1;
  private static final Duration SAVE_EVERY = Duration.ofSeconds(5);

  private final Model base;
  private final Tokenizer tokenizer;
  private final LoraSettings settings;
  private final Path folder;
  private final InstantSource clock;

  /** A run whose checkpoint lies in {@code folder}; the clock only decides when to save. */
  public LoraTraining(
      Model base, Tokenizer tokenizer, LoraSettings settings, Path folder, InstantSource clock) {
    this.base = base;
    this.tokenizer = tokenizer;
    this.settings = settings;
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * Tunes to the end, from the checkpoint if there is one of this very run.
   *
   * @param train texts to learn from
   * @param validation texts that decide which adapter is best and when to stop; may be none
   */
  public LoraOutcome run(List<String> train, List<String> validation, TrainingProgress progress) {
    LoraTexts texts = new LoraTexts(train, validation, base.config(), tokenizer, settings);
    Adapter adapter = Adapter.initial(base.config(), settings.adapter(), settings.seed());
    String fingerprint =
        settings.fingerprint() + " " + texts.digest() + " " + base.config() + " " + weights();
    try (Differentiation differentiation =
        new Differentiation(base, Optional.of(adapter), settings.threads())) {
      return new Run(texts, adapter, differentiation, new LoraCheckpoint(folder, fingerprint))
          .toEnd(progress);
    }
  }

  /** A digest of the base's weights: a checkpoint over other weights is of another run. */
  private Digest weights() {
    Digest.Hasher hasher = new Digest.Hasher();
    ByteBuffer piece = ByteBuffer.allocate(1 << 16);
    for (Tensor tensor : base.parameters().values()) {
      hasher.field(tensor.name());
      for (float value : tensor.values()) {
        piece.putFloat(value);
        if (!piece.hasRemaining()) {
          hasher.update(piece.flip());
          piece.clear();
        }
      }
      hasher.update(piece.flip());
      piece.clear();
    }
    return hasher.digest();
  }

  /** One run over given texts. */
  private final class Run {
    private final LoraTexts texts;
    private final List<Batch> measuring;
    private final SortedMap<String, Tensor> matrices;
    private final Differentiation differentiation;
    private final LoraCheckpoint checkpoint;
    private final AdamW optimiser;
    private final Schedule schedule;
    private final long steps;
    private final long measureEvery;
    private final LoraState state;
    private Instant saved;

    Run(
        LoraTexts texts,
        Adapter adapter,
        Differentiation differentiation,
        LoraCheckpoint checkpoint) {
      this.texts = texts;
      this.differentiation = differentiation;
      this.checkpoint = checkpoint;
      matrices = adapter.parameters();
      measuring = texts.validation();
      steps = Math.min(settings.stepsMax(), (long) settings.epochs() * texts.stepsPerEpoch());
      measureEvery =
          Math.max(1, Math.min(steps, texts.stepsPerEpoch()) / settings.evaluationsPerEpoch());
      schedule =
          new Schedule(
              settings.warmupFraction(),
              settings.warmupFraction(),
              LAST_RATE,
              Schedule.Shape.COSINE);
      optimiser = new AdamW(matrices, ADAM);
      Optional<LoraState> restored = checkpoint.restore(matrices, optimiser);
      state = restored.orElseGet(() -> new LoraState(0));
      differentiation.weightsChanged();
      saved = clock.instant();
      if (restored.isEmpty()) {
        measure(Double.NaN);
      }
    }

    LoraOutcome toEnd(TrainingProgress progress) {
      while (state.steps() < steps && !isStopped()) {
        if (progress.cancelled()) {
          checkpoint.save(matrices, optimiser, state);
          throw new Failure(
              new Problem.Busy(
                  "tuning step " + state.steps() + ": cancelled; run it again to resume",
                  Duration.ZERO));
        }
        progress.stepped(step());
        if (Duration.between(saved, clock.instant()).abs().compareTo(SAVE_EVERY) >= 0) {
          checkpoint.save(matrices, optimiser, state);
          saved = clock.instant();
        }
      }
      return outcome();
    }

    private boolean isStopped() {
      return !measuring.isEmpty() && state.worse() >= settings.patience();
    }

    private TrainingProgress.Step step() {
      double rate = settings.learningRate() * schedule.at((state.steps() + 1.0) / (steps + 1));
      differentiation.zeroGradients();
      Loss loss = differentiation.gradients(texts.batch(state.steps()));
      requireFinite(loss);
      Gradients.clip(differentiation.gradients(), settings.clip());
      optimiser.step(differentiation.gradients(), rate);
      differentiation.weightsChanged();
      state.stepped();
      boolean due = state.steps() % measureEvery == 0 || state.steps() == steps;
      return new TrainingProgress.Step(
          state.steps(),
          steps,
          loss.mean(),
          rate,
          due ? measure(loss.mean()) : OptionalDouble.empty());
    }

    /** One step over such a loss and every matrix is lost: better to end than to compute on. */
    private void requireFinite(Loss loss) {
      if (!Double.isFinite(loss.mean())) {
        throw Failure.invalid(
            "tuning step "
                + state.steps()
                + ": the loss is "
                + loss.mean()
                + "; lower the learning rate, or get a base model whose weights are intact");
      }
    }

    private OptionalDouble measure(double trainLoss) {
      Loss sum = new Loss(0, 0);
      for (Batch batch : measuring) {
        sum = sum.plus(differentiation.evaluate(batch));
      }
      if (!measuring.isEmpty()) {
        requireFinite(sum);
      }
      state.curve().add(new LoraOutcome.Point(state.steps(), trainLoss, sum.mean()));
      if (measuring.isEmpty()) {
        return OptionalDouble.empty();
      }
      state.measured(sum.mean(), matrices);
      return OptionalDouble.of(sum.mean());
    }

    private LoraOutcome outcome() {
      SortedMap<String, Tensor> chosen = state.best().isEmpty() ? matrices : state.best();
      return new LoraOutcome(
          Adapter.of(base.config(), settings.adapter(), chosen),
          state.curve(),
          state.steps(),
          state.steps() * settings.batchRows() * settings.sequenceLength(),
          state.curve().getFirst().validation(),
          measuring.isEmpty() ? Double.NaN : state.bestLoss(),
          state.steps() < steps);
    }
  }
}
