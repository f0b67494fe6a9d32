package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.wire.Headers;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Which failures of a server may be tried elsewhere. */
class CallOutcomeTest {
  private static CallOutcome ofStatus(int status) {
    return CallOutcome.of(UpstreamRefusals.of(status, new byte[0]));
  }

  private static CallOutcome ofReported(String code) {
    String body = "{\"error\":{\"message\":\"x\",\"code\":" + code + "}}";
    return CallOutcome.of(UpstreamRefusals.reported(Json.parse(body, "body")));
  }

  @Test
  void statusesThatSayNothingOfTheQuestionAreTriedElsewhere() {
    for (int status : new int[] {502, 503, 504}) {
      assertEquals(CallOutcome.UNAVAILABLE, ofStatus(status));
    }
    assertEquals(CallOutcome.BUSY, ofStatus(429));
  }

  @Test
  void theCallersFaultsAndTheServersBugsAreNot() {
    for (int status : new int[] {400, 413, 422}) {
      assertEquals(CallOutcome.REFUSED, ofStatus(status));
    }
    for (int status : new int[] {401, 403, 404, 500, 501, 302, 418}) {
      assertEquals(CallOutcome.FAILED, ofStatus(status));
    }
    for (CallOutcome no :
        new CallOutcome[] {
          CallOutcome.OK, CallOutcome.REFUSED, CallOutcome.FAILED, CallOutcome.CANCELLED
        }) {
      assertFalse(no.retryable(), no.word());
    }
  }

  @Test
  void anErrorInAGoodStatusCountsByItsCode() {
    assertEquals(CallOutcome.REFUSED, ofReported("400"));
    assertEquals(CallOutcome.BUSY, ofReported("429"));
    assertEquals(CallOutcome.UNAVAILABLE, ofReported("503"));
    assertEquals(CallOutcome.FAILED, ofReported("500"));
    assertEquals(CallOutcome.FAILED, ofReported("\"overloaded\""));
    assertEquals(CallOutcome.FAILED, ofReported("null"));
  }

  @Test
  void callsThatBreakAreTriedElsewhere() {
    assertEquals(
        CallOutcome.TIMEOUT,
        CallOutcome.of(UpstreamRefusals.of(new Problem.Broken("m", new TimeoutException()))));
    assertEquals(
        CallOutcome.UNAVAILABLE, CallOutcome.of(UpstreamRefusals.of(new Problem.Broken("m"))));
    assertEquals(
        CallOutcome.UNAVAILABLE, CallOutcome.of(UpstreamRefusals.of(new Problem.Invalid("m"))));
    assertEquals(CallOutcome.UNAVAILABLE, CallOutcome.of(UpstreamRefusals.broken()));
    assertEquals(
        CallOutcome.BUSY,
        CallOutcome.of(UpstreamRefusals.of(new Problem.Busy("m", Duration.ofSeconds(1)))));
    assertTrue(CallOutcome.TIMEOUT.retryable() && CallOutcome.UNAVAILABLE.retryable());
  }

  @Test
  void aBusyServerSaysForHowLong() {
    Refusal told = UpstreamRefusals.of(429, Headers.of("retry-after", "12"), new byte[0]);
    assertEquals(Duration.ofSeconds(12), told.retryAfter());
    Refusal untold = UpstreamRefusals.of(429, new byte[0]);
    assertEquals(Duration.ofSeconds(1), untold.retryAfter());
  }
}
