package dev.moat.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class LossCurveTest {
  @Test
  void aFallingLossIsAFallingLine() {
    LossCurve curve = new LossCurve();
    for (double loss : new double[] {8, 6, 4, 1}) {
      curve.add(loss);
    }
    assertEquals("█▆▄▁", curve.toString());
  }

  @Test
  void aSteadyLossIsFlat() {
    LossCurve curve = new LossCurve();
    curve.add(2);
    curve.add(2);
    assertEquals("▁▁", curve.toString());
  }

  @Test
  void aLongRunStaysOneShortLineFromHighToLow() {
    LossCurve curve = new LossCurve();
    for (int step = 0; step < 10_000; step++) {
      curve.add(10.0 - step / 1_000.0);
    }
    String line = curve.toString();
    assertTrue(line.length() <= 24, line);
    assertTrue(line.startsWith("█") && line.endsWith("▁"), line);
  }

  @Test
  void nothingYetIsAnEmptyLine() {
    assertEquals("", new LossCurve().toString());
  }
}
