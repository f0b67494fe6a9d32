package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.wire.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MessagesFormTest {
  private static JsonNode parsed(String single) {
    return Json.parse(TestGateway.json(single), "expected");
  }

  private static Refusal refusal(int status) {
    return new Refusal(
        status, "some_type", "the message", "param", "code", Duration.ofMillis(1500));
  }

  @Test
  void namesErrorsByTheirStatus() {
    Map<Integer, String> types =
        Map.ofEntries(
            Map.entry(400, "invalid_request_error"),
            Map.entry(401, "authentication_error"),
            Map.entry(402, "billing_error"),
            Map.entry(403, "permission_error"),
            Map.entry(404, "not_found_error"),
            Map.entry(405, "invalid_request_error"),
            Map.entry(413, "request_too_large"),
            Map.entry(422, "invalid_request_error"),
            Map.entry(429, "rate_limit_error"),
            Map.entry(500, "api_error"),
            Map.entry(502, "api_error"),
            Map.entry(503, "overloaded_error"),
            Map.entry(504, "timeout_error"));
    types.forEach(
        (status, type) ->
            assertEquals(
                parsed(
                    "{'type':'error','error':{'type':'"
                        + type
                        + "','message':'the message'},'request_id':'r1'}"),
                MessagesForm.error(refusal(status), "r1")));
  }

  @Test
  void tellsWhenToTryAgain() {
    Response response = MessagesForm.refused(refusal(429), "r1");
    assertEquals(429, response.status());
    assertEquals("2", response.headers().first("retry-after").orElse(""));
    assertEquals("1500", response.headers().first("retry-after-ms").orElse(""));
    assertEquals("r1", response.headers().first("request-id").orElse(""));
    String body = new String(response.body(), StandardCharsets.UTF_8);
    assertTrue(body.startsWith("{\"type\":\"error\""), body);
  }

  @Test
  void readsArgumentsAsAnObject() {
    assertEquals(parsed("{}"), MessagesForm.input(""));
    assertEquals(parsed("{}"), MessagesForm.input(" \n"));
    assertEquals(parsed("{'x':[1]}"), MessagesForm.input("{\"x\":[1]}"));
    for (String other : List.of("[1]", "1", "null", "{\"x\":", "{\"x\":1,\"x\":2}", "plain")) {
      assertEquals(Json.object().put("raw_arguments", other), MessagesForm.input(other), other);
    }
  }

  @Test
  void beginsEachKindOfBlock() {
    assertEquals(
        parsed("{'type':'text','text':'','citations':null}"),
        MessagesForm.block(new Piece.Text("x"), ""));
    assertEquals(
        parsed("{'type':'text','text':'','citations':null}"),
        MessagesForm.block(new Piece.Declined("x"), ""));
    assertEquals(
        parsed("{'type':'thinking','thinking':'','signature':''}"),
        MessagesForm.block(new Piece.Reasoning("x"), ""));
    assertEquals(
        parsed("{'type':'tool_use','id':'c','name':'f','input':{}}"),
        MessagesForm.block(new Piece.ToolCall(0, "ignored", "f", "x"), "c"));
  }

  @Test
  void saysWhyAnAnswerEnds() {
    assertEquals("end_turn", MessagesForm.stopReason(FinishReason.STOP, false));
    assertEquals("refusal", MessagesForm.stopReason(FinishReason.STOP, true));
    assertEquals("max_tokens", MessagesForm.stopReason(FinishReason.LENGTH, true));
    assertEquals("tool_use", MessagesForm.stopReason(FinishReason.TOOL_CALLS, false));
    assertEquals("refusal", MessagesForm.stopReason(FinishReason.CONTENT_FILTER, false));
  }

  @Test
  void givesIdsToCallsThatHaveNone() {
    CallIds ids = new CallIds("r1");
    assertEquals("own", ids.of(new Piece.ToolCall(3, "own", "f", "")));
    assertEquals("call_r1_3", ids.of(new Piece.ToolCall(3, "", "f", "")));
    assertEquals("", ids.of(new Piece.Text("x")));
  }

  @Test
  void countsWhatWasReadAndSaid() {
    JsonNode usage = MessagesForm.usage(new Usage(3, 5, true));
    assertEquals(3, usage.path("input_tokens").intValue());
    assertEquals(5, usage.path("output_tokens").intValue());
    Digest release = Digest.of("release");
    AnswerHead head =
        new AnswerHead(Endpoint.MESSAGES, "r1", 1, "m", release, OptionalLong.of(7), "");
    assertEquals("msg_r1", MessagesForm.message(head).path("id").stringValue());
  }
}
