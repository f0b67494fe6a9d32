package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Settings;
import dev.moat.guard.Span;
import dev.moat.guard.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The values of this room, each by itself. */
class SmallTypesTest {
  private static Refusal refusal(Problem problem) {
    return Refusal.of(problem);
  }

  @Test
  void problemsBecomeRefusals() {
    assertEquals(400, refusal(new Problem.Invalid("m", "p")).status());
    assertEquals("p", refusal(new Problem.Invalid("m", "p")).param());
    assertEquals(404, refusal(new Problem.Missing("m", "x")).status());
    assertEquals("model_not_found", refusal(new Problem.Missing("m", "model")).code());
    assertEquals(403, refusal(new Problem.Denied("m", "rule")).status());
    assertEquals(401, refusal(new Problem.Denied("m", Refusal.INVALID_KEY)).status());
    assertEquals(429, refusal(new Problem.Busy("m", Duration.ofSeconds(3))).status());
    assertEquals(500, refusal(new Problem.Tampered("m", "x")).status());
    assertEquals("server_error", refusal(new Problem.Broken("m")).type());
  }

  @Test
  void refusalsSayWhenToTryAgain() {
    var busy = refusal(new Problem.Busy("m", Duration.ofMillis(2500))).response();
    assertEquals("3", busy.headers().first("retry-after").orElseThrow());
    assertEquals("2500", busy.headers().first("retry-after-ms").orElseThrow());
    assertTrue(
        refusal(new Problem.Broken("m")).response().headers().first("retry-after").isEmpty());
    var wire = new OpenAiErrors().render(429, new Problem.Busy("m", Duration.ofSeconds(1)));
    assertTrue(wire.headers().first("retry-after").isEmpty(), "the wire adds it there");
  }

  @Test
  void refusalsHaveTheFourKeysInOrder() {
    assertEquals(
        "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":null,\"code\":null}}",
        Json.text(new Refusal(400, "t", "m", "", "").json()));
    assertEquals(
        "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":\"p\",\"code\":\"c\"}}",
        Json.text(new Refusal(400, "t", "m", "p", "c").json()));
  }

  @Test
  void finishReasonsAreThoseThatClientsKnow() {
    assertEquals(FinishReason.LENGTH, FinishReason.parse("length"));
    assertEquals(FinishReason.TOOL_CALLS, FinishReason.parse("function_call"));
    assertEquals(FinishReason.CONTENT_FILTER, FinishReason.parse("content_filter"));
    assertEquals(FinishReason.STOP, FinishReason.parse("eos"));
    for (FinishReason reason : FinishReason.values()) {
      assertEquals(reason, FinishReason.parse(reason.word()));
    }
  }

  @Test
  void theSumOfLargeCountsIsRight() {
    int most = Integer.MAX_VALUE;
    assertEquals(2L * most, new Usage(most, most, true).json().path("total_tokens").longValue());
  }

  @Test
  void usageIsCountedOrEstimated() {
    assertEquals(new Usage(1, 2, false), Usage.estimate(4, 5));
    assertEquals(new Usage(0, 0, false), Usage.estimate(0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Usage(-1, 0, true));
    Usage huge = Usage.estimate(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2);
    assertTrue(huge.json().path("total_tokens").intValue() > 0, "no overflow");
  }

  @Test
  void findingsKeepTheGravest() {
    Findings findings = new Findings();
    assertEquals("{\"verdict\":\"pass\"}", Json.text(findings.json()));
    findings.add(new Verdict.Flag("injection.x", 0.6, List.of(new Span("injection.x", 0, 1))));
    findings.add(
        new Verdict.Redact("r", List.of(new Span("email", 0, 1), new Span("email", 2, 3)), 0));
    findings.add(new Verdict.Pass(0));
    assertEquals(
        "{\"verdict\":\"redact\",\"redacted\":true,\"found\":{\"email\":2,\"injection.x\":1},"
            + "\"scores\":{\"injection\":0.6},\"strongest\":["
            + "{\"rule\":\"email\",\"start\":0,\"end\":1},"
            + "{\"rule\":\"email\",\"start\":2,\"end\":3},"
            + "{\"rule\":\"injection.x\",\"start\":0,\"end\":1}]}",
        Json.text(findings.json()));
    assertFalse(findings.blocked());
    findings.add(new Verdict.Block("injection.y", 1, List.of()));
    assertTrue(findings.blocked());
    assertEquals("injection.y", findings.json().path("rule").stringValue());
  }

  @Test
  void findingsListABoundedNumberOfTypes() {
    Findings findings = new Findings();
    for (int i = 0; i < 1000; i++) {
      findings.add(new Verdict.Flag("x", 1, List.of(new Span("t" + i, 0, 1))));
    }
    assertEquals(64, findings.json().path("found").size());
  }

  @Test
  void namesOfModelsCanStandInUrls() {
    for (String name : List.of("", "a b", "a\n", "é", "x".repeat(129), "a\"b", "a?b")) {
      assertThrows(Failure.class, () -> TestGateway.served(name, new FakeBackend()), name);
    }
    assertEquals("a/b:c@d-1.2_x", TestGateway.served("a/b:c@d-1.2_x", new FakeBackend()).name());
  }

  @Test
  void servedModelsAreUniqueAndSorted() {
    ServedModels models = new ServedModels();
    Served b = TestGateway.served("b", new FakeBackend());
    Served a = TestGateway.served("a", new FakeBackend());
    models.replace(List.of(b, a));
    assertEquals(List.of(a, b), models.list());
    assertEquals(b, models.find("b").orElseThrow());
    assertTrue(models.find("c").isEmpty());
    assertThrows(IllegalArgumentException.class, () -> models.replace(List.of(a, a)));
    assertEquals(2, models.list().size(), "a replacement that fails changes nothing");
  }

  @Test
  void settingsHaveDefaultsAndBounds() {
    assertEquals(2048, GatewaySettings.defaults().exchangesMax());
    byte[] yaml = "gateway:\n  exchanges-max: 7\n".getBytes(StandardCharsets.UTF_8);
    Settings settings = Settings.parse(yaml, "moat.yaml", Map.of());
    assertEquals(7, GatewaySettings.read(settings.section("gateway")).exchangesMax());
    settings.refuseUnknown();
    assertEquals(GatewaySettings.LedgerFailure.STOP, GatewaySettings.defaults().ledgerFailure());
    assertThrows(Failure.class, () -> new GatewaySettings(0, 1, 1, "x", List.of()));
    assertThrows(Failure.class, () -> new GatewaySettings(1, 0, 1, "x", List.of()));
    assertThrows(Failure.class, () -> new GatewaySettings(1, 1, 0, "x", List.of()));
    assertThrows(Failure.class, () -> new GatewaySettings(1, 1, 1, " ", List.of()));
  }

  @Test
  void toolCallsHaveABoundedIndex() {
    assertThrows(IllegalArgumentException.class, () -> new Piece.ToolCall(-1, "", "", ""));
    assertThrows(IllegalArgumentException.class, () -> new Piece.ToolCall(128, "", "", ""));
    assertEquals(3, new Piece.ToolCall(127, "id", "n", "ab").length());
  }
}
