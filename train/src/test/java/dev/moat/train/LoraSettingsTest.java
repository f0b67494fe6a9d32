package dev.moat.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.engine.LoraConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LoraSettingsTest {
  /** Valid settings with one number of them replaced, counted from 0 in the record's order. */
  private static LoraSettings with(int field, double value) {
    double[] v = {4, 8, 0.01, 2, 16, 3, 100, 0.1, 1, 2, 3, 7, 1};
    if (field >= 0) {
      v[field] = value;
    }
    return new LoraSettings(
        (int) v[0],
        (float) v[1],
        List.of("q_proj"),
        v[2],
        (int) v[3],
        (int) v[4],
        (int) v[5],
        (long) v[6],
        v[7],
        v[8],
        (int) v[9],
        (int) v[10],
        (long) v[11],
        (int) v[12]);
  }

  private static void assertRefused(String name, int field, double... values) {
    for (double value : values) {
      Failure failure = assertThrows(Failure.class, () -> with(field, value), name + " " + value);
      assertTrue(failure.getMessage().startsWith("lora " + name), failure.getMessage());
    }
  }

  @Test
  void namesTheSettingThatIsOutOfBounds() {
    assertRefused("rank", 0, 0, -1);
    assertRefused("learning-rate", 2, 0, -1, Double.NaN, Double.POSITIVE_INFINITY);
    assertRefused("batch-rows", 3, 0, 4_097);
    assertRefused("sequence-length", 4, 1, (1 << 20) + 1);
    assertRefused("epochs", 5, 0, 10_001);
    assertRefused("steps-max", 6, 0);
    assertRefused("warmup-fraction", 7, -0.1, 1, Double.NaN);
    assertRefused("clip", 8, 0, Double.NaN);
    assertRefused("evaluations-per-epoch", 9, 0);
    assertRefused("patience", 10, 0);
    assertRefused("threads", 12, 0, 1_025);
  }

  @Test
  void takesTheBounds() {
    assertEquals(4_096, with(3, 4_096).batchRows());
    assertEquals(2, with(4, 2).sequenceLength());
    assertEquals(0, with(7, 0).warmupFraction());
  }

  @Test
  void givesTheAdaptersHyperparameters() {
    assertEquals(new LoraConfig(4, 8, List.of("q_proj")), with(-1, 0).adapter());
    Failure failure = assertThrows(Failure.class, () -> with(1, 0).adapter());
    assertTrue(failure.getMessage().contains("alpha"), failure.getMessage());
  }

  @Test
  void theStandardAdaptsEveryProjection() {
    LoraSettings standard = LoraSettings.standard(5, 2);
    assertEquals(LoraConfig.ALL_PROJECTIONS, standard.targetModules());
    assertEquals(5, standard.seed());
    assertEquals(2, standard.threads());
  }

  @Test
  void theFingerprintHoldsAllButTheThreads() {
    assertEquals(with(-1, 0).fingerprint(), with(12, 7).fingerprint());
    for (int field = 0; field < 12; field++) {
      double other = field == 7 ? 0.2 : 5;
      assertNotEquals(
          with(-1, 0).fingerprint(), with(field, other).fingerprint(), "field " + field);
    }
  }

  @Test
  void copiesTheModules() {
    List<String> modules = new ArrayList<>(List.of("q_proj"));
    LoraSettings settings =
        new LoraSettings(4, 8, modules, 0.01, 2, 16, 3, 100, 0.1, 1, 2, 3, 7, 1);
    modules.add("evil");
    assertEquals(List.of("q_proj"), settings.targetModules());
  }
}
