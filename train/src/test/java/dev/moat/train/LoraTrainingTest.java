package dev.moat.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.engine.AdapterFiles;
import dev.moat.engine.LoraConfig;
import dev.moat.engine.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoraTrainingTest {
  private static final List<String> TRAIN =
      List.of("for (int i = 0; i < 10; i++) {}\n".repeat(12), "return size;\n".repeat(20));
  private static final List<String> VALIDATION = List.of("for (int k = 0; k < 9; k++) {}\n");

  @TempDir Path folder;

  private final Model base = Bytes.model();

  private static LoraSettings settings(int epochs, int patience, int threads) {
    return new LoraSettings(
        4,
        8,
        LoraConfig.ALL_PROJECTIONS,
        0.02,
        4,
        32,
        epochs,
        10_000,
        0.1,
        1,
        2,
        patience,
        9,
        threads);
  }

  /** A clock that is a minute later at each look, so that every step is saved. */
  private static InstantSource hasty() {
    AtomicLong minutes = new AtomicLong();
    return () -> Instant.EPOCH.plusSeconds(60 * minutes.incrementAndGet());
  }

  private LoraTraining training(LoraSettings settings, Path checkpoints) {
    return new LoraTraining(base, Bytes.TOKENIZER, settings, checkpoints, hasty());
  }

  private Path fresh(String name) {
    return folder.resolve(name);
  }

  private static void assertSame(LoraOutcome expected, LoraOutcome found) {
    Map<String, byte[]> files = AdapterFiles.write(found.adapter(), "base");
    AdapterFiles.write(expected.adapter(), "base")
        .forEach((name, bytes) -> assertArrayEquals(bytes, files.get(name), name));
    assertEquals(expected.curve(), found.curve());
    assertEquals(expected.steps(), found.steps());
    assertEquals(expected.validation(), found.validation());
    assertEquals(expected.stoppedEarly(), found.stoppedEarly());
  }

  /** Notes all steps; stops after some of them. */
  private static final class Follower implements TrainingProgress {
    private final List<Step> steps = new ArrayList<>();
    private final int most;

    Follower(int most) {
      this.most = most;
    }

    @Override
    public void stepped(Step step) {
      steps.add(step);
    }

    @Override
    public boolean cancelled() {
      return steps.size() >= most;
    }
  }

  @Test
  void lowersTheValidationLoss() {
    LoraOutcome outcome =
        training(settings(6, 3, 1), fresh("a")).run(TRAIN, VALIDATION, TrainingProgress.none());
    assertTrue(
        outcome.validation() < outcome.baseValidation() - 0.5,
        outcome.baseValidation() + " to " + outcome.validation());
    assertEquals(0, outcome.curve().getFirst().step());
  }

  @Test
  void theSameRunGivesTheSameBitsOnAnyNumberOfThreads() {
    LoraOutcome first =
        training(settings(2, 3, 1), fresh("a")).run(TRAIN, VALIDATION, TrainingProgress.none());
    for (int threads = 1; threads <= 3; threads++) {
      assertSame(
          first,
          training(settings(2, 3, threads), fresh("b" + threads))
              .run(TRAIN, VALIDATION, TrainingProgress.none()));
    }
  }

  @Test
  void anotherSeedGivesAnotherAdapter() {
    LoraSettings other =
        new LoraSettings(
            4, 8, LoraConfig.ALL_PROJECTIONS, 0.02, 4, 32, 1, 10_000, 0.1, 1, 2, 3, 10, 1);
    LoraOutcome first =
        training(settings(1, 3, 1), fresh("a")).run(TRAIN, VALIDATION, TrainingProgress.none());
    LoraOutcome second =
        training(other, fresh("b")).run(TRAIN, VALIDATION, TrainingProgress.none());
    assertFalse(first.validation() == second.validation());
  }

  @Test
  void aRunStoppedAtAnyStepResumesToTheSameBits() {
    LoraSettings settings = settings(2, 3, 1);
    LoraOutcome whole =
        training(settings, fresh("whole")).run(TRAIN, VALIDATION, TrainingProgress.none());
    for (int stop = 0; stop < whole.steps(); stop++) {
      Path checkpoints = fresh("stop" + stop);
      Follower follower = new Follower(stop);
      Failure failure =
          assertThrows(
              Failure.class,
              () -> training(settings, checkpoints).run(TRAIN, VALIDATION, follower));
      assertInstanceOf(Problem.Busy.class, failure.problem());
      assertEquals(stop, follower.steps.size());
      assertSame(
          whole, training(settings, checkpoints).run(TRAIN, VALIDATION, TrainingProgress.none()));
    }
  }

  @Test
  void aRunKilledBetweenSavesResumesToTheSameBits() {
    LoraSettings settings = settings(2, 3, 1);
    LoraOutcome whole =
        training(settings, fresh("whole")).run(TRAIN, VALIDATION, TrainingProgress.none());
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 5; round++) {
      Path checkpoints = fresh("kill" + round);
      int killAt = 1 + random.nextInt((int) whole.steps() - 1);
      assertThrows(
          IllegalStateException.class,
          () -> training(settings, checkpoints).run(TRAIN, VALIDATION, new Killer(killAt)));
      assertSame(
          whole, training(settings, checkpoints).run(TRAIN, VALIDATION, TrainingProgress.none()));
    }
  }

  /** Dies in a step, as a process might: nothing is saved then. */
  private record Killer(int at) implements TrainingProgress {
    @Override
    public void stepped(Step step) {
      if (step.number() == at) {
        throw new IllegalStateException("killed");
      }
    }

    @Override
    public boolean cancelled() {
      return false;
    }
  }

  @Test
  void aFinishedRunIsNotDoneAgain() {
    LoraSettings settings = settings(1, 3, 1);
    Path checkpoints = fresh("a");
    LoraOutcome first =
        training(settings, checkpoints).run(TRAIN, VALIDATION, TrainingProgress.none());
    Follower follower = new Follower(1_000);
    LoraOutcome again = training(settings, checkpoints).run(TRAIN, VALIDATION, follower);
    assertSame(first, again);
    assertEquals(0, follower.steps.size());
  }

  @Test
  void aCheckpointOfOtherTextsOrSettingsIsNotUsed() {
    Path checkpoints = fresh("a");
    training(settings(1, 3, 1), checkpoints).run(TRAIN, VALIDATION, TrainingProgress.none());
    Follower texts = new Follower(1_000);
    training(settings(1, 3, 1), checkpoints).run(TRAIN.reversed(), VALIDATION, texts);
    assertTrue(texts.steps.size() > 0);
    assertEquals(1, texts.steps.getFirst().number());
    Follower other = new Follower(1_000);
    training(settings(2, 3, 1), checkpoints).run(TRAIN.reversed(), VALIDATION, other);
    assertEquals(1, other.steps.getFirst().number());
  }

  @Test
  void aCheckpointOverOtherWeightsIsNotUsed() {
    LoraSettings settings = settings(2, 3, 1);
    Follower few = new Follower(3);
    assertThrows(Failure.class, () -> training(settings, fresh("a")).run(TRAIN, VALIDATION, few));
    Model other = Bytes.model();
    Arrays.stream(values(other)).forEach(tensor -> tensor[0] += 1f);
    LoraOutcome resumed =
        new LoraTraining(other, Bytes.TOKENIZER, settings, fresh("a"), hasty())
            .run(TRAIN, VALIDATION, TrainingProgress.none());
    LoraOutcome alone =
        new LoraTraining(other, Bytes.TOKENIZER, settings, fresh("b"), hasty())
            .run(TRAIN, VALIDATION, TrainingProgress.none());
    assertSame(alone, resumed);
  }

  @Test
  void aLossThatIsNoNumberEndsTheRun() {
    Model damaged = Bytes.model();
    values(damaged)[1][0] = Float.NaN;
    for (List<String> validation : List.of(VALIDATION, List.<String>of())) {
      LoraTraining training =
          new LoraTraining(damaged, Bytes.TOKENIZER, settings(2, 3, 1), fresh("a"), hasty());
      Failure failure =
          assertThrows(
              Failure.class, () -> training.run(TRAIN, validation, TrainingProgress.none()));
      assertTrue(
          failure.getMessage().contains("tuning step 0: the loss is NaN"), failure.getMessage());
    }
  }

  private static float[][] values(Model model) {
    return model.parameters().values().stream()
        .map(tensor -> tensor.values())
        .toArray(float[][]::new);
  }

  @Test
  void aDamagedCheckpointIsReportedNotUsed() throws IOException {
    Path checkpoints = fresh("a");
    LoraSettings settings = settings(1, 3, 1);
    training(settings, checkpoints).run(TRAIN, VALIDATION, TrainingProgress.none());
    Path file;
    try (var files = Files.list(checkpoints)) {
      file = files.findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    Failure failure =
        assertThrows(
            Failure.class,
            () -> training(settings, checkpoints).run(TRAIN, VALIDATION, TrainingProgress.none()));
    assertTrue(failure.getMessage().contains("lora-checkpoint.safetensors"), failure.getMessage());
  }

  @Test
  void stopsWhenTheValidationLossNoLongerFalls() {
    List<String> unlike = List.of("\u4f60\u597d\u4e16\u754c".repeat(8));
    LoraOutcome outcome =
        training(settings(200, 2, 1), fresh("a")).run(TRAIN, unlike, TrainingProgress.none());
    assertTrue(outcome.stoppedEarly());
    double best =
        outcome.curve().stream().mapToDouble(LoraOutcome.Point::validation).min().orElseThrow();
    assertEquals(best, outcome.validation());
    assertEquals(best, outcome.curve().get(outcome.curve().size() - 3).validation());
  }

  @Test
  void withoutValidationTextsTheLastAdapterCounts() {
    LoraOutcome outcome =
        training(settings(2, 1, 1), fresh("a")).run(TRAIN, List.of(), TrainingProgress.none());
    assertTrue(Double.isNaN(outcome.validation()));
    assertFalse(outcome.stoppedEarly());
    assertTrue(outcome.curve().getLast().loss() < outcome.curve().get(1).loss());
  }

  @Test
  void reportsEachStepWithItsRateAndLoss() {
    Follower follower = new Follower(1_000);
    LoraOutcome outcome = training(settings(2, 3, 1), fresh("a")).run(TRAIN, VALIDATION, follower);
    assertEquals(outcome.steps(), follower.steps.size());
    for (int i = 0; i < follower.steps.size(); i++) {
      TrainingProgress.Step step = follower.steps.get(i);
      assertEquals(i + 1, step.number());
      assertEquals(outcome.steps(), step.total());
      assertTrue(step.learningRate() > 0 && step.learningRate() <= 0.02);
      assertTrue(step.loss() > 0 && step.loss() < 10);
    }
    assertTrue(follower.steps.getLast().validation().isPresent());
    assertTrue(follower.steps.getLast().learningRate() < follower.steps.get(2).learningRate());
  }

  @Test
  void stopsAtTheMostSteps() {
    LoraSettings settings =
        new LoraSettings(4, 8, List.of("q_proj"), 0.02, 4, 32, 50, 3, 0.1, 1, 2, 3, 9, 1);
    LoraOutcome outcome =
        training(settings, fresh("a")).run(TRAIN, VALIDATION, TrainingProgress.none());
    assertEquals(3, outcome.steps());
    assertEquals(3 * 4 * 32, outcome.tokens());
  }

  @Test
  void leavesTheBaseAsItIs() {
    Model untouched = Bytes.model();
    training(settings(2, 3, 1), fresh("a")).run(TRAIN, VALIDATION, TrainingProgress.none());
    untouched
        .parameters()
        .forEach(
            (name, tensor) -> {
              var found = base.parameters().get(name);
              assertArrayEquals(tensor.values(), found == null ? null : found.values(), name);
            });
  }
}
