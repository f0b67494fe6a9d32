package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.wire.Headers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
  private static Optional<Duration> seconds(String text) {
    return RetryAfter.of(Headers.of("retry-after", text));
  }

  @Test
  void readsSecondsAndMillis() {
    assertEquals(Optional.of(Duration.ofSeconds(7)), seconds("7"));
    assertEquals(Optional.of(Duration.ofMillis(250)), seconds(" 0.25 "));
    assertEquals(Optional.of(Duration.ZERO), seconds("0"));
    assertEquals(
        Optional.of(Duration.ofMillis(1500)), RetryAfter.of(Headers.of("Retry-After-Ms", "1500")));
    assertEquals(
        Optional.of(Duration.ofMillis(2)),
        RetryAfter.of(Headers.of("retry-after", "9", "retry-after-ms", "2")));
    assertEquals(
        Optional.of(Duration.ofSeconds(9)),
        RetryAfter.of(Headers.of("retry-after", "9", "retry-after-ms", "soon")));
    assertEquals(Optional.empty(), RetryAfter.of(Headers.none()));
  }

  @Test
  void boundsWhatItReads() {
    assertEquals(Optional.of(RetryAfter.MAX), seconds("300"));
    assertEquals(Optional.of(RetryAfter.MAX), seconds("301"));
    assertEquals(Optional.of(RetryAfter.MAX), seconds("999999999999.999999999"));
    assertEquals(Optional.empty(), seconds("9999999999999"));
  }

  @Test
  void leavesWhatIsNoNumber() {
    for (String odd :
        List.of(
            "", "-1", "1e9", "0x10", "NaN", "1.", ".5", "1,5", "Fri, 31 Dec 1999 23:59:59 GMT")) {
      assertEquals(Optional.empty(), seconds(odd), odd);
    }
  }

  @Test
  void takesAnyTextWithoutHarm() {
    SplittableRandom random = new SplittableRandom(3);
    String alphabet = "0123456789.-+eE ,:xGMT";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(20); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Optional<Duration> read = seconds(text.toString());
      assertTrue(
          read.isEmpty() || (!read.get().isNegative() && read.get().compareTo(RetryAfter.MAX) <= 0),
          text.toString());
    }
  }
}
