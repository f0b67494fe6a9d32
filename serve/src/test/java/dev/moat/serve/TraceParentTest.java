package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A trace goes through the gateway, and what is no trace ends there. */
class TraceParentTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String GOOD = "00-" + TRACE + "-" + SPAN + "-01";

  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway = TestGateway.start();
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private Optional<String> forwarded(String... values) {
    var request = gateway.posting("/v1/chat/completions", TestGateway.chatBody("hi", ""));
    for (String value : values) {
      request.header("traceparent", value);
    }
    assertEquals(200, gateway.send(request).status());
    return gateway.backend.nextRun().call.traceParent();
  }

  @Test
  void readsWhatIsValid() {
    assertEquals(Optional.of(new TraceParent(TRACE, SPAN, true)), TraceParent.parse(GOOD));
    String unsampled = "00-" + TRACE + "-" + SPAN + "-00";
    assertEquals(Optional.of(new TraceParent(TRACE, SPAN, false)), TraceParent.parse(unsampled));
    assertEquals(GOOD, TraceParent.parse(GOOD).orElseThrow().header());
  }

  @Test
  void readsLaterVersionsAsFarAsItKnowsThem() {
    for (String later : List.of("01-", "cc-", "fe-")) {
      assertTrue(TraceParent.parse(later + GOOD.substring(3)).isPresent(), later);
      assertTrue(TraceParent.parse(later + GOOD.substring(3) + "-more").isPresent(), later);
      assertFalse(TraceParent.parse(later + GOOD.substring(3) + ".more").isPresent(), later);
    }
  }

  @Test
  void refusesEverythingElse() {
    for (String wrong :
        List.of(
            "",
            "00",
            GOOD + "-",
            GOOD + "0",
            GOOD + "-more",
            GOOD.substring(1),
            GOOD.toUpperCase(java.util.Locale.ROOT),
            "ff" + GOOD.substring(2),
            "00-" + "0".repeat(32) + "-" + SPAN + "-01",
            "00-" + TRACE + "-" + "0".repeat(16) + "-01",
            GOOD.replace('-', '_'),
            " " + GOOD,
            "00-" + TRACE.replace('a', 'g') + "-" + SPAN + "-01")) {
      assertEquals(Optional.empty(), TraceParent.parse(wrong), wrong);
    }
  }

  @Test
  void whatItReadsIsOnlyHexDigitsWhateverComes() {
    Random random = new Random(3);
    Pattern form = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]");
    int read = 0;
    for (int round = 0; round < 100_000; round++) {
      StringBuilder value = new StringBuilder(GOOD);
      for (int i = random.nextInt(3); i > 0; i--) {
        value.setCharAt(random.nextInt(value.length()), (char) (' ' + random.nextInt(95)));
      }
      Optional<TraceParent> parsed = TraceParent.parse(value.toString());
      if (parsed.isPresent()) {
        read++;
        assertTrue(form.matcher(parsed.get().header()).matches(), value.toString());
      }
    }
    assertTrue(read > 1_000, "some are valid: " + read);
  }

  @Test
  void isPassedOnToTheBackend() {
    assertEquals(Optional.of(GOOD), forwarded(GOOD));
  }

  @Test
  void isNotPassedOnIfItIsNone() {
    assertEquals(Optional.empty(), forwarded());
    assertEquals(Optional.empty(), forwarded("mail jane.doe@example.org"));
    assertEquals(Optional.empty(), forwarded(GOOD, GOOD));
  }
}
