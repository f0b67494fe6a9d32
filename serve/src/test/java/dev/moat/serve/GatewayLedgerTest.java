package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Nothing is answered that is not recorded, and nothing is recorded that is secret. */
class GatewayLedgerTest {
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

  private static void assertPending(CompletableFuture<?> future) {
    assertThrows(TimeoutException.class, () -> future.get(300, TimeUnit.MILLISECONDS));
  }

  @Test
  void recordsWhoAskedWhatOfWhichRelease() {
    String body = TestGateway.chatBody("what a secret question", "");
    TestGateway.Answer answer = gateway.post("/v1/chat/completions", body);
    JsonNode opened = gateway.ledger.next();
    assertEquals("exchange-opened", opened.path("type").stringValue());
    assertEquals("all", opened.path("actor").stringValue());
    assertEquals(answer.header("x-request-id"), opened.path("id").stringValue());
    assertEquals("principal-all", opened.path("principal").stringValue());
    assertEquals("key-all", opened.path("key").stringValue());
    assertEquals(TestGateway.MODEL, opened.path("model").stringValue());
    assertEquals(TestGateway.RELEASE.hex(), opened.path("release").stringValue());
    assertEquals(Digest.of(body).hex(), opened.path("request").stringValue());
    assertEquals("pass", opened.path("input").path("verdict").stringValue());
    assertEquals(64, opened.path("policy").stringValue().length());
    assertEquals("/v1/chat/completions", opened.path("endpoint").stringValue());
    JsonNode closed = gateway.ledger.next();
    assertEquals("exchange-closed", closed.path("type").stringValue());
    assertEquals(opened.path("index"), closed.path("opened"));
    assertEquals(opened.path("index").toString(), answer.header("x-moat-receipt"));
    assertEquals("stop", closed.path("finish").stringValue());
    assertEquals(5, closed.path("usage").path("completion_tokens").intValue());
    assertTrue(closed.path("usage").path("exact").booleanValue());
    assertTrue(closed.path("millis").isNumber());
    String all = opened.toString() + closed;
    assertFalse(all.contains("secret"), all);
    assertFalse(all.contains("Hello"), all);
    assertFalse(all.contains(TestGateway.KEY), all);
  }

  @Test
  void asksNobodyBeforeTheOpeningIsDurable() throws Exception {
    for (String form : new String[] {"", STREAM}) {
      gateway.ledger.mode(FakeLedger.Mode.HELD);
      CompletableFuture<TestGateway.Answer> answer =
          CompletableFuture.supplyAsync(() -> gateway.chat("hi", form));
      gateway.ledger.next();
      assertPending(answer);
      assertTrue(gateway.backend.unasked());
      gateway.ledger.mode(FakeLedger.Mode.PROMPT);
      gateway.ledger.release();
      assertEquals(200, answer.get(10, TimeUnit.SECONDS).status());
      gateway.ledger.next();
      gateway.backend.nextRun();
    }
  }

  @Test
  void sendsNoWholeAnswerBeforeTheClosingIsDurable() throws Exception {
    gateway.backend.script(
        run -> {
          gateway.ledger.mode(FakeLedger.Mode.HELD);
          run.say("Hello").finish();
        });
    CompletableFuture<TestGateway.Answer> answer =
        CompletableFuture.supplyAsync(() -> gateway.chat("hi", ""));
    gateway.ledger.next();
    gateway.ledger.next();
    assertPending(answer);
    gateway.ledger.release();
    assertEquals("Hello", answer.get(10, TimeUnit.SECONDS).content());
  }

  @Test
  void endsNoStreamBeforeTheClosingIsDurable() throws Exception {
    gateway.backend.script(
        run -> {
          gateway.ledger.mode(FakeLedger.Mode.HELD);
          run.say("Hello").finish();
        });
    try (Lines lines =
        gateway.open(gateway.posting("/v1/chat/completions", TestGateway.chatBody("hi", STREAM)))) {
      assertTrue(lines.next().contains("\"role\""));
      assertTrue(lines.next().contains("Hello"));
      assertTrue(lines.next().contains("\"stop\""));
      CompletableFuture<String> last = CompletableFuture.supplyAsync(lines::next);
      assertPending(last);
      gateway.ledger.release();
      assertEquals("[DONE]", last.get(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void answersNothingWhenTheLedgerFails() {
    for (FakeLedger.Mode mode : Set.of(FakeLedger.Mode.BROKEN, FakeLedger.Mode.THROWING)) {
      gateway.ledger.mode(mode);
      TestGateway.Answer answer = gateway.chat("hi", STREAM);
      assertEquals(503, answer.status());
      assertEquals("ledger_unavailable", answer.error().path("code").stringValue());
    }
    assertTrue(gateway.backend.unasked());
    gateway.ledger.mode(FakeLedger.Mode.PROMPT);
    assertEquals(200, gateway.chat("hi", "").status(), "it recovers when the ledger does");
  }

  @Test
  void takesAnAnswerBackThatCannotBeRecorded() {
    gateway.backend.script(
        run -> {
          gateway.ledger.mode(FakeLedger.Mode.BROKEN);
          run.say("Hello").finish();
        });
    TestGateway.Answer whole = gateway.chat("hi", "");
    assertEquals(503, whole.status());
    assertFalse(whole.text().contains("Hello"));
    gateway.ledger.mode(FakeLedger.Mode.PROMPT);
    TestGateway.Answer streamed = gateway.chat("hi", STREAM);
    assertFalse(streamed.text().contains("[DONE]"), streamed.text());
    JsonNode last = dev.moat.core.Json.parse(streamed.events().getLast().data(), "event");
    assertEquals("ledger_unavailable", last.path("error").path("code").stringValue());
  }

  @Test
  void recordsThatAnAnswerFailed() {
    gateway.backend.script(run -> run.say("Hel").fail(Refusal.backend(502, "broke off")));
    TestGateway.Answer answer = gateway.chat("hi", "");
    assertEquals(502, answer.status());
    assertEquals("0", answer.header("x-moat-receipt"));
    gateway.ledger.next();
    assertEquals("error", gateway.ledger.next().path("finish").stringValue());
  }

  @Test
  void recordsNothingOfRequestsThatAreRefused() {
    gateway.chat("hi", ",\"n\":2");
    gateway.get("/v1/models");
    gateway.post("/v1/chat/completions", "{");
    assertTrue(gateway.ledger.isEmpty());
  }
}
