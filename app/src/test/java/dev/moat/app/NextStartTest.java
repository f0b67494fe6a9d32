package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NextStartTest {
  @TempDir Path home;

  @Test
  void leavesOutTheEngineAfterServingOnlyOtherServices() {
    new NextStart(home).serves(false);
    assertTrue(isOutsideOnly());
  }

  @Test
  void keepsTheEngineAfterServingAModelOfItsOwn() {
    new NextStart(home).serves(false);
    new NextStart(home).serves(true);
    assertFalse(isOutsideOnly());
  }

  @Test
  void keepsTheEngineOnceAPipelineRuns() {
    new NextStart(home).serves(false);
    new NextStart(home).needsEngine();
    assertFalse(isOutsideOnly());
  }

  private boolean isOutsideOnly() {
    return Files.exists(home.resolve("outside-only"));
  }
}
