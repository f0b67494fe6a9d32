package dev.moat.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.engine.AdamW;
import dev.moat.engine.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoraCheckpointTest {
  private static final String FILE = "lora-checkpoint.safetensors";

  @TempDir Path folder;

  private static SortedMap<String, Tensor> matrices(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SortedMap<String, Tensor> matrices = new TreeMap<>();
    for (String name : new String[] {"x.lora_A.weight", "x.lora_B.weight"}) {
      Tensor tensor = Tensor.zeros(name, 3, 4);
      for (int i = 0; i < 12; i++) {
        tensor.values()[i] = (float) random.nextGaussian();
      }
      matrices.put(name, tensor);
    }
    return matrices;
  }

  private static AdamW optimiser(SortedMap<String, Tensor> matrices) {
    return new AdamW(matrices, new AdamW.Settings(0.9, 0.99, 1e-8, 0));
  }

  private LoraCheckpoint checkpoint(String fingerprint) {
    return new LoraCheckpoint(folder, fingerprint);
  }

  private static LoraState advanced(SortedMap<String, Tensor> matrices) {
    LoraState state = new LoraState(0);
    state.stepped();
    state.stepped();
    state.measured(0.1 + 0.2, matrices);
    state.curve().add(new LoraOutcome.Point(0, Double.NaN, 1.0 / 3));
    state.curve().add(new LoraOutcome.Point(2, Math.PI, 0.1 + 0.2));
    return state;
  }

  private static void assertSameValues(
      SortedMap<String, Tensor> expected, SortedMap<String, Tensor> found) {
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach(
        (name, tensor) ->
            assertArrayEquals(
                tensor.values(),
                Optional.ofNullable(found.get(name)).orElseThrow().values(),
                name));
  }

  @Test
  void givesBackEveryBit() {
    SortedMap<String, Tensor> matrices = matrices(1);
    AdamW optimiser = optimiser(matrices);
    optimiser.step(matrices(2), 0.1);
    optimiser.step(matrices(3), 0.1);
    LoraState state = advanced(matrices);
    optimiser.step(matrices(4), 0.1);
    checkpoint("a").save(matrices, optimiser, state);

    SortedMap<String, Tensor> restored = matrices(9);
    AdamW restoredOptimiser = optimiser(restored);
    LoraState found = checkpoint("a").restore(restored, restoredOptimiser).orElseThrow();
    assertSameValues(matrices, restored);
    assertSameValues(optimiser.state(), restoredOptimiser.state());
    assertSameValues(state.best(), found.best());
    assertEquals(state.curve(), found.curve());
    assertEquals(state.bestLoss(), found.bestLoss());
    assertEquals(2, found.steps());
    assertEquals(2, found.bestStep());
    assertEquals(2, restoredOptimiser.steps());
  }

  @Test
  void worksBeforeAnythingWasMeasured() {
    SortedMap<String, Tensor> matrices = matrices(1);
    checkpoint("a").save(matrices, optimiser(matrices), new LoraState(0));
    LoraState found = checkpoint("a").restore(matrices(2), optimiser(matrices(2))).orElseThrow();
    assertTrue(found.best().isEmpty() && found.curve().isEmpty());
    assertEquals(Double.POSITIVE_INFINITY, found.bestLoss());
  }

  @Test
  void isNoneWithoutAFileOrOfAnotherRun() {
    SortedMap<String, Tensor> matrices = matrices(1);
    AdamW optimiser = optimiser(matrices);
    assertTrue(checkpoint("a").restore(matrices, optimiser).isEmpty());
    checkpoint("a").save(matrices, optimiser, advanced(matrices));
    SortedMap<String, Tensor> other = matrices(5);
    assertTrue(checkpoint("b").restore(other, optimiser(other)).isEmpty());
    assertSameValues(matrices(5), other);
  }

  @Test
  void replacesTheOneBefore() throws IOException {
    SortedMap<String, Tensor> matrices = matrices(1);
    AdamW optimiser = optimiser(matrices);
    checkpoint("a").save(matrices, optimiser, new LoraState(0));
    checkpoint("a").save(matrices, optimiser, advanced(matrices));
    assertEquals(2, checkpoint("a").restore(matrices, optimiser).orElseThrow().steps());
    try (var files = Files.list(folder)) {
      assertEquals(Set.of(FILE), Set.copyOf(files.map(f -> f.getFileName().toString()).toList()));
    }
  }

  @Test
  void reportsMatricesOfAnotherShape() {
    SortedMap<String, Tensor> matrices = matrices(1);
    checkpoint("a").save(matrices, optimiser(matrices), new LoraState(0));
    SortedMap<String, Tensor> larger = new TreeMap<>();
    larger.put("x.lora_A.weight", Tensor.zeros("x.lora_A.weight", 5, 5));
    Failure failure =
        assertThrows(Failure.class, () -> checkpoint("a").restore(larger, optimiser(larger)));
    assertTrue(failure.getMessage().contains("x.lora_A.weight"), failure.getMessage());
    assertTrue(failure.getMessage().contains("remove it"), failure.getMessage());
  }

  @Test
  void damageIsReportedOrChangesNoState() throws IOException {
    SortedMap<String, Tensor> matrices = matrices(1);
    checkpoint("a").save(matrices, optimiser(matrices), advanced(matrices));
    byte[] intact = Files.readAllBytes(folder.resolve(FILE));
    SplittableRandom random = new SplittableRandom(3);
    int reported = 0;
    for (int round = 0; round < 300; round++) {
      byte[] damaged = intact.clone();
      damaged[random.nextInt(600)] = (byte) random.nextInt(256);
      Files.write(folder.resolve(FILE), damaged);
      SortedMap<String, Tensor> target = matrices(2);
      try {
        checkpoint("a").restore(target, optimiser(target));
      } catch (Failure e) {
        reported++;
      } catch (NumberFormatException e) {
        throw new AssertionError("round " + round, e);
      }
    }
    assertTrue(reported > 100, "reported " + reported);
  }
}
