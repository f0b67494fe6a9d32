package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What the caller sees of everything that a server behind the gateway can do wrong, over real
 * sockets. After each, the ledger has a closing and no call is left open.
 */
class BackendFaultsTest {
  private static final String STREAM = ",\"stream\":true";
  private static final List<String> FORMS = List.of("", STREAM);
  private static final String BRIEF =
      ", connect-timeout-ms: 500, first-token-timeout-ms: 500, between-tokens-timeout-ms: 500"
          + ", health-path: \"\"";

  private final String words = "Hello, all is plain here. ".repeat(60);
  private RawUpstream upstream;
  private RoutedGateway routed;

  @BeforeEach
  void start() {
    upstream = new RawUpstream();
    routed = gateway(", breaker-calls-min: 100");
  }

  private RoutedGateway gateway(String more) {
    return new RoutedGateway(BRIEF + more, "backends: [a], retries: 0", upstream.base());
  }

  @AfterEach
  void stop() {
    routed.close();
    upstream.close();
  }

  private void assertRefused(int status, String code, String form) {
    TestGateway.Answer answer = routed.chat(form);
    assertEquals(status, answer.status(), answer.text());
    assertEquals(code, answer.error().path("code").asString(), answer.text());
    assertClosed("error");
  }

  private void assertClosed(String finish) {
    JsonNode closing = routed.closing();
    assertEquals(finish, closing.path("finish").asString(), closing.toString());
    RoutedGateway.await("no call is open", () -> routed.open() == 0);
    RoutedGateway.await(
        "no exchange is open",
        () -> routed.gateway.meters.get("moat.exchanges.active").gauge().value() == 0);
  }

  /** The stream began well and ends in an error of that code. */
  private void assertBrokenInStream() {
    TestGateway.Answer answer = routed.chat(STREAM);
    assertEquals(200, answer.status());
    assertTrue(answer.text().contains("Hello, all is plain"), answer.text());
    String last = answer.events().getLast().data();
    assertTrue(last.startsWith("{\"error\":{"), last);
    assertTrue(last.contains("\"code\":\"backend_unavailable\""), last);
    assertFalse(answer.text().contains("[DONE]"), answer.text());
    assertClosed("error");
  }

  private String firstWords() {
    return RawUpstream.STREAM_HEAD + RawUpstream.chunk(RawUpstream.content(words));
  }

  @Test
  void answersWell() {
    upstream.says("fine");
    assertEquals("fine", routed.chat(STREAM).streamedContent());
    assertClosed("stop");
    assertEquals(1, routed.count("moat.backend.calls", "backend", "a", "outcome", "ok"));
  }

  @Test
  void diesBeforeItsHead() {
    upstream.plays(RawUpstream.Line::close);
    for (String form : FORMS) {
      assertRefused(502, "backend_unavailable", form);
    }
  }

  @Test
  void diesAfterItsHead() {
    upstream.plays(line -> line.send(RawUpstream.STREAM_HEAD).close());
    assertRefused(502, "backend_unavailable", STREAM);
    upstream.plays(line -> line.send(RawUpstream.whole(200, "{}").replace(": 2", ": 99")).close());
    assertRefused(502, "backend_unavailable", "");
  }

  @Test
  void diesInMidStream() {
    upstream.plays(line -> line.send(firstWords()).pause(50).close());
    assertBrokenInStream();
    assertEquals(1, routed.count("moat.backend.calls", "outcome", "unavailable"));
  }

  @Test
  void endsItsStreamTooEarly() {
    upstream.plays(line -> line.send(firstWords() + "0\r\n\r\n"));
    assertBrokenInStream();
  }

  @Test
  void speaksNoHttp() {
    for (String garbage :
        List.of("SSH-2.0-OpenSSH_9\r\n", "\u0016\u0003\u0001\u0002", "{\"choices\":[]}\n\n\n")) {
      upstream.plays(line -> line.send(garbage).close());
      for (String form : FORMS) {
        assertRefused(502, "backend_unavailable", form);
      }
    }
  }

  @Test
  void chunksWrongly() {
    upstream.plays(line -> line.send(RawUpstream.STREAM_HEAD + "zz\r\nabc\r\n"));
    assertRefused(502, "backend_unavailable", STREAM);
    upstream.plays(line -> line.send(firstWords() + "-1\r\n"));
    assertBrokenInStream();
    upstream.plays(line -> line.send(firstWords() + "ffffffffffffffffff\r\n"));
    assertBrokenInStream();
  }

  @Test
  void sendsNoUtf8() {
    byte[] bad = RawUpstream.content("a\u00FF\u00C3z").getBytes(StandardCharsets.ISO_8859_1);
    upstream.plays(
        line ->
            line.send(RawUpstream.STREAM_HEAD)
                .send(Integer.toHexString(bad.length) + "\r\n")
                .send(bad)
                .send("\r\n" + RawUpstream.chunk(RawUpstream.finish()) + "0\r\n\r\n"));
    TestGateway.Answer answer = routed.chat(STREAM);
    assertEquals(200, answer.status());
    assertTrue(answer.streamedContent().startsWith("a\uFFFD"), answer.text());
    assertClosed("stop");
  }

  @Test
  void sendsALineOfTenMegabytes() {
    upstream.plays(
        line -> {
          line.send(RawUpstream.STREAM_HEAD);
          String part = RawUpstream.chunk("x".repeat(64 << 10));
          line.send(RawUpstream.chunk("data: "));
          for (int i = 0; i < 160; i++) {
            line.send(part);
          }
        });
    assertRefused(502, "backend_unavailable", STREAM);
  }

  @Test
  void stallsBeforeItsHead() throws InterruptedException {
    upstream.plays(line -> line.pause(20_000));
    for (String form : FORMS) {
      assertRefused(504, "backend_unavailable", form);
      assertTrue(upstream.wasLeft(), "the call is broken off");
    }
    assertEquals(2, routed.count("moat.backend.calls", "outcome", "timeout"));
  }

  @Test
  void stallsAfterItsHead() throws InterruptedException {
    upstream.plays(line -> line.send(RawUpstream.STREAM_HEAD).pause(20_000));
    assertRefused(504, "backend_unavailable", STREAM);
    assertTrue(upstream.wasLeft());
  }

  @Test
  void sendsCommentsInsteadOfWords() {
    upstream.plays(
        line -> {
          line.send(RawUpstream.STREAM_HEAD);
          for (int i = 0; i < 100; i++) {
            line.send(RawUpstream.chunk(": still working\n\n")).pause(50);
          }
        });
    assertRefused(504, "backend_unavailable", STREAM);
  }

  @Test
  void stallsInMidStream() throws InterruptedException {
    upstream.plays(line -> line.send(firstWords()).pause(20_000));
    assertBrokenInStream();
    assertTrue(upstream.wasLeft());
  }

  @Test
  void dripsBytesOfAnEventThatNeverEnds() {
    upstream.plays(
        line -> {
          line.send(firstWords());
          for (int i = 0; i < 100; i++) {
            line.send(RawUpstream.chunk(i == 0 ? "data: " : "x")).pause(50);
          }
        });
    assertBrokenInStream();
  }

  @Test
  void dripsWholeEventsSlowlyAndIsHeardOut() {
    upstream.plays(
        line -> {
          line.send(RawUpstream.STREAM_HEAD);
          for (int i = 0; i < 12; i++) {
            line.send(RawUpstream.chunk(RawUpstream.content("w" + i + " "))).pause(100);
          }
          line.send(RawUpstream.chunk(RawUpstream.finish()) + "0\r\n\r\n");
        });
    assertTrue(routed.chat(STREAM).streamedContent().endsWith("w11 "));
    assertClosed("stop");
  }

  @Test
  void answersWithAnErrorAndStatus200() {
    upstream.plays(line -> line.send(RawUpstream.whole(200, "{\"error\":{\"message\":\"boom\"}}")));
    for (String form : FORMS) {
      assertRefused(502, "backend_error", form);
    }
    assertEquals(2, routed.count("moat.backend.calls", "outcome", "failed"));
  }

  @Test
  void cannotReadSoLongAContext() {
    upstream.plays(
        line ->
            line.send(
                RawUpstream.whole(
                    400,
                    "{\"error\":{\"message\":\"8193 tokens are too many\",\"param\":\"messages\","
                        + "\"code\":\"context_length_exceeded\"}}")));
    for (String form : FORMS) {
      assertRefused(400, "context_length_exceeded", form);
    }
    assertEquals(2, routed.count("moat.backend.calls", "outcome", "refused"));
    assertEquals("up", routed.state("a"));
  }

  @Test
  void tellsForHowLongItIsBusy() {
    upstream.plays(
        line ->
            line.send(
                RawUpstream.whole(429, "{}").replace("\r\n\r\n", "\r\nretry-after: 7\r\n\r\n")));
    TestGateway.Answer answer = routed.chat("");
    assertEquals(429, answer.status());
    assertEquals("7", answer.header("retry-after"));
    assertClosed("error");
    assertEquals("busy", routed.state("a"));
    TestGateway.Answer next = routed.chat("");
    assertEquals(429, next.status());
    assertEquals(1, upstream.requests.get(), "it is left alone as it asked");
  }

  @Test
  void closesAKeptConnectionJustAsItIsUsed() {
    upstream.plays(
        line -> {
          if (line.request() == 2) {
            line.close();
          } else {
            line.send(
                RawUpstream.STREAM_HEAD
                    + RawUpstream.chunk(RawUpstream.content("ok" + line.request()))
                    + RawUpstream.chunk(RawUpstream.finish())
                    + "0\r\n\r\n");
          }
        });
    assertEquals("ok1", routed.chat(STREAM).streamedContent());
    assertClosed("stop");
    RoutedGateway.await(
        "the connection is used again",
        () -> {
          String said = routed.chat(STREAM).streamedContent();
          assertTrue(said.startsWith("ok"), said);
          assertClosed("stop");
          return upstream.requests.get() >= 3;
        });
    assertEquals(0, routed.count("moat.backend.calls", "outcome", "unavailable"));
  }

  private void failOften() {
    upstream.plays(RawUpstream.Line::close);
    for (int i = 0; i < 5; i++) {
      assertRefused(502, "backend_unavailable", "");
    }
  }

  @Test
  void isLeftAloneAfterFailures() {
    routed.close();
    routed = gateway(", breaker-open-ms: 60000");
    failOften();
    assertEquals("open", routed.state("a"));
    int before = upstream.requests.get();
    TestGateway.Answer answer = routed.chat("");
    assertEquals(503, answer.status());
    assertFalse(answer.header("retry-after").isEmpty());
    assertEquals(before, upstream.requests.get());
    assertEquals(503, routed.gateway.get("/readyz").status());
    assertTrue(routed.gateway.get("/readyz").text().contains("no backend"));
    assertEquals(200, routed.gateway.get("/healthz").status());
  }

  @Test
  void isUsedAgainOnceAProbeFindsItWell() {
    routed.close();
    routed = gateway("");
    failOften();
    upstream.says("well");
    RoutedGateway.await("a probe finds it well", () -> routed.chat(STREAM).status() == 200);
    assertEquals("up", routed.state("a"));
    assertEquals(200, routed.gateway.get("/readyz").status());
  }

  @Test
  void theCallersGoingCutsTheCall() throws InterruptedException {
    upstream.plays(line -> line.send(firstWords()).pause(20_000));
    Lines lines =
        routed.gateway.open(
            routed.gateway.posting("/v1/chat/completions", TestGateway.chatBody("hi", STREAM)));
    lines.next();
    lines.close();
    assertTrue(upstream.wasLeft());
    assertClosed("cancelled");
    assertEquals("up", routed.state("a"));
  }
}
