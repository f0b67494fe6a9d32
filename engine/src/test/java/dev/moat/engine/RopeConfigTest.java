package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class RopeConfigTest {
  @Test
  void frequenciesFallGeometricallyFromOne() {
    double[] frequencies = RopeConfig.of(10_000).inverseFrequencies(8);
    assertArrayEquals(new double[] {1, 0.1, 0.01, 0.001}, frequencies, 1e-12);
  }

  @Test
  void linearScalingDividesEach() {
    double[] plain = RopeConfig.of(500).inverseFrequencies(16);
    double[] scaled = new RopeConfig(500, new RopeConfig.Scaling.Linear(4)).inverseFrequencies(16);
    for (int i = 0; i < plain.length; i++) {
      assertEquals(plain[i] / 4, scaled[i], 1e-15);
    }
  }

  @Test
  void llama3KeepsHighAndDividesLowFrequencies() {
    RopeConfig.Scaling scaling = new RopeConfig.Scaling.Llama3(8, 1, 4, 8_192);
    double[] plain = RopeConfig.of(500_000).inverseFrequencies(128);
    double[] scaled = new RopeConfig(500_000, scaling).inverseFrequencies(128);
    assertEquals(plain[0], scaled[0]);
    assertEquals(plain[63] / 8, scaled[63]);
    for (int i = 1; i < plain.length; i++) {
      assertTrue(scaled[i] < scaled[i - 1], "frequency " + i);
      double turns = 8_192 * plain[i] / (2 * Math.PI);
      if (turns > 4) {
        assertEquals(plain[i], scaled[i]);
      } else if (turns < 1) {
        assertEquals(plain[i] / 8, scaled[i]);
      } else {
        double kept = (turns - 1) / 3;
        assertEquals(plain[i] * (kept + (1 - kept) / 8), scaled[i], 1e-15);
      }
    }
  }

  @Test
  void refusesBasesAndFactorsThatMeanNothing() {
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> RopeConfig.of(bad));
      assertThrows(IllegalArgumentException.class, () -> new RopeConfig.Scaling.Linear(bad));
      assertThrows(
          IllegalArgumentException.class, () -> new RopeConfig.Scaling.Llama3(bad, 1, 4, 8_192));
    }
    assertThrows(
        IllegalArgumentException.class, () -> new RopeConfig.Scaling.Llama3(8, 4, 4, 8_192));
    assertThrows(
        IllegalArgumentException.class, () -> new RopeConfig.Scaling.Llama3(8, 0, 4, 8_192));
    assertThrows(IllegalArgumentException.class, () -> new RopeConfig.Scaling.Llama3(8, 1, 4, 0));
    assertEquals(1, new RopeConfig.Scaling.Linear(1).factor());
  }
}
