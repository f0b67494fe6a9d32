package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Secret;
import dev.moat.wire.Client;
import dev.moat.wire.ClientSettings;
import dev.moat.wire.Ending;
import dev.moat.wire.ResponseStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The gateway before a model server, which does not always behave. */
class UpstreamBackendTest {
  private static final String STREAM = ",\"stream\":true";
  private static final List<String> FORMS = List.of("", STREAM);
  private static final Duration BRIEF = Duration.ofMillis(500);
  private static final String WHOLE =
      """
      {"id":"x","object":"chat.completion","created":1.5,"model":"theirs","choices":[{"index":0,
       "message":{"role":"assistant","content":"Hi there"},"finish_reason":"stop"}],
       "usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}
      """;

  private FakeUpstream upstream;
  private TestGateway gateway;
  private Client client;

  @BeforeEach
  void start() {
    upstream = new FakeUpstream();
    gateway = TestGateway.start();
    client = gateway.wire.client(new ClientSettings(16, 16, BRIEF, BRIEF, BRIEF));
    serve(upstream.base());
  }

  private void serve(String base) {
    UpstreamSettings settings =
        UpstreamSettings.of(base, Optional.of(Secret.of("sk-upstream")), "their-model");
    gateway.models.replace(
        List.of(TestGateway.served(TestGateway.MODEL, new UpstreamBackend(client, settings))));
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    upstream.close();
  }

  private static String delta(String delta) {
    return "{\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]}";
  }

  private static String finish(String reason) {
    return "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
  }

  private static String content(String text) {
    return delta("{\"content\":\"" + text + "\"}");
  }

  private void assertRefused(int status, String code, String form) {
    TestGateway.Answer answer = gateway.chat("hi", form);
    assertEquals(status, answer.status(), answer.text());
    assertEquals(code, answer.error().path("code").asString(), answer.text());
  }

  @Test
  void forwardsTheCallersBytesWithItsOwnNameAndKey() {
    upstream.saysJson(WHOLE);
    String body = TestGateway.chatBody("hi", ",\"top_k\":5,\"guided_json\":{\"a\":[1.50]}");
    gateway.post("/v1/chat/completions", body);
    FakeUpstream.Asked asked = upstream.nextAsked();
    assertEquals(body.replace(TestGateway.MODEL, "their-model"), asked.body());
    assertEquals("Bearer sk-upstream", asked.head().headers().first("authorization").orElseThrow());
    assertEquals("application/json", asked.head().headers().first("accept").orElseThrow());
    assertFalse(asked.head().headers().toString().contains("x-request-id"));
  }

  @Test
  void answersWholeInItsOwnForm() {
    upstream.saysJson(WHOLE);
    TestGateway.Answer answer = gateway.chat("hi", "");
    assertEquals("Hi there", answer.content());
    assertTrue(answer.json().path("created").isInt(), "a fraction breaks some clients");
    assertEquals(TestGateway.MODEL, answer.json().path("model").stringValue());
    assertEquals(18, answer.json().path("usage").path("total_tokens").intValue());
  }

  @Test
  void asksForUsageAndStripsItUnlessTheCallerWantsIt() {
    upstream.streams(
        delta("{\"role\":\"assistant\",\"content\":\"\"}"),
        content("Hi "),
        content("there"),
        finish("stop"),
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7}}",
        "[DONE]");
    TestGateway.Answer answer = gateway.chat("hi", STREAM);
    assertEquals("Hi there", answer.streamedContent());
    assertFalse(answer.text().contains("usage"), answer.text());
    FakeUpstream.Asked asked = upstream.nextAsked();
    assertTrue(asked.body().contains("\"stream_options\":{\"include_usage\":true}"), asked.body());
    assertEquals("text/event-stream", asked.head().headers().first("accept").orElseThrow());
    gateway.ledger.next();
    JsonNode usage = gateway.ledger.next().path("usage");
    assertEquals(11, usage.path("prompt_tokens").intValue());
    assertTrue(usage.path("exact").booleanValue());
    TestGateway.Answer wanted =
        gateway.chat("hi", STREAM + ",\"stream_options\":{\"include_usage\":true}");
    assertEquals(7, wanted.chunks().getLast().path("usage").path("completion_tokens").intValue());
  }

  @Test
  void cleansWhatServersGetWrong() {
    upstream.streams(
        "{\"choices\":[],\"prompt_filter_results\":[]}",
        delta("{\"role\":\"assistant\",\"content\":null}"),
        "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"a\"}}],\"usage\":null}",
        "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"b\"}}],"
            + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1},\"error\":null}",
        delta("null"),
        finish("eos_token"),
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}",
        "[DONE]");
    TestGateway.Answer answer =
        gateway.chat("hi", STREAM + ",\"stream_options\":{\"include_usage\":true}");
    assertEquals("ab", answer.streamedContent());
    List<JsonNode> chunks = answer.chunks();
    assertEquals(1, chunks.stream().filter(c -> c.path("usage").isObject()).count());
    assertEquals(2, chunks.getLast().path("usage").path("completion_tokens").intValue());
    assertEquals(
        1,
        chunks.stream().filter(c -> c.path("choices").path(0).path("delta").has("role")).count());
    assertTrue(chunks.stream().noneMatch(c -> c.has("error")));
    JsonNode finishing = chunks.get(chunks.size() - 2).path("choices").path(0);
    assertEquals("stop", finishing.path("finish_reason").stringValue());
  }

  @Test
  void cleansToolCalls() {
    upstream.streams(
        delta(
            TestGateway.json(
                "{'tool_calls':[{'id':'c1','type':'function','function':{'name':'f'}}]}")),
        delta(
            TestGateway.json(
                "{'tool_calls':[{'index':0,'id':'c1','function':{'name':'f','arguments':'{'}}]}")),
        delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"}\"}}]}"),
        delta(
            TestGateway.json(
                "{'tool_calls':[{'index':1,'id':'bad id <',"
                    + "'function':{'name':'g','arguments':{'a':1}}}]}")),
        finish("stop"),
        "[DONE]");
    TestGateway.Answer answer = gateway.chat("hi", STREAM);
    String text = answer.text();
    assertEquals(2, text.split("\"name\":", -1).length - 1, text);
    assertTrue(text.contains("\"id\":\"call_1\""), "an id that could hide a text is replaced");
    assertTrue(text.contains("{\\\"a\\\":1}"), text);
    assertEquals(
        "tool_calls",
        answer.chunks().getLast().path("choices").path(0).path("finish_reason").stringValue());
  }

  @Test
  void readsACompletion() {
    upstream.streams(
        "{\"choices\":[{\"index\":0,\"text\":\"Hi\",\"finish_reason\":null}]}",
        "{\"choices\":[{\"index\":0,\"text\":\" x\",\"finish_reason\":\"length\"}]}",
        "[DONE]");
    List<JsonNode> chunks = gateway.complete("p", STREAM).chunks();
    assertEquals(
        "length", chunks.getLast().path("choices").path(0).path("finish_reason").stringValue());
    upstream.saysJson("{\"choices\":[{\"text\":\"whole\",\"finish_reason\":\"stop\"}]}");
    assertEquals("whole", gateway.complete("p", "").choice().path("text").stringValue());
  }

  @Test
  void takesAWholeAnswerWhereAStreamWasWanted() {
    upstream.saysJson(WHOLE);
    assertEquals("Hi there", gateway.chat("hi", STREAM).streamedContent());
  }

  @Test
  void takesEventStreamsOfEveryForm() {
    upstream.answers(
        (http, _) -> {
          ResponseStream stream = FakeUpstream.stream(http);
          String events =
              ": keep-alive\r\n\r\ndata:"
                  + content("ä€")
                  + "\r\n\r\ndata: "
                  + finish("stop")
                  + "\r\n\r\n";
          for (byte b : events.getBytes(StandardCharsets.UTF_8)) {
            stream.write(new byte[] {b});
          }
          stream.end();
        });
    assertEquals("ä€", gateway.chat("hi", STREAM).streamedContent());
  }

  @Test
  void passesOnWhatIsTheCallersFault() {
    upstream.says(
        400,
        "application/json",
        TestGateway.json(
            "{'error':{'message':'too many tokens','type':'x','param':'messages',"
                + "'code':'context_length_exceeded'}}"));
    for (String form : FORMS) {
      assertRefused(400, "context_length_exceeded", form);
    }
    upstream.says(422, "application/json", "{\"error\":{\"message\":{\"a\":1},\"code\":7}}");
    TestGateway.Answer odd = gateway.chat("hi", "");
    assertEquals(422, odd.status());
    assertTrue(odd.error().path("message").isString(), odd.text());
    assertTrue(odd.error().path("code").isNull(), odd.text());
    upstream.says(400, "text/html", "<html>bad</html>");
    assertEquals(
        "invalid_request_error", gateway.chat("hi", "").error().path("type").stringValue());
  }

  @Test
  void keepsTheOperatorsTroublesInside() {
    for (int status : new int[] {401, 403, 404, 500, 503, 302}) {
      upstream.says(
          status, "application/json", "{\"error\":{\"message\":\"key sk-upstream is wrong\"}}");
      for (String form : FORMS) {
        TestGateway.Answer answer = gateway.chat("hi", form);
        assertEquals(502, answer.status());
        assertEquals(
            status == 503 ? "backend_unavailable" : "backend_error",
            answer.error().path("code").stringValue());
        assertFalse(answer.text().contains("sk-upstream"));
      }
    }
  }

  @Test
  void tellsThatTheBackendIsBusy() {
    upstream.says(429, "application/json", "{}");
    TestGateway.Answer answer = gateway.chat("hi", "");
    assertEquals(429, answer.status());
    assertEquals("1", answer.header("retry-after"));
  }

  @Test
  void tellsThatTheBackendAnswersNonsense() {
    for (String body :
        List.of(
            "", "nonsense", "{}", "[]", "{\"choices\":[]}", "{\"error\":{\"message\":\"x\"}}")) {
      upstream.saysJson(body);
      String code =
          body.startsWith("{") || body.equals("[]") ? "backend_error" : "backend_unavailable";
      assertRefused(502, code, "");
    }
    upstream.says(200, "text/html", "<html>login</html>");
    assertRefused(502, "backend_unavailable", STREAM);
  }

  @Test
  void tellsThatAStreamIsNonsense() {
    upstream.streams("nonsense");
    assertRefused(502, "backend_unavailable", STREAM);
    upstream.streams("{\"error\":{\"message\":\"overloaded\",\"code\":\"busy\"}}", "[DONE]");
    assertRefused(502, "backend_error", STREAM);
    upstream.streams(
        "{\"error\":{\"message\":\"too long\",\"type\":\"BadRequestError\",\"code\":400}}");
    assertRefused(400, "", STREAM);
    upstream.streams("[DONE]");
    assertRefused(502, "backend_unavailable", STREAM);
    upstream.streams(content("Hi"));
    assertRefused(502, "backend_unavailable", STREAM);
    upstream.streams();
    assertRefused(502, "backend_unavailable", STREAM);
  }

  @Test
  void tellsThatAStreamWasCut() {
    upstream.answers(
        (http, _) -> {
          ResponseStream stream = FakeUpstream.stream(http);
          FakeUpstream.send(stream, content("Hello, all is plain here. ".repeat(60)));
          http.execute(stream::abort);
        });
    TestGateway.Answer answer = gateway.chat("hi", STREAM);
    assertEquals(200, answer.status());
    assertTrue(answer.text().contains("Hello"), answer.text());
    assertTrue(answer.events().getLast().data().contains("backend_unavailable"), answer.text());
    assertFalse(answer.text().contains("[DONE]"));
  }

  @Test
  void givesUpOnABackendThatStalls() throws InterruptedException {
    upstream.answers((_, _) -> {});
    for (String form : FORMS) {
      assertRefused(504, "backend_unavailable", form);
      assertEquals(Ending.GONE, upstream.endings.poll(5, TimeUnit.SECONDS));
    }
    upstream.answers((http, _) -> FakeUpstream.send(FakeUpstream.stream(http), content("x")));
    assertRefused(504, "backend_unavailable", STREAM);
  }

  @Test
  void tellsThatNobodyIsThere() {
    serve("http://127.0.0.1:1/v1");
    for (String form : FORMS) {
      assertRefused(502, "backend_unavailable", form);
    }
  }

  @Test
  void breaksOffWhenTheCallerGoes() throws InterruptedException {
    upstream.answers(
        (http, _) ->
            FakeUpstream.send(
                FakeUpstream.stream(http), content("Hello, all is plain here. ".repeat(60))));
    Lines lines =
        gateway.open(gateway.posting("/v1/chat/completions", TestGateway.chatBody("hi", STREAM)));
    lines.next();
    lines.next();
    lines.close();
    assertEquals(Ending.GONE, upstream.endings.poll(5, TimeUnit.SECONDS));
  }

  @Test
  void holdsTheBackendBackForASlowCaller() throws InterruptedException {
    String large = content("x".repeat(64 << 10));
    java.util.concurrent.atomic.AtomicInteger sent =
        new java.util.concurrent.atomic.AtomicInteger();
    upstream.answers(
        (http, _) -> {
          ResponseStream stream = FakeUpstream.stream(http);
          byte[] event = ("data: " + large + "\n\n").getBytes(StandardCharsets.UTF_8);
          Runnable fill =
              () -> {
                while (sent.incrementAndGet() < 1000 && stream.write(event)) {
                  // until it must wait
                }
              };
          stream.onDrain(fill);
          fill.run();
        });
    Lines lines =
        gateway.open(gateway.posting("/v1/chat/completions", TestGateway.chatBody("hi", STREAM)));
    lines.next();
    assertEquals(null, upstream.endings.poll(1, TimeUnit.SECONDS));
    assertTrue(sent.get() < 1000, "64 MB must not pile up for a caller that does not read");
    lines.close();
    assertEquals(Ending.GONE, upstream.endings.poll(5, TimeUnit.SECONDS));
  }

  @Test
  void followsNoAddressInARequest() {
    upstream.saysJson(WHOLE);
    gateway.send(
        gateway
            .posting(
                "/v1/chat/completions",
                TestGateway.chatBody("hi", ",\"base_url\":\"http://192.0.2.1/\""))
            .header("x-upstream", "http://192.0.2.1/"));
    assertEquals("/v1/chat/completions", upstream.nextAsked().head().path());
  }
}
