package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The form of answers, field by field, as clients expect them. */
class GatewayChatTest {
  private static final String STREAM = ",\"stream\":true";
  private static final String STREAM_WITH_USAGE =
      ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";

  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway = TestGateway.start();
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static Set<String> names(JsonNode node) {
    return Set.copyOf(node.propertyNames());
  }

  @Test
  void answersAChatWhole() {
    TestGateway.Answer answer = gateway.chat("hi", "");
    assertEquals(200, answer.status(), answer.text());
    JsonNode json = answer.json();
    assertEquals("chat.completion", json.path("object").stringValue());
    assertTrue(json.path("id").stringValue().matches("chatcmpl-[0-9a-f]{46}"));
    assertTrue(json.path("created").isInt());
    assertEquals(TestGateway.NOW.getEpochSecond(), json.path("created").longValue());
    assertEquals(TestGateway.MODEL, json.path("model").stringValue());
    assertEquals(
        "fp_" + TestGateway.RELEASE.brief(), json.path("system_fingerprint").stringValue());
    assertEquals(1, json.path("choices").size());
    JsonNode choice = answer.choice();
    assertEquals(0, choice.path("index").intValue());
    assertEquals("stop", choice.path("finish_reason").stringValue());
    assertTrue(choice.has("logprobs") && choice.path("logprobs").isNull());
    assertEquals("assistant", choice.path("message").path("role").stringValue());
    assertTrue(choice.path("message").path("refusal").isNull());
    assertEquals("Hello, world", answer.content());
    assertEquals(3, json.path("usage").path("prompt_tokens").intValue());
    assertEquals(5, json.path("usage").path("completion_tokens").intValue());
    assertEquals(8, json.path("usage").path("total_tokens").intValue());
    assertFalse(json.has("error"));
  }

  @Test
  void answersACompletionWhole() {
    TestGateway.Answer answer = gateway.complete("int x =", "");
    assertEquals("text_completion", answer.json().path("object").stringValue());
    assertTrue(answer.json().path("id").stringValue().startsWith("cmpl-"));
    assertEquals("Hello, world", answer.choice().path("text").stringValue());
    assertEquals("stop", answer.choice().path("finish_reason").stringValue());
    assertFalse(answer.choice().has("message"));
    assertEquals(List.of(new ChatMessage("user", "int x =")), gateway.backend.nextMessages());
  }

  @Test
  void streamsAChat() {
    TestGateway.Answer answer = gateway.chat("hi", STREAM);
    assertEquals("text/event-stream; charset=utf-8", answer.header("content-type"));
    assertEquals("no-cache", answer.header("cache-control"));
    List<JsonNode> chunks = answer.chunks();
    for (JsonNode chunk : chunks) {
      assertEquals("chat.completion.chunk", chunk.path("object").stringValue());
      assertEquals(answer.chunks().getFirst().path("id"), chunk.path("id"));
      assertTrue(chunk.path("created").isInt());
      assertEquals(TestGateway.MODEL, chunk.path("model").stringValue());
      assertEquals(1, chunk.path("choices").size());
      JsonNode choice = chunk.path("choices").path(0);
      assertEquals(0, choice.path("index").intValue());
      assertTrue(choice.path("delta").isObject());
      assertTrue(choice.has("finish_reason"));
      assertFalse(chunk.has("error"), "some clients throw on it even if it is null");
      assertFalse(chunk.has("usage"), "nobody asked for it");
    }
    assertEquals("Hello, world", answer.streamedContent());
    assertTrue(answer.events().stream().allMatch(event -> event.type().isEmpty()));
  }

  @Test
  void namesTheRoleOnceAndTheReasonLast() {
    List<JsonNode> choices =
        gateway.chat("hi", STREAM).chunks().stream().map(c -> c.path("choices").path(0)).toList();
    assertEquals("assistant", choices.getFirst().path("delta").path("role").stringValue());
    assertEquals(1, choices.stream().filter(c -> c.path("delta").has("role")).count());
    assertEquals("stop", choices.getLast().path("finish_reason").stringValue());
    assertEquals(Set.of(), names(choices.getLast().path("delta")));
    assertTrue(
        choices.subList(0, choices.size() - 1).stream()
            .allMatch(c -> c.path("finish_reason").isNull()));
  }

  @Test
  void tellsTheUsageOfAStreamOnceWhenAsked() {
    List<JsonNode> chunks = gateway.chat("hi", STREAM_WITH_USAGE).chunks();
    JsonNode last = chunks.getLast();
    assertEquals(0, last.path("choices").size());
    assertTrue(last.path("choices").isArray());
    assertEquals(8, last.path("usage").path("total_tokens").intValue());
    for (JsonNode chunk : chunks.subList(0, chunks.size() - 1)) {
      assertTrue(chunk.has("usage") && chunk.path("usage").isNull());
    }
    JsonNode before = chunks.get(chunks.size() - 2);
    assertEquals("stop", before.path("choices").path(0).path("finish_reason").stringValue());
  }

  @Test
  void streamsACompletion() {
    List<JsonNode> chunks = gateway.complete("x", STREAM_WITH_USAGE).chunks();
    StringBuilder text = new StringBuilder();
    for (JsonNode chunk : chunks.subList(0, chunks.size() - 1)) {
      assertEquals("text_completion", chunk.path("object").stringValue());
      text.append(chunk.path("choices").path(0).path("text").stringValue());
    }
    assertEquals("Hello, world", text.toString());
    assertEquals(5, chunks.getLast().path("usage").path("completion_tokens").intValue());
  }

  @Test
  void streamsAnAnswerWithoutText() {
    gateway.backend.script(run -> run.finish(FinishReason.LENGTH, 1, 0));
    List<JsonNode> chunks = gateway.chat("hi", STREAM).chunks();
    assertEquals(2, chunks.size(), "the role, then the reason");
    assertEquals(
        "length", chunks.getLast().path("choices").path(0).path("finish_reason").stringValue());
    assertEquals("", gateway.chat("hi", "").content());
  }

  @Test
  void carriesToolCallsOnceNamedAlwaysIndexed() {
    gateway.backend.script(
        run -> {
          run.piece(new Piece.ToolCall(0, "call_a", "f", ""));
          run.piece(new Piece.ToolCall(0, "", "", "{\"x\":"));
          run.piece(new Piece.ToolCall(0, "", "", "1}"));
          run.piece(new Piece.ToolCall(1, "call_b", "g", "{}"));
          run.finish();
        });
    List<JsonNode> chunks = gateway.chat("hi", STREAM).chunks();
    StringBuilder names = new StringBuilder();
    StringBuilder arguments = new StringBuilder();
    for (JsonNode chunk : chunks) {
      for (JsonNode call : chunk.path("choices").path(0).path("delta").path("tool_calls")) {
        assertTrue(call.path("index").isInt());
        assertTrue(call.path("function").path("arguments").isString());
        assertEquals(call.has("id"), call.has("type"));
        assertEquals(call.has("id"), call.path("function").has("name"));
        names.append(call.path("id").isString() ? call.path("id").stringValue() + ";" : "");
        arguments.append(call.path("function").path("arguments").stringValue());
      }
    }
    assertEquals("call_a;call_b;", names.toString());
    assertEquals("{\"x\":1}{}", arguments.toString());
    assertEquals(
        "tool_calls", chunks.getLast().path("choices").path(0).path("finish_reason").stringValue());
    TestGateway.Answer whole = gateway.chat("hi", "");
    assertEquals("tool_calls", whole.choice().path("finish_reason").stringValue());
    JsonNode message = whole.choice().path("message");
    assertTrue(message.path("content").isNull());
    JsonNode call = message.path("tool_calls").path(0);
    assertEquals("function", call.path("type").stringValue());
    assertEquals("{\"x\":1}", call.path("function").path("arguments").stringValue());
  }

  @Test
  void carriesReasoningAndRefusals() {
    gateway.backend.script(
        run -> run.piece(new Piece.Reasoning("hm")).piece(new Piece.Declined("no")).finish());
    JsonNode message = gateway.chat("hi", "").choice().path("message");
    assertEquals("hm", message.path("reasoning_content").stringValue());
    assertEquals("no", message.path("refusal").stringValue());
    assertTrue(message.path("content").isNull());
    String streamed = gateway.chat("hi", STREAM).text();
    assertTrue(streamed.contains("\"reasoning_content\":\"hm\""), streamed);
    assertTrue(streamed.contains("\"refusal\":\"no\""), streamed);
  }

  @Test
  void estimatesWhatABackendDoesNotCount() {
    gateway.backend.script(run -> run.say("12345678").finishUncounted(FinishReason.STOP));
    JsonNode usage = gateway.chat("abcdefgh", "").json().path("usage");
    assertEquals(2, usage.path("prompt_tokens").intValue());
    assertEquals(2, usage.path("completion_tokens").intValue());
    gateway.ledger.next();
    assertFalse(gateway.ledger.next().path("usage").path("exact").booleanValue());
  }

  @Test
  void givesAReceiptAndARequestId() {
    TestGateway.Answer first = gateway.chat("hi", "");
    TestGateway.Answer second = gateway.chat("hi", STREAM);
    assertEquals("0", first.header("x-moat-receipt"));
    assertEquals("2", second.header("x-moat-receipt"));
    assertEquals(36, second.header("x-request-id").length());
  }

  @Test
  void passesOnHowToSample() {
    gateway.chat(
        "hi",
        TestGateway.json(
            ",'temperature':0.5,'top_p':0.9,'seed':-7,'max_tokens':9,'stop':['a','b'],'n':1"));
    Sampling sampling = gateway.backend.nextRun().call.sampling();
    assertEquals(0.5, sampling.temperature().orElseThrow());
    assertEquals(0.9, sampling.topP().orElseThrow());
    assertEquals(-7, sampling.seed().orElseThrow());
    assertEquals(9, sampling.tokensMax().orElseThrow());
    assertEquals(List.of("a", "b"), sampling.stop());
    gateway.chat("hi", ",\"max_tokens\":9,\"max_completion_tokens\":4,\"stop\":\"x\"");
    Sampling newer = gateway.backend.nextRun().call.sampling();
    assertEquals(4, newer.tokensMax().orElseThrow(), "the newer name wins");
    assertEquals(List.of("x"), newer.stop());
    gateway.chat("hi", ",\"temperature\":null,\"stop\":null,\"stream\":null,\"n\":null");
    assertEquals(Sampling.unsaid(), gateway.backend.nextRun().call.sampling());
  }

  @Test
  void answersManyAtTheSameTime() {
    List<String> answers =
        java.util.stream.IntStream.range(0, 50)
            .parallel()
            .mapToObj(i -> gateway.chat("hi " + i, i % 2 == 0 ? "" : STREAM))
            .map(answer -> answer.status() + answer.header("x-moat-receipt"))
            .toList();
    assertTrue(answers.stream().allMatch(answer -> answer.startsWith("200")));
    assertEquals(50, Set.copyOf(answers).size(), "every exchange has a receipt of its own");
  }

  @Test
  void recordsTheDigestOfTheTextThatWasSent() {
    for (String more : List.of("", STREAM)) {
      gateway.chat("hi", more);
      assertEquals("exchange-opened", gateway.ledger.next().path("type").stringValue());
      assertEquals(
          Digest.of("Hello, world").hex(), gateway.ledger.next().path("answer").stringValue());
    }
  }
}
