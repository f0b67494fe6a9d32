package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RateMeterTest {
  private static final long START = 1_763_726_400_000L;

  private final RateMeter meter = new RateMeter();

  @Test
  void aWholeMinutesWorthFitsAtOnceAndNotOneMore() {
    assertEquals(60, meter.free(60, START));
    assertEquals(0, meter.millisUntil(60, 60, START));
    meter.add(60, 60, START);
    assertEquals(0, meter.free(60, START));
    assertEquals(1_000, meter.millisUntil(1, 60, START));
  }

  @Test
  void fitsAtTheVeryMillisecondThatItSays() {
    meter.add(60, 60, START);
    assertEquals(1, meter.millisUntil(1, 60, START + 999));
    assertEquals(0, meter.free(60, START + 999));
    assertEquals(0, meter.millisUntil(1, 60, START + 1_000));
    assertEquals(1, meter.free(60, START + 1_000));
  }

  @Test
  void isEmptyAfterAMinute() {
    meter.add(60, 60, START);
    assertEquals(60_000, meter.millisUntilEmpty(60, START));
    assertEquals(1, meter.millisUntilEmpty(60, START + 59_999));
    assertEquals(0, meter.millisUntilEmpty(60, START + 60_000));
    assertEquals(60, meter.free(60, START + 600_000), "and never has more than a minute's worth");
  }

  @Test
  void whatIsGivenBackIsFreeAgain() {
    meter.add(50, 60, START);
    meter.add(-30, 60, START);
    assertEquals(40, meter.free(60, START));
    meter.add(-100, 60, START);
    assertEquals(60, meter.free(60, START));
  }

  @Test
  void whatIsUsedBeyondTheRateIsOwed() {
    meter.add(120, 60, START);
    assertEquals(0, meter.free(60, START));
    assertEquals(61_000, meter.millisUntil(1, 60, START));
    assertEquals(0, meter.free(60, START + 60_000));
    assertEquals(0, meter.millisUntil(1, 60, START + 61_000));
  }

  @Test
  void anotherRateKeepsWhatIsUsed() {
    meter.add(60, 60, START);
    assertEquals(60, meter.free(120, START));
    assertEquals(0, meter.free(30, START));
    assertEquals(62_000, meter.millisUntil(1, 30, START));
  }

  @Test
  void aClockThatIsSetBackNeitherRefillsNorStops() {
    meter.add(60, 60, START);
    assertEquals(0, meter.free(60, START - 3_600_000));
    assertEquals(1, meter.free(60, START - 3_600_000 + 1_000));
  }

  @Test
  void aClockThatIsSetFarForwardOverflowsNothing() {
    meter.add(1_000_000_000, 1_000_000_000, START);
    assertEquals(1_000_000_000, meter.free(1_000_000_000, Long.MAX_VALUE / 2));
  }

  @Test
  void aRateThatDividesNothingEvenlyIsExactToTheMillisecond() {
    meter.add(7, 7, START);
    long wait = meter.millisUntil(3, 7, START);
    assertEquals(25_715, wait, "3 of 7 in a minute, rounded up");
    assertTrue(meter.millisUntil(3, 7, START + wait - 1) > 0);
    assertEquals(0, meter.millisUntil(3, 7, START + wait));
  }

  /** Against a model that keeps every taking: none beyond what the rate allows in any span. */
  @Test
  void noSpanOfTimeHasMoreThanAMinutesWorthAndWhatRanOut() {
    Random random = new Random(17);
    for (int round = 0; round < 200; round++) {
      RateMeter tried = new RateMeter();
      long rate = 1L + random.nextInt(500);
      long now = START;
      long[] times = new long[300];
      long[] amounts = new long[300];
      int taken = 0;
      for (int i = 0; i < 300; i++) {
        now += random.nextInt(400);
        long amount = 1 + random.nextLong(rate);
        if (tried.millisUntil(amount, rate, now) == 0) {
          tried.add(amount, rate, now);
          times[taken] = now;
          amounts[taken++] = amount;
        }
      }
      for (int from = 0; from < taken; from++) {
        long sum = 0;
        for (int to = from; to < taken; to++) {
          sum += amounts[to];
          long allowed = rate * 60_000 + rate * (times[to] - times[from]);
          assertTrue(sum * 60_000 <= allowed, "rate " + rate + " from " + from + " to " + to);
        }
      }
    }
  }
}
