package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.guard.Action;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Kind;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A guard whose policy ends answers, rather than redact them. */
class GatewayBlockTest {
  private static final String MAIL = "jane.doe@example.org";
  private static final String REFUSAL = GatewaySettings.defaults().refusalText();

  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway = TestGateway.start();
    GuardPolicy strict = GuardPolicy.defaults().with(Channel.OUTPUT, Kind.PERSONAL, Action.BLOCK);
    gateway.models.replace(
        List.of(
            new Served(
                TestGateway.MODEL,
                TestGateway.RELEASE,
                TestGateway.NOW,
                gateway.backend,
                new RoutePolicy(Guard.of(strict)))));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void replacesAWholeAnswer() {
    gateway.backend.says("Sure, write to " + MAIL + " now");
    TestGateway.Answer answer = gateway.chat("hi", "");
    assertEquals(200, answer.status());
    assertEquals(REFUSAL, answer.content());
    assertEquals("content_filter", answer.choice().path("finish_reason").stringValue());
    gateway.ledger.next();
    JsonNode closed = gateway.ledger.next();
    assertEquals(Digest.of(REFUSAL).hex(), closed.path("answer").stringValue());
    assertEquals("block", closed.path("output").path("verdict").stringValue());
  }

  @Test
  void endsAStreamAndTheBackendAtOnce() {
    gateway.backend.script(
        run -> {
          run.say("Sure, write to them all at once, at length. ".repeat(20));
          run.say(MAIL.split("(?<=[.@])"));
          run.say(" and then more, which must not be seen ".repeat(20));
          run.say("x".repeat(2000));
        });
    TestGateway.Answer answer = gateway.chat("hi", ",\"stream\":true");
    String said = answer.streamedContent();
    assertTrue(said.startsWith("Sure"), said);
    assertTrue(said.endsWith("\n\n" + REFUSAL), said);
    assertFalse(said.contains("doe@"), said);
    assertFalse(said.contains("must not be seen"), said);
    JsonNode last = answer.chunks().getLast().path("choices").path(0);
    assertEquals("content_filter", last.path("finish_reason").stringValue());
    assertEquals("cancel", gateway.backend.nextRun().nextEvent());
    gateway.ledger.next();
    assertEquals(Digest.of(said).hex(), gateway.ledger.next().path("answer").stringValue());
  }

  @Test
  void endsAStreamWhoseLastWordsAreTheCause() {
    gateway.backend.says("At ", MAIL);
    TestGateway.Answer answer = gateway.chat("hi", ",\"stream\":true");
    assertTrue(answer.streamedContent().endsWith(REFUSAL));
    assertFalse(answer.text().contains(MAIL));
    assertEquals(
        1,
        answer.chunks().stream()
            .filter(c -> c.path("choices").path(0).path("finish_reason").isString())
            .count());
  }

  @Test
  void dropsCallsWithForbiddenNames() {
    gateway.backend.script(run -> run.piece(new Piece.ToolCall(0, "c", MAIL, "{}")).finish());
    TestGateway.Answer answer = gateway.chat("hi", "");
    assertEquals("content_filter", answer.choice().path("finish_reason").stringValue());
    assertFalse(answer.text().contains("tool_calls"), answer.text());
  }
}
