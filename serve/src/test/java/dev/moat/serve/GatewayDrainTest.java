package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway that is told to stop lets what is under way end, and takes nothing new. */
class GatewayDrainTest {
  private static final String STREAM = ",\"stream\":true";

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

  private Lines stream() {
    gateway.backend.script(run -> run.say("A beginning of a long answer. ".repeat(20)));
    return gateway.open(
        gateway.posting("/v1/chat/completions", TestGateway.chatBody("hi", STREAM)));
  }

  private CompletableFuture<Duration> drain(Duration patience) {
    return CompletableFuture.supplyAsync(() -> gateway.gateway.drain(patience));
  }

  private void awaitDraining() {
    while (bare("/readyz").status() == 200) {
      Thread.onSpinWait();
    }
  }

  @Test
  void anIdleGatewayIsDrainedAtOnce() {
    Duration left = gateway.gateway.drain(Duration.ofMinutes(10));
    assertTrue(left.compareTo(Duration.ofMinutes(9)) > 0, left.toString());
  }

  @Test
  void takesNothingNewWhileItStops() {
    gateway.gateway.drain(Duration.ZERO);
    for (Endpoint endpoint : Endpoint.values()) {
      TestGateway.Answer refused = gateway.post(endpoint.path(), "{}");
      assertEquals(503, refused.status());
      assertEquals("stopping", refused.error().path("code").stringValue());
      assertEquals("close", refused.header("connection"));
      assertEquals("1000", refused.header("retry-after-ms"));
    }
    TestGateway.Answer ready = bare("/readyz");
    assertEquals(503, ready.status());
    assertTrue(ready.error().path("message").stringValue().contains("stopping"), ready.text());
    assertEquals(200, bare("/healthz").status());
    assertTrue(gateway.ledger.isEmpty());
  }

  @Test
  void toldToNobodyWithoutAKey() {
    gateway.gateway.drain(Duration.ZERO);
    HttpRequest.Builder unknown =
        HttpRequest.newBuilder(URI.create(gateway.base() + "/chat/completions"))
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    assertEquals(401, gateway.send(unknown).status());
  }

  @Test
  void aStreamUnderWayGetsItsTime() throws Exception {
    try (Lines lines = stream()) {
      FakeBackend.Run run = gateway.backend.nextRun();
      assertTrue(lines.next().contains("role"));
      CompletableFuture<Duration> drained = drain(Duration.ofSeconds(60));
      awaitDraining();
      assertFalse(drained.isDone());
      run.say("end").finish();
      String last = "";
      for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
        last = line;
      }
      assertEquals("[DONE]", last);
      assertTrue(drained.get(10, TimeUnit.SECONDS).compareTo(Duration.ZERO) > 0);
    }
  }

  @Test
  void aStreamThatTakesTooLongEndsInAnErrorAndInTheLedger() throws Exception {
    try (Lines lines = stream()) {
      FakeBackend.Run run = gateway.backend.nextRun();
      assertTrue(lines.next().contains("role"));
      assertEquals(Duration.ZERO, gateway.gateway.drain(Duration.ofMillis(50)));
      CompletableFuture<Void> closed =
          CompletableFuture.runAsync(() -> gateway.server.drain(Duration.ZERO));
      String last = "";
      for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
        last = line;
      }
      assertTrue(last.startsWith("{\"error\":"), last);
      assertTrue(last.contains("\"code\":\"stopping\""), last);
      closed.get(20, TimeUnit.SECONDS);
      assertEquals("cancel", run.nextEvent());
      gateway.ledger.next();
      assertEquals("error", gateway.ledger.next().path("finish").stringValue());
    }
  }

  @Test
  void aWholeAnswerThatTakesTooLongIsRefusedAndClosedInTheLedger() throws Exception {
    gateway.backend.waits();
    CompletableFuture<TestGateway.Answer> answer =
        CompletableFuture.supplyAsync(() -> gateway.chat("hi", ""));
    gateway.backend.nextRun();
    gateway.gateway.drain(Duration.ZERO);
    gateway.server.drain(Duration.ZERO);
    TestGateway.Answer refused = answer.get(10, TimeUnit.SECONDS);
    assertEquals(503, refused.status());
    assertEquals("stopping", refused.error().path("code").stringValue());
    gateway.ledger.next();
    assertEquals("error", gateway.ledger.next().path("finish").stringValue());
  }
}
