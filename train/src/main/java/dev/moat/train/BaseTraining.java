package dev.moat.train;

import dev.moat.core.Failure;
import dev.moat.engine.AdamW;
import dev.moat.engine.Batch;
import dev.moat.engine.Differentiation;
import dev.moat.engine.Loss;
import dev.moat.engine.Model;
import dev.moat.engine.Muon;
import dev.moat.engine.Safetensors;
import dev.moat.engine.SafetensorsWriter;
import dev.moat.engine.Tensor;
import dev.moat.store.AtomicFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Trains a base model from scratch on a stream of tokens, with Muon for the matrices inside the
 * layers and AdamW for the rest.
 *
 * <p>The learning rate follows the share of the run that is done, by time or by steps, whichever is
 * further: so a run on a busy machine still ends, with its decay, when it must. The state is saved
 * every few minutes and a run goes on from it.
 */
public final class BaseTraining implements AutoCloseable {
  private static final Schedule SCHEDULE = new Schedule(0.02, 0.4, 0.0, Schedule.Shape.LINEAR);
  private static final double CLIP = 1.0;
  private static final double MOMENTUM = 0.95;
  private static final double MATRIX_DECAY = 0.02;
  private static final Duration SAVE_EVERY = Duration.ofMinutes(5);

  /** Receives each step of a run. */
  public interface Listener {
    /** A step was taken; rates and losses are those of this step. */
    void stepped(Step step);
  }

  /** One step of a run. */
  public record Step(
      long number, long tokens, double seconds, double progress, double loss, double norm) {}

  private final BaseSettings settings;
  private final Model model;
  private final Differentiation differentiation;
  private final Muon muon;
  private final AdamW adam;
  private final TokenStream stream;
  private final Path checkpoint;
  private final InstantSource clock;
  private long steps;
  private long tokens;
  private double secondsBefore;

  /** Starts a run, or goes on with the one that {@code checkpoint} holds. */
  public BaseTraining(BaseSettings settings, int[] corpus, Path checkpoint, InstantSource clock) {
    this.settings = settings;
    this.checkpoint = checkpoint;
    this.clock = clock;
    model = Model.random(settings.model(), settings.seed());
    differentiation = new Differentiation(model, Optional.empty(), settings.threads());
    SortedMap<String, Tensor> matrices = new TreeMap<>();
    SortedMap<String, Tensor> others = new TreeMap<>();
    model
        .parameters()
        .forEach(
            (name, tensor) -> {
              boolean inner =
                  settings.matrixRate() > 0
                      && name.startsWith("model.layers.")
                      && tensor.shape().length == 2;
              (inner ? matrices : others).put(name, tensor);
            });
    muon = new Muon(matrices, new Muon.Settings(MOMENTUM, MATRIX_DECAY), settings.threads());
    adam = new AdamW(others, new AdamW.Settings(0.9, 0.95, 1e-10, 0));
    stream = new TokenStream(corpus, settings.seed());
    if (Files.exists(checkpoint)) {
      resume();
    }
  }

  /** The model, as trained so far. */
  public Model model() {
    return model;
  }

  /** Forward and backward passes over the model, for measuring between steps. */
  public Differentiation differentiation() {
    return differentiation;
  }

  /** Trains to the end of the run. */
  public void run(Listener listener) {
    Instant start = clock.instant();
    double saved = 0;
    double seconds = secondsBefore;
    while (progress(seconds) < 1) {
      Step step = step(seconds);
      seconds = secondsBefore + Duration.between(start, clock.instant()).toMillis() / 1000.0;
      listener.stepped(
          new Step(steps, tokens, seconds, progress(seconds), step.loss(), step.norm()));
      if (seconds - saved > SAVE_EVERY.toSeconds()) {
        save(seconds);
        saved = seconds;
      }
    }
    save(seconds);
  }

  private double progress(double seconds) {
    return Math.max((double) steps / settings.stepsMax(), seconds / settings.secondsMax());
  }

  private Step step(double seconds) {
    double progress = progress(seconds);
    int row = settings.rowLength(progress);
    Batch batch = stream.batch(tokens, settings.tokensPerStep() / row, row);
    differentiation.zeroGradients();
    Loss loss = differentiation.gradients(batch);
    double norm = Gradients.clip(differentiation.gradients(), CLIP);
    steps++;
    double rate = SCHEDULE.at(progress + 1e-4);
    muon.step(differentiation.gradients(), settings.matrixRate() * rate);
    adam.step(differentiation.gradients(), settings.otherRate() * rate);
    differentiation.weightsChanged();
    tokens += settings.tokensPerStep();
    return new Step(steps, tokens, seconds, progress, loss.mean(), norm);
  }

  private void save(double seconds) {
    SortedMap<String, Tensor> all = new TreeMap<>(model.parameters());
    all.putAll(muon.state());
    all.putAll(adam.state());
    Map<String, String> metadata =
        Map.of(
            "steps", Long.toString(steps),
            "tokens", Long.toString(tokens),
            "seconds", Double.toString(seconds));
    AtomicFile.write(
        checkpoint, SafetensorsWriter.bytes(all, SafetensorsWriter.Type.F32, metadata));
  }

  private void resume() {
    Safetensors saved = Safetensors.map(checkpoint);
    Map<String, Tensor> tensors = new HashMap<>();
    for (String name : saved.names()) {
      tensors.put(name, saved.floats(name));
    }
    model
        .parameters()
        .forEach(
            (name, tensor) -> {
              Tensor from = tensors.get(name);
              if (from == null || from.values().length != tensor.values().length) {
                throw Failure.invalid(
                    checkpoint + ": is of another model (" + name + "); remove it to start anew");
              }
              System.arraycopy(from.values(), 0, tensor.values(), 0, tensor.values().length);
            });
    steps = Long.parseLong(saved.metadata().getOrDefault("steps", "0"));
    tokens = Long.parseLong(saved.metadata().getOrDefault("tokens", "0"));
    secondsBefore = Double.parseDouble(saved.metadata().getOrDefault("seconds", "0"));
    muon.restore(tensors);
    adam.restore(tensors, steps);
    differentiation.weightsChanged();
  }

  @Override
  public void close() {
    muon.close();
    differentiation.close();
  }
}
