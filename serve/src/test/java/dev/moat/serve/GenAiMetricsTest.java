package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Prometheus reads by the names of the conventions. */
class GenAiMetricsTest {
  private static final String LABELS =
      "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"moat\",gen_ai_request_model=\""
          + TestGateway.MODEL
          + "\",gen_ai_response_model=\""
          + TestGateway.MODEL
          + "\"";

  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway = TestGateway.start();
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** The value once it is there: a caller may have its answer before that is counted. */
  private String value(String series) {
    long end = System.nanoTime() + 10_000_000_000L;
    String value = valueNow(series);
    while (value.isEmpty() && System.nanoTime() < end) {
      value = valueNow(series);
    }
    return value;
  }

  private String valueNow(String series) {
    return gateway
        .meters
        .scrape()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .map(line -> line.substring(series.length() + 1))
        .findFirst()
        .orElse("");
  }

  @Test
  void countsTokensByType() {
    gateway.chat("hi", "");
    gateway.chat("hi", "");
    String name = "gen_ai_client_token_usage_sum{" + LABELS + ",gen_ai_token_type=\"";
    String count = name.replace("_sum{", "_count{");
    while (!value(count + "output\"}").equals("2")) {
      Thread.onSpinWait();
    }
    assertEquals("6.0", value(name + "input\"}"), gateway.meters.scrape());
    assertEquals("10.0", value(name + "output\"}"));
  }

  @Test
  void measuresTimesInSecondsWithTheAdvisedBounds() {
    gateway.chat("hi", "");
    for (String metric :
        new String[] {"gen_ai_client_operation_duration", "gen_ai_server_request_duration"}) {
      assertEquals("1", value(metric + "_seconds_count{error_type=\"\"," + LABELS + "}"));
      String bucket = metric + "_seconds_bucket{error_type=\"\"," + LABELS + ",le=\"81.92\"}";
      assertEquals("1", value(bucket));
    }
    assertEquals("1", value("gen_ai_server_time_to_first_token_seconds_count{" + LABELS + "}"));
    assertEquals("1", value("gen_ai_server_time_per_output_token_seconds_count{" + LABELS + "}"));
  }

  @Test
  void putsTimesBelowASecondIntoTheirBuckets() {
    GenAiMetrics.Histograms histograms = GenAiMetrics.in(gateway.meters);
    histograms.record(GenAiNames.SERVER_TOKEN_TIME, 0.03, java.util.Map.of("a", "b"));
    histograms.record(GenAiNames.SERVER_TOKEN_TIME, 0.3, java.util.Map.of("a", "b"));
    String bucket = "gen_ai_server_time_per_output_token_seconds_bucket{a=\"b\",le=\"";
    assertEquals("0", value(bucket + "0.025\"}"));
    assertEquals("1", value(bucket + "0.05\"}"));
    assertEquals("2", value(bucket + "0.3\"}"));
  }

  @Test
  void namesTheErrorsThatExchangesEndIn() {
    gateway.backend.script(run -> run.fail(Refusal.backend(502, "no")));
    gateway.chat("hi", "");
    assertEquals(
        "1",
        value("gen_ai_client_operation_duration_seconds_count{error_type=\"502\"," + LABELS + "}"));
    gateway.backend.script(
        run -> run.say("long enough to be sent. ".repeat(30)).fail(Refusal.backend(502, "no")));
    gateway.chat("hi", ",\"stream\":true");
    assertEquals(
        "1",
        value(
            "gen_ai_client_operation_duration_seconds_count{error_type=\"error\"," + LABELS + "}"));
  }

  @Test
  void makesNoLabelOfWhatACallerMadeUp() {
    gateway.post("/v1/chat/completions", "{\"model\":\"made-up\",\"messages\":[]}");
    gateway.post("/v1/chat/completions", "{");
    String text = gateway.meters.scrape();
    assertFalse(text.contains("made-up"), text);
    assertFalse(text.contains("gen_ai_"), text);
  }

  @Test
  void everyMetricHasRisingBounds() {
    for (String metric : GenAiNames.metrics()) {
      double before = 0;
      for (double bound : GenAiNames.bounds(metric)) {
        assertTrue(bound > before, metric + " " + bound);
        before = bound;
      }
    }
  }
}
