package dev.moat.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.engine.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class LoraStateTest {
  private final Tensor matrix = new Tensor("a", new int[] {2}, new float[] {1, 2});
  private final SortedMap<String, Tensor> matrices = new TreeMap<>(Map.of("a", matrix));
  private final LoraState state = new LoraState(0);

  private float[] best() {
    return Optional.ofNullable(state.best().get("a")).orElseThrow().values();
  }

  @Test
  void beginsWithNothingMeasured() {
    assertEquals(0, state.steps());
    assertEquals(Double.POSITIVE_INFINITY, state.bestLoss());
    assertTrue(state.best().isEmpty() && state.curve().isEmpty());
  }

  @Test
  void keepsACopyOfTheBestMatrices() {
    state.stepped();
    state.measured(3, matrices);
    matrix.values()[0] = 9;
    assertArrayEquals(new float[] {1, 2}, best());
    assertEquals(1, state.bestStep());
    assertEquals(0, state.worse());
  }

  @Test
  void replacesTheBestOnlyByABetterOne() {
    state.measured(3, matrices);
    matrix.values()[0] = 7;
    state.measured(3, matrices);
    assertEquals(1, best()[0]);
    state.measured(2.5, matrices);
    assertEquals(7, best()[0]);
    assertEquals(2.5, state.bestLoss());
  }

  @Test
  void countsMeasurementsSinceTheBest() {
    state.measured(3, matrices);
    state.measured(4, matrices);
    state.measured(5, matrices);
    assertEquals(2, state.worse());
    state.measured(1, matrices);
    assertEquals(0, state.worse());
  }

  @Test
  void aLossThatIsNoNumberIsNeverTheBest() {
    state.measured(Double.NaN, matrices);
    assertTrue(state.best().isEmpty());
    assertEquals(1, state.worse());
  }

  @Test
  void takesOverTheBestOfACheckpoint() {
    LoraState restored = new LoraState(12);
    restored.restoreBest(1.5, 8, 2);
    assertEquals(12, restored.steps());
    assertEquals(1.5, restored.bestLoss());
    assertEquals(8, restored.bestStep());
    assertEquals(2, restored.worse());
  }
}
