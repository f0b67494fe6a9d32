package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewayHealthTest {
  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway = TestGateway.start();
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private TestGateway.Answer bare(String path) {
    return gateway.send(HttpRequest.newBuilder(URI.create(gateway.server.address() + path)).GET());
  }

  @Test
  void isHealthyAndReady() {
    assertEquals("healthy", bare("/healthz").json().path("status").stringValue());
    assertEquals("ready", bare("/readyz").json().path("status").stringValue());
  }

  @Test
  void isNotReadyWithoutARelease() {
    gateway.models.replace(List.of());
    TestGateway.Answer answer = bare("/readyz");
    assertEquals(503, answer.status());
    assertTrue(answer.error().path("message").stringValue().contains("no release"));
    assertEquals(200, bare("/healthz").status());
  }

  /** The metrics once they have that: a caller may have its answer before it is counted. */
  private String scrapedWith(String awaited) {
    long end = System.nanoTime() + 10_000_000_000L;
    String text = gateway.meters.scrape();
    while (!text.contains(awaited) && System.nanoTime() < end) {
      text = gateway.meters.scrape();
    }
    return text;
  }

  @Test
  void countsRequestsTokensAndTimes() {
    gateway.chat("hi", "");
    gateway.chat("hi", ",\"stream\":true");
    gateway.chat("hi", ",\"n\":2");
    gateway.get("/v1/models");
    gateway.get("/v1/unknown/path/of/somebody");
    bare("/v1/models");
    String text = scrapedWith("route=\"/v1/models\",status=\"401\"} 1");
    String chat = "moat_requests_total{route=\"/v1/chat/completions\",status=";
    assertTrue(text.contains(chat + "\"200\"} 2"), text);
    assertTrue(text.contains(chat + "\"400\"} 1"), text);
    assertTrue(text.contains("moat_requests_total{route=\"/v1/models\",status=\"401\"} 1"), text);
    assertTrue(text.contains("moat_requests_total{route=\"/v1\",status=\"404\"} 1"), text);
    String model = "model=\"" + TestGateway.MODEL + "\"";
    assertTrue(text.contains("moat_tokens_total{kind=\"completion\"," + model + "} 10"), text);
    assertTrue(text.contains("moat_tokens_total{kind=\"prompt\"," + model + "} 6"), text);
    assertTrue(text.contains("moat_first_token_seconds_count{" + model + "} 2"), text);
    assertTrue(text.contains("moat_request_duration_seconds_bucket"), text);
    assertTrue(text.contains("moat_exchanges_active 0"), text);
  }

  @Test
  void keepsTheMetricsFromThosePassingBy() {
    assertEquals(404, bare("/metrics").status());
  }

  @Test
  void namesNobodyInTheMetrics() {
    gateway.chat("hi", "");
    gateway.get("/v1/unknown/path/of/somebody");
    String text = gateway.meters.scrape();
    assertFalse(text.contains("principal"), text);
    assertFalse(text.contains("key-all"), text);
    assertFalse(text.contains("somebody"), text);
  }
}
