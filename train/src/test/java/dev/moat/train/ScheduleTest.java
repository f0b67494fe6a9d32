package dev.moat.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ScheduleTest {
  private static final Schedule LINEAR = new Schedule(0.1, 0.5, 0.2, Schedule.Shape.LINEAR);
  private static final Schedule COSINE = new Schedule(0.1, 0.1, 0.1, Schedule.Shape.COSINE);

  @Test
  void warmsUpInAStraightLine() {
    assertEquals(0, LINEAR.at(0));
    assertEquals(0.5, LINEAR.at(0.05), 1e-12);
    assertEquals(1, LINEAR.at(0.1), 1e-12);
  }

  @Test
  void staysOnThePlateau() {
    assertEquals(1, LINEAR.at(0.1));
    assertEquals(1, LINEAR.at(0.3));
    assertEquals(1, LINEAR.at(0.5));
  }

  @Test
  void fallsInAStraightLineToItsEnd() {
    assertEquals(0.6, LINEAR.at(0.75), 1e-12);
    assertEquals(0.2, LINEAR.at(1), 1e-12);
  }

  @Test
  void fallsAsACosineToItsEnd() {
    assertEquals(0.55, COSINE.at(0.55), 1e-12);
    assertEquals(0.1, COSINE.at(1), 1e-12);
    double quarter = 0.1 + 0.9 * (1 + Math.cos(Math.PI / 4)) / 2;
    assertEquals(quarter, COSINE.at(0.1 + 0.9 / 4), 1e-12);
  }

  @Test
  void staysAtItsEndsOutsideOfTheRun() {
    assertEquals(LINEAR.at(0), LINEAR.at(-3));
    assertEquals(LINEAR.at(1), LINEAR.at(17));
  }

  @Test
  void mayHaveNoWarmUpAndNoFall() {
    Schedule flat = new Schedule(0, 1, 0, Schedule.Shape.LINEAR);
    for (double progress = 0; progress <= 1; progress += 0.125) {
      assertEquals(1, flat.at(progress));
    }
  }

  @Test
  void neverRisesAfterTheWarmUp() {
    for (Schedule schedule : new Schedule[] {LINEAR, COSINE}) {
      double before = 1;
      for (double progress = 0.1; progress <= 1; progress += 0.001) {
        double now = schedule.at(progress);
        assertTrue(now <= before + 1e-12, "at " + progress);
        before = now;
      }
    }
  }

  @Test
  void refusesSharesOutOfOrder() {
    for (double[] bad :
        new double[][] {{-0.1, 0.5, 0}, {0.5, 0.4, 0}, {0, 1.1, 0}, {0, 1, -1}, {0, 1, 2}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new Schedule(bad[0], bad[1], bad[2], Schedule.Shape.LINEAR));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new Schedule(Double.NaN, 1, 0, Schedule.Shape.COSINE));
  }
}
