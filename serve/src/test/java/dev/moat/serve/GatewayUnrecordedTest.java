package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.serve.GatewaySettings.LedgerFailure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** With {@code ledger-failure: serve}, calls go on without a ledger, and the gap is proven. */
class GatewayUnrecordedTest {
  private static final String STREAM = ",\"stream\":true";
  private static final String MISSING = "moat_exchanges_unrecorded_total{missing=";

  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway = TestGateway.start(GatewaySettings.defaults().with(LedgerFailure.SERVE));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private void sayHello(FakeLedger.Mode before) {
    gateway.backend.script(
        run -> {
          gateway.ledger.mode(before);
          run.say("Hello").finish();
        });
  }

  private JsonNode gap() {
    JsonNode event = gateway.ledger.next();
    while (!event.path("type").stringValue().equals("exchanges-unrecorded")) {
      event = gateway.ledger.next();
    }
    return event;
  }

  @Test
  void answersWithoutAReceiptWhileTheDiskIsFull() {
    sayHello(FakeLedger.Mode.FULL);
    gateway.ledger.mode(FakeLedger.Mode.FULL);
    for (String form : new String[] {"", STREAM}) {
      TestGateway.Answer answer = gateway.chat("hi", form);
      assertEquals(200, answer.status());
      assertTrue(answer.text().contains("Hello"), answer.text());
      assertEquals("false", answer.header("x-moat-recorded"));
      assertTrue(answer.headers().firstValue("x-moat-receipt").isEmpty());
    }
    assertTrue(gateway.ledger.isEmpty());
    assertTrue(gateway.meters.scrape().contains(MISSING + "\"exchange\"} 2.0"));
  }

  @Test
  void recordsTheGapWhenTheDiskHasRoomAgain() {
    gateway.ledger.mode(FakeLedger.Mode.FULL);
    gateway.chat("one", "");
    gateway.chat("two", STREAM);
    gateway.ledger.mode(FakeLedger.Mode.PROMPT);
    TestGateway.Answer answer = gateway.chat("three", "");
    assertTrue(answer.headers().firstValue("x-moat-recorded").isEmpty());
    assertEquals("0", answer.header("x-moat-receipt"));
    JsonNode gap = gap();
    assertEquals("gateway", gap.path("actor").stringValue());
    assertEquals(2, gap.path("exchanges").longValue());
    assertEquals(0, gap.path("closings").longValue());
    assertEquals(TestGateway.NOW.toString(), gap.path("from").stringValue());
    assertEquals(TestGateway.NOW.toString(), gap.path("to").stringValue());
    gateway.chat("four", "");
    assertEquals("exchange-closed", gateway.ledger.next().path("type").stringValue());
    assertEquals("exchange-opened", gateway.ledger.next().path("type").stringValue());
  }

  @Test
  void saysWhatLacksOnlyItsClosing() {
    sayHello(FakeLedger.Mode.FULL);
    TestGateway.Answer answer = gateway.chat("hi", "");
    assertEquals(200, answer.status());
    assertEquals("0", answer.header("x-moat-receipt"));
    assertEquals("false", answer.header("x-moat-recorded"));
    gateway.ledger.mode(FakeLedger.Mode.PROMPT);
    TestGateway.Answer streamed = gateway.chat("hi", STREAM);
    assertTrue(streamed.text().contains("[DONE]"), streamed.text());
    assertTrue(gateway.meters.scrape().contains(MISSING + "\"closing\"} 2.0"));
    assertEquals(1, gap().path("closings").longValue());
  }

  @Test
  void isReadyWithAnAlarmUntilTheGapIsRecorded() throws Exception {
    assertFalse(ready().has("alarm"));
    gateway.ledger.mode(FakeLedger.Mode.FULL);
    gateway.chat("hi", "");
    assertTrue(ready().path("alarm").stringValue().contains("unrecorded"));
    assertTrue(ready().has("alarm"), "the disk is still full");
    gateway.ledger.mode(FakeLedger.Mode.PROMPT);
    assertTrue(ready().has("alarm"));
    assertEquals(1, gap().path("exchanges").longValue());
    assertFalse(ready().has("alarm"));
  }

  @Test
  void refusesAnEventThatTheLedgerRefusesForItself() {
    for (FakeLedger.Mode mode :
        new FakeLedger.Mode[] {FakeLedger.Mode.REFUSING, FakeLedger.Mode.THROWING}) {
      gateway.ledger.mode(mode);
      TestGateway.Answer answer = gateway.chat("hi", "");
      assertEquals(503, answer.status());
      assertEquals("ledger_unavailable", answer.error().path("code").stringValue());
    }
    assertTrue(gateway.backend.unasked());
  }

  @Test
  void stopsAgainWhenTheSettingSaysSo() {
    gateway.ledger.mode(FakeLedger.Mode.FULL);
    assertEquals(200, gateway.chat("hi", "").status());
    gateway.gateway.apply(GatewaySettings.defaults());
    assertEquals(503, gateway.chat("hi", "").status());
  }

  @Test
  void takesNoFeedbackOnWhatIsNotRecorded() {
    gateway.ledger.mode(FakeLedger.Mode.FULL);
    String first = gateway.chat("hi", "").json().path("id").stringValue();
    String second = gateway.chat("hi", "").json().path("id").stringValue();
    assertFalse(first.equals(second));
    gateway.ledger.mode(FakeLedger.Mode.PROMPT);
    String feedback = "{\"id\":\"" + first + "\",\"thumbs\":\"up\"}";
    TestGateway.Answer answer = gateway.post("/v1/feedback", feedback);
    assertEquals("answer_not_found", answer.error().path("code").stringValue());
  }

  private JsonNode ready() throws Exception {
    return gateway.get("/readyz").json();
  }
}
