package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import dev.moat.wire.ServerLimits;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** How exchanges end when something else than the answer ends them. */
class GatewayEndingsTest {
  private static final String STREAM = ",\"stream\":true";

  /** So long that the guard hands some of it on before more comes. */
  private static final String PROSE = "Hello there, this is plain. ".repeat(40);

  private TestGateway gateway = TestGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private void restart(GatewaySettings settings, ServerLimits limits) {
    gateway.close();
    gateway = TestGateway.start(settings, limits);
  }

  private static ServerLimits limits(Duration write, Duration exchange) {
    ServerLimits standard = ServerLimits.defaults();
    return new ServerLimits(
        standard.bodyBytesMax(),
        64 << 20,
        standard.headBytesMax(),
        standard.connectionsMax(),
        standard.blockingMax(),
        standard.headTimeout(),
        standard.bodyTimeout(),
        standard.idleTimeout(),
        write,
        exchange);
  }

  private HttpRequest.Builder chat(String more) {
    return gateway.posting("/v1/chat/completions", TestGateway.chatBody("hi", more));
  }

  private static String code(String event) {
    return Json.parse(event, "event").path("error").path("code").stringValue();
  }

  @Test
  void stopsTheModelWhenTheCallerOfAStreamGoes() {
    gateway.backend.script(run -> run.say(PROSE));
    Lines lines = gateway.open(chat(STREAM));
    lines.next();
    FakeBackend.Run run = gateway.backend.nextRun();
    lines.close();
    assertEquals("cancel", run.nextEvent());
    gateway.ledger.next();
    JsonNode closed = gateway.ledger.next();
    assertEquals("cancelled", closed.path("finish").stringValue());
    run.say("nobody hears this").finish();
    assertTrue(gateway.ledger.isEmpty());
  }

  @Test
  void stopsTheModelWhenTheCallerOfAWholeAnswerGoes() {
    gateway.backend.waits();
    CompletableFuture<?> lost =
        CompletableFuture.runAsync(() -> gateway.send(chat("").timeout(Duration.ofMillis(300))));
    assertEquals("cancel", gateway.backend.nextRun().nextEvent());
    assertTrue(lost.handle((_, error) -> error != null).join());
    gateway.ledger.next();
    assertEquals("cancelled", gateway.ledger.next().path("finish").stringValue());
  }

  @Test
  void closesAnExchangeWhoseCallerWentWhileItWasRecorded() {
    gateway.ledger.mode(FakeLedger.Mode.HELD);
    CompletableFuture<?> lost =
        CompletableFuture.runAsync(() -> gateway.send(chat("").timeout(Duration.ofMillis(300))));
    gateway.ledger.next();
    assertTrue(lost.handle((_, error) -> error != null).join());
    assertEquals(200, gateway.get("/healthz").status());
    awaitActive(0);
    gateway.ledger.mode(FakeLedger.Mode.PROMPT);
    gateway.ledger.release();
    assertEquals("cancelled", gateway.ledger.next().path("finish").stringValue());
    assertTrue(gateway.backend.unasked());
  }

  private void awaitActive(int count) {
    String line = "moat_exchanges_active " + count + ".0";
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!gateway.meters.scrape().contains(line)) {
      assertTrue(System.nanoTime() < end, gateway.meters.scrape());
      Thread.onSpinWait();
    }
  }

  @Test
  void recordsAnAnswerThatFailsWhileALongTextIsJudged() {
    String mails = "write to jane.doe@example.org now. ".repeat(400);
    gateway.backend.script(
        run -> run.say(mails.substring(0, 70), mails).fail(Refusal.backend(502, "down")));
    for (int i = 0; i < 200; i++) {
      assertEquals(502, gateway.chat("hi", "").status());
      gateway.ledger.next();
      JsonNode closed = gateway.ledger.next();
      assertEquals("error", closed.path("finish").stringValue());
      assertEquals("redact", closed.path("output").path("verdict").stringValue());
    }
    awaitActive(0);
  }

  @Test
  void endsAnAnswerThatIsTooLong() {
    String text = "x".repeat(Relay.ANSWER_CHARACTERS_MAX);
    gateway.backend.script(run -> run.say("x").say(text).finish());
    TestGateway.Answer answer = gateway.chat("hi", "");
    assertEquals(502, answer.status());
    assertEquals("backend_error", answer.error().path("code").stringValue());
    assertEquals("cancel", gateway.backend.nextRun().nextEvent());
  }

  @Test
  void givesEveryPlaceBack() {
    gateway.backend.says("x");
    for (int i = 0; i < 5; i++) {
      gateway.chat("hi", "");
      gateway.chat("hi", STREAM);
      gateway.chat("hi", ",\"n\":3");
      gateway.post("/v1/completions", "{");
    }
    gateway.backend.script(run -> run.fail(Refusal.backend(502, "down")));
    gateway.chat("hi", STREAM);
    awaitActive(0);
  }

  @Test
  void refusesMoreQuestionsThanItTakes() {
    restart(new GatewaySettings(1, 1, 1, "no", List.of()), ServerLimits.defaults());
    gateway.backend.waits();
    CompletableFuture<TestGateway.Answer> first =
        CompletableFuture.supplyAsync(() -> gateway.chat("hi", ""));
    FakeBackend.Run run = gateway.backend.nextRun();
    TestGateway.Answer second = gateway.chat("hi", STREAM);
    assertEquals(429, second.status());
    assertEquals("rate_limit_exceeded", second.error().path("code").stringValue());
    assertEquals("rate_limit_error", second.error().path("type").stringValue());
    assertEquals("1", second.header("retry-after"));
    assertEquals("1000", second.header("retry-after-ms"));
    run.say("done").finish();
    assertEquals("done", first.join().content());
    gateway.backend.says("again");
    assertEquals("again", gateway.chat("hi", "").content());
  }

  @Test
  void tellsAnErrorInsideAStreamAsDataWithoutAType() {
    gateway.backend.script(
        run -> run.say(PROSE).fail(Refusal.backend(502, "backend: its answer broke off")));
    TestGateway.Answer answer = gateway.chat("hi", STREAM);
    assertEquals(200, answer.status());
    var last = answer.events().getLast();
    assertEquals("", last.type(), "with a type, some clients end silently");
    assertEquals("backend_error", code(last.data()));
    assertFalse(answer.text().contains("[DONE]"));
    assertFalse(answer.text().contains("event:"));
  }

  @Test
  void tellsAnErrorBeforeAStreamAsAStatus() {
    gateway.backend.script(run -> run.fail(Refusal.contextExceeded("messages", "too long")));
    TestGateway.Answer answer = gateway.chat("hi", STREAM);
    assertEquals(400, answer.status());
    assertEquals("context_length_exceeded", answer.error().path("code").stringValue());
    assertEquals("application/json", answer.header("content-type"));
  }

  @Test
  void tellsThatABackendCannotBegin() {
    gateway.backend.script(
        _ -> {
          throw dev.moat.core.Failure.invalid("tools: not here");
        });
    assertEquals(400, gateway.chat("hi", STREAM).status());
    gateway.backend.script(
        _ -> {
          throw new IllegalStateException("a bug");
        });
    TestGateway.Answer bug = gateway.chat("hi", "");
    assertEquals(500, bug.status());
    assertFalse(bug.text().contains("a bug"));
    awaitActive(0);
  }

  @Test
  void endsAnswersThatTakeTooLong() {
    restart(GatewaySettings.defaults(), limits(Duration.ofSeconds(30), Duration.ofMillis(500)));
    gateway.backend.waits();
    TestGateway.Answer silent = gateway.chat("hi", "");
    assertEquals(504, silent.status());
    assertEquals("timeout", silent.error().path("code").stringValue());
    assertEquals("cancel", gateway.backend.nextRun().nextEvent());
    gateway.backend.script(run -> run.say(PROSE));
    TestGateway.Answer streamed = gateway.chat("hi", STREAM);
    assertEquals("timeout", code(streamed.events().getLast().data()));
    assertEquals("cancel", gateway.backend.nextRun().nextEvent());
    gateway.ledger.next();
    assertEquals("error", gateway.ledger.next().path("finish").stringValue());
  }

  @Test
  void asksTheModelToWaitForASlowCaller() {
    gateway.backend.script(run -> run.say(PROSE));
    Lines lines = gateway.open(chat(STREAM));
    lines.next();
    FakeBackend.Run run = gateway.backend.nextRun();
    String large = "x".repeat(64 << 10);
    for (int i = 0; i < 300; i++) {
      run.say(large);
    }
    assertEquals("pause", run.nextEvent());
    lines.close();
    assertEquals("cancel", lastOf(run));
  }

  private static String lastOf(FakeBackend.Run run) {
    String event = run.nextEvent();
    while (!event.equals("cancel")) {
      event = run.nextEvent();
    }
    return event;
  }

  @Test
  void letsTheModelGoOnWhenTheCallerHasRead() {
    gateway.backend.script(run -> run.say(PROSE));
    try (Lines lines = gateway.open(chat(STREAM))) {
      lines.next();
      lines.next();
      FakeBackend.Run run = gateway.backend.nextRun();
      String large = "x".repeat(64 << 10);
      for (int i = 0; i < 300; i++) {
        run.say(large);
      }
      assertEquals("pause", run.nextEvent());
      for (int i = 0; i < 299; i++) {
        lines.next();
      }
      assertEquals("resume", run.nextEvent());
    }
  }

  @Test
  void cutsACallerThatNeverReads() {
    restart(GatewaySettings.defaults(), limits(Duration.ofMillis(500), Duration.ofMinutes(1)));
    gateway.backend.script(
        run -> {
          for (int i = 0; i < 300; i++) {
            run.say("x".repeat(64 << 10));
          }
        });
    Lines lines = gateway.open(chat(STREAM));
    FakeBackend.Run run = gateway.backend.nextRun();
    assertEquals("cancel", lastOf(run));
    awaitActive(0);
    lines.close();
  }

  @Test
  void finishesStreamsBeforeItStops() throws Exception {
    gateway.backend.script(run -> run.say(PROSE));
    Lines lines = gateway.open(chat(STREAM));
    lines.next();
    lines.next();
    CompletableFuture<Void> drained =
        CompletableFuture.runAsync(() -> gateway.server.drain(Duration.ofSeconds(20)));
    gateway.backend.nextRun().say(" and goodbye").finish();
    StringBuilder rest = new StringBuilder();
    for (String data = lines.next(); !data.isEmpty(); data = lines.next()) {
      rest.append(data);
    }
    assertTrue(rest.toString().contains("goodbye"), rest.toString());
    assertTrue(rest.toString().endsWith("[DONE]"), rest.toString());
    drained.get(10, TimeUnit.SECONDS);
    lines.close();
  }

  @Test
  void tellsStreamsThatItStops() throws Exception {
    gateway.backend.script(run -> run.say(PROSE));
    Lines lines = gateway.open(chat(STREAM));
    lines.next();
    lines.next();
    FakeBackend.Run run = gateway.backend.nextRun();
    CompletableFuture<Void> drained =
        CompletableFuture.runAsync(() -> gateway.server.drain(Duration.ofMillis(200)));
    assertEquals("stopping", code(lines.next()));
    assertEquals("", lines.next());
    assertEquals("cancel", run.nextEvent());
    drained.get(10, TimeUnit.SECONDS);
    lines.close();
  }

  @Test
  void keepsTheReleaseThatAnExchangeBeganWith() {
    gateway.backend.waits();
    CompletableFuture<TestGateway.Answer> answer =
        CompletableFuture.supplyAsync(() -> gateway.chat("hi", ""));
    FakeBackend.Run run = gateway.backend.nextRun();
    gateway.models.replace(List.of());
    run.say("still here").finish();
    assertEquals("still here", answer.join().content());
    assertEquals(404, gateway.chat("hi", "").status());
  }
}
