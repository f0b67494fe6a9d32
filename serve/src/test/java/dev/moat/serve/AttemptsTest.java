package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AttemptsTest {
  private static final long HOUR = Attempts.WINDOW.toMillis();

  private final Attempts attempts = new Attempts();

  private long pause(int most, long millis) {
    return attempts.pause("p", most, millis).toMillis();
  }

  @Test
  void waitsOnceSoManyWereBlockedWithinAnHour() {
    attempts.blocked("p", 3, 0);
    attempts.blocked("p", 3, 1_000);
    assertEquals(0, pause(3, 1_000));
    attempts.blocked("p", 3, 2_000);
    assertEquals(HOUR - 2_000, pause(3, 2_000));
  }

  @Test
  void isFreeWhenTheOldestIsAnHourAgo() {
    for (int i = 0; i < 3; i++) {
      attempts.blocked("p", 3, i * 1_000L);
    }
    assertEquals(1, pause(3, HOUR - 1));
    assertEquals(0, pause(3, HOUR));
    attempts.blocked("p", 3, HOUR);
    assertEquals(1_000, pause(3, HOUR), "the next leaves a second later");
  }

  @Test
  void onlyTheLastOnesMatter() {
    for (int i = 0; i < 100; i++) {
      attempts.blocked("p", 3, i * 1_000L);
    }
    assertEquals(HOUR - 2_000, pause(3, 99_000));
  }

  @Test
  void aStricterBoundLooksAtThoseThatAreKnown() {
    for (int i = 0; i < 3; i++) {
      attempts.blocked("p", 5, i * 1_000L);
    }
    assertEquals(0, pause(5, 2_000));
    assertEquals(HOUR, pause(1, 2_000), "until the last of them is over");
  }

  @Test
  void principalsDoNotKnowOfOneAnother() {
    attempts.blocked("p", 1, 0);
    assertEquals(Duration.ZERO, attempts.pause("q", 1, 0));
  }

  @Test
  void aClockSetBackKeepsNobodyOutForMoreThanAnHour() {
    attempts.blocked("p", 1, 100 * HOUR);
    assertEquals(HOUR, pause(1, 0));
  }
}
