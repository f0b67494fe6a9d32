package dev.moat.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.engine.Model;
import dev.moat.engine.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BaseTrainingTest {
  private static final int[] CORPUS =
      TokenStream.join(
          List.of("while (true) { wait(); }\n".repeat(40), "int a = 1;\n".repeat(60)),
          Bytes.TOKENIZER,
          0);

  @TempDir Path folder;

  private static BaseSettings settings(long steps, double seconds) {
    return new BaseSettings(Bytes.CONFIG, 0.02, 0.01, 32, 128, steps, seconds, 3, 1);
  }

  /** A clock that moves by whole seconds, one each time it is read. */
  private static InstantSource ticking(long seconds) {
    AtomicLong now = new AtomicLong();
    return () -> Instant.ofEpochSecond(seconds * now.getAndIncrement());
  }

  private List<BaseTraining.Step> run(
      BaseSettings settings, String checkpoint, InstantSource clock) {
    List<BaseTraining.Step> steps = new ArrayList<>();
    try (BaseTraining training =
        new BaseTraining(settings, CORPUS, folder.resolve(checkpoint), clock)) {
      training.run(steps::add);
    }
    return steps;
  }

  private static float[] values(Model model, String name) {
    Tensor tensor = Map.copyOf(model.parameters()).get(name);
    if (tensor == null) {
      throw new IllegalStateException(name);
    }
    return tensor.values();
  }

  @Test
  void learns() {
    List<BaseTraining.Step> steps = run(settings(60, 1e9), "a", ticking(0));
    assertEquals(60, steps.size());
    assertTrue(steps.getFirst().loss() > 5);
    assertTrue(steps.getLast().loss() < 2.5, "loss " + steps.getLast().loss());
    assertEquals(60 * 128, steps.getLast().tokens());
  }

  @Test
  void endsByTheClockWhateverTheSteps() {
    List<BaseTraining.Step> steps = run(settings(1_000_000, 100), "a", ticking(5));
    assertEquals(20, steps.size());
    assertEquals(100, steps.getLast().seconds());
    assertEquals(1, steps.getLast().progress());
  }

  @Test
  void takesTheWholeDeviationAway() {
    List<BaseTraining.Step> steps = run(settings(10, 1e9), "a", ticking(0));
    assertEquals(1, steps.getLast().progress(), 1e-12);
    assertTrue(steps.stream().allMatch(step -> step.norm() > 0));
  }

  @Test
  void resumesToTheSameBits() {
    BaseSettings settings = settings(12, 1e9);
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    try (BaseTraining through = new BaseTraining(settings, CORPUS, whole, ticking(0))) {
      through.run(step -> assertTrue(step.number() <= 12));
      assertThrows(
          IllegalStateException.class,
          () -> {
            try (BaseTraining killed = new BaseTraining(settings, CORPUS, parts, ticking(400))) {
              killed.run(
                  step -> {
                    if (step.number() == 7) {
                      throw new IllegalStateException("killed");
                    }
                  });
            }
          });
      List<Long> numbers = new ArrayList<>();
      try (BaseTraining resumed = new BaseTraining(settings, CORPUS, parts, ticking(0))) {
        resumed.run(step -> numbers.add(step.number()));
        assertTrue(numbers.getFirst() > 1, "began at step " + numbers.getFirst());
        for (String name : Bytes.CONFIG.parameterNames()) {
          assertArrayEquals(values(through.model(), name), values(resumed.model(), name), name);
        }
      }
      assertEquals(12, numbers.getLast());
    }
  }

  @Test
  void aFinishedRunHasNothingLeftToDo() {
    assertEquals(5, run(settings(5, 1e9), "a", ticking(0)).size());
    assertEquals(0, run(settings(5, 1e9), "a", ticking(0)).size());
    assertEquals(3, run(settings(8, 1e9), "a", ticking(0)).size());
  }

  @Test
  void refusesTheCheckpointOfAnotherModel() throws IOException {
    run(settings(1, 1e9), "a", ticking(0));
    BaseSettings other = new BaseSettings(Bytes.config(128, 0), 0.02, 0.01, 32, 128, 2, 1e9, 3, 1);
    assertEquals(1, runWith(other, folder.resolve("a")));
    Files.writeString(folder.resolve("b"), "not safetensors at all");
    Failure failure = assertThrows(Failure.class, () -> run(settings(1, 1e9), "b", ticking(0)));
    assertTrue(failure.getMessage().startsWith("b "), failure.getMessage());
  }

  private static int runWith(BaseSettings settings, Path checkpoint) {
    List<BaseTraining.Step> steps = new ArrayList<>();
    try (BaseTraining training = new BaseTraining(settings, CORPUS, checkpoint, ticking(0))) {
      training.run(steps::add);
    }
    return steps.size();
  }

  @Test
  void readsShortRowsFirstAndFullOnesLast() {
    BaseSettings settings = settings(10, 1e9);
    assertEquals(8, settings.rowLength(0));
    assertEquals(8, settings.rowLength(0.44));
    assertEquals(16, settings.rowLength(0.45));
    assertEquals(16, settings.rowLength(0.79));
    assertEquals(32, settings.rowLength(0.8));
    assertEquals(32, settings.rowLength(1));
  }

  @Test
  void refusesBatchesThatAreNoWholeWindows() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new BaseSettings(Bytes.CONFIG, 0.02, 0.01, 32, 100, 1, 1, 3, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new BaseSettings(Bytes.CONFIG, 0.02, 0.01, 128, 128, 1, 1, 3, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new BaseSettings(Bytes.CONFIG, 0.02, 0.01, 6, 12, 1, 1, 3, 1));
    assertEquals(64, new BaseSettings(Bytes.CONFIG, 0.02, 0.01, 64, 64, 1, 1, 3, 1).window());
  }
}
