package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Values from Abramowitz and Stegun 1964, tables 26.1, 26.2 and 26.10. */
class DistributionsTest {
  @Test
  void normalMatchesTheTable() {
    assertEquals(0.5, Distributions.normal(0), 1e-15);
    assertEquals(0.841344746068543, Distributions.normal(1), 1e-14);
    assertEquals(0.158655253931457, Distributions.normal(-1), 1e-14);
    assertEquals(0.998650101968370, Distributions.normal(3), 1e-14);
    assertEquals(2.866515719e-7, Distributions.normal(-5), 1e-15);
  }

  @Test
  void normalIsContinuousWhereTheMethodChanges() {
    assertEquals(Distributions.logNormal(-3), Distributions.logNormal(-3.0000000001), 1e-8);
    assertEquals(Distributions.logNormal(3), Distributions.logNormal(3.0000000001), 1e-11);
  }

  @Test
  void farTailKeepsItsLogarithm() {
    // -log10 of the upper tail at 10 and 50, table 26.2.
    assertEquals(-23.11805, Distributions.logNormal(-10) / Math.log(10), 1e-5);
    assertEquals(-544.96634, Distributions.logNormal(-50) / Math.log(10), 1e-5);
  }

  @Test
  void normalRises() {
    double before = 0;
    for (double z = -9; z <= 9; z += 0.01) {
      double now = Distributions.normal(z);
      assertTrue(now >= before, "at " + z);
      before = now;
    }
  }

  @Test
  void studentQuantilesMatchTheTable() {
    assertEquals(12.706, Distributions.studentTwoSided(0.95, 1), 1e-3);
    assertEquals(4.303, Distributions.studentTwoSided(0.95, 2), 1e-3);
    assertEquals(3.182, Distributions.studentTwoSided(0.95, 3), 1e-3);
    assertEquals(2.571, Distributions.studentTwoSided(0.95, 5), 1e-3);
    assertEquals(2.228, Distributions.studentTwoSided(0.95, 10), 1e-3);
    assertEquals(1.980, Distributions.studentTwoSided(0.95, 120), 1e-3);
    assertEquals(63.657, Distributions.studentTwoSided(0.99, 1), 1e-3);
  }

  @Test
  void studentTendsToTheNormal() {
    assertEquals(1.95996, Distributions.studentTwoSided(0.95, 1_000_000), 2e-3);
    assertEquals(0.95, Distributions.studentWithin(1.95996, 2000), 2e-4);
  }
}
