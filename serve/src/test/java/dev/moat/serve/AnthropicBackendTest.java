package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import dev.moat.core.Secret;
import dev.moat.wire.Client;
import dev.moat.wire.ClientSettings;
import dev.moat.wire.Ending;
import dev.moat.wire.ResponseStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The gateway before a server that speaks Anthropic's Messages API, good or bad. */
class AnthropicBackendTest {
  private static final String STREAM = ",\"stream\":true";
  private static final List<String> FORMS = List.of("", STREAM);
  private static final Duration BRIEF = Duration.ofMillis(500);
  private static final String WHOLE =
      TestGateway.json(
          "{'id':'msg_x','type':'message','role':'assistant','model':'theirs','content':["
              + "{'type':'thinking','thinking':'hm','signature':'s'},{'type':'text','text':'Hi '},"
              + "{'type':'text','text':'there'},"
              + "{'type':'tool_use','id':'toolu_1','name':'f','input':{'x':1}}],"
              + "'stop_reason':'tool_use','usage':{'input_tokens':7,"
              + "'cache_read_input_tokens':4,'output_tokens':5}}");
  private static final List<String> EVENTS =
      List.of(
          "{'type':'message_start','message':{'usage':{'input_tokens':11,'output_tokens':1}}}",
          "{'type':'content_block_start','index':0,'content_block':{'type':'thinking',"
              + "'thinking':''}}",
          "{'type':'content_block_delta','index':0,'delta':{'type':'thinking_delta',"
              + "'thinking':'hm'}}",
          "{'type':'content_block_delta','index':0,'delta':{'type':'signature_delta',"
              + "'signature':'s'}}",
          "{'type':'content_block_stop','index':0}",
          "{'type':'ping'}",
          "{'type':'content_block_start','index':1,'content_block':{'type':'text','text':''}}",
          "{'type':'content_block_delta','index':1,'delta':{'type':'text_delta','text':'Hi '}}",
          "{'type':'content_block_delta','index':1,'delta':{'type':'text_delta','text':'there'}}",
          "{'type':'content_block_stop','index':1}",
          "{'type':'content_block_start','index':2,'content_block':{'type':'tool_use',"
              + "'id':'toolu_1','name':'f','input':{}}}",
          "{'type':'content_block_delta','index':2,'delta':{'type':'input_json_delta',"
              + "'partial_json':''}}",
          "{'type':'content_block_delta','index':2,'delta':{'type':'input_json_delta',"
              + "'partial_json':'{\\'x\\':1}'}}",
          "{'type':'content_block_stop','index':2}",
          "{'type':'content_block_start','index':3,'content_block':{'type':'tool_use',"
              + "'id':'toolu_2','name':'g','input':{}}}",
          "{'type':'content_block_stop','index':3}",
          "{'type':'message_delta','delta':{'stop_reason':'tool_use'},"
              + "'usage':{'output_tokens':5}}",
          "{'type':'message_stop'}");

  private FakeUpstream upstream;
  private TestGateway gateway;
  private Client client;

  @BeforeEach
  void start() {
    upstream = new FakeUpstream();
    gateway = TestGateway.start();
    client = gateway.wire.client(new ClientSettings(16, 16, BRIEF, BRIEF, BRIEF));
    serve(upstream.base(), Optional.of(Secret.of("sk-ant")));
  }

  private void serve(String base, Optional<Secret> key) {
    UpstreamSettings settings = UpstreamSettings.of(base, key, "their-model");
    gateway.models.replace(
        List.of(TestGateway.served(TestGateway.MODEL, new AnthropicBackend(client, settings))));
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    upstream.close();
  }

  private void streams(List<String> events) {
    upstream.streams(events.stream().map(TestGateway::json).toArray(String[]::new));
  }

  private void assertRefused(int status, String code, String form) {
    TestGateway.Answer answer = gateway.chat("hi", form);
    assertEquals(status, answer.status(), answer.text());
    assertEquals(code, answer.error().path("code").asString(""), answer.text());
  }

  @Test
  void asksInTheFormOfThatServer() {
    upstream.saysJson(WHOLE);
    gateway.chat("mail jane.doe@example.org", ",\"max_tokens\":9,\"user\":\"u\"");
    FakeUpstream.Asked asked = upstream.nextAsked();
    assertEquals("/v1/messages", asked.head().path());
    assertEquals("sk-ant", asked.head().headers().first("x-api-key").orElse(""));
    assertEquals("2023-06-01", asked.head().headers().first("anthropic-version").orElse(""));
    assertTrue(asked.head().headers().first("authorization").isEmpty());
    assertEquals(
        Json.parse(
            TestGateway.json(
                "{'model':'their-model','max_tokens':9,'messages':[{'role':'user','content':"
                    + "[{'type':'text','text':'mail [redacted:email]'}]}],"
                    + "'metadata':{'user_id':'u'}}"),
            "expected"),
        Json.parse(asked.body(), "asked"));
  }

  @Test
  void asksWithoutAKeyWhereNoneIsSet() {
    serve(upstream.base(), Optional.empty());
    upstream.saysJson(WHOLE);
    gateway.chat("hi", "");
    assertTrue(upstream.nextAsked().head().headers().first("x-api-key").isEmpty());
  }

  @Test
  void tellsAWholeAnswerAsAChat() {
    upstream.saysJson(WHOLE);
    TestGateway.Answer answer = gateway.chat("hi", "");
    assertEquals(200, answer.status(), answer.text());
    assertEquals("Hi there", answer.content());
    JsonNode message = answer.choice().path("message");
    assertEquals("hm", message.path("reasoning_content").stringValue());
    JsonNode call = message.path("tool_calls").path(0);
    assertEquals("toolu_1", call.path("id").stringValue());
    assertEquals("{\"x\":1}", call.path("function").path("arguments").stringValue());
    assertEquals("tool_calls", answer.choice().path("finish_reason").stringValue());
    assertEquals(11, answer.json().path("usage").path("prompt_tokens").intValue());
    assertEquals(5, answer.json().path("usage").path("completion_tokens").intValue());
  }

  @Test
  void tellsAStreamAsAChat() {
    streams(EVENTS);
    TestGateway.Answer answer =
        gateway.chat("hi", STREAM + ",\"stream_options\":{\"include_usage\":true}");
    assertEquals("Hi there", answer.streamedContent());
    List<JsonNode> chunks = answer.chunks();
    assertEquals(11, chunks.getLast().path("usage").path("prompt_tokens").intValue());
    assertEquals(5, chunks.getLast().path("usage").path("completion_tokens").intValue());
    StringBuilder first = new StringBuilder();
    StringBuilder second = new StringBuilder();
    for (JsonNode chunk : chunks) {
      JsonNode call = chunk.path("choices").path(0).path("delta").path("tool_calls").path(0);
      (call.path("index").asInt(0) == 0 ? first : second)
          .append(call.path("function").path("arguments").asString(""));
    }
    assertEquals("{\"x\":1}", first.toString());
    assertEquals("{}", second.toString(), "a call without input still has arguments");
  }

  @Test
  void goesRoundTripForAnthropicsOwnClients() {
    streams(EVENTS);
    TestGateway.Answer answer =
        gateway.post(
            "/v1/messages",
            TestGateway.json(
                "{'model':'"
                    + TestGateway.MODEL
                    + "','max_tokens':9,'stream':true,'messages':[{'role':'user',"
                    + "'content':'hi'}]}"));
    assertEquals("message_stop", answer.events().getLast().type(), answer.text());
    assertTrue(answer.text().contains("input_json_delta"), answer.text());
  }

  @Test
  void knowsWhyAnAnswerEnds() {
    for (List<String> pair :
        List.of(
            List.of("end_turn", "stop"),
            List.of("stop_sequence", "stop"),
            List.of("pause_turn", "stop"),
            List.of("max_tokens", "length"),
            List.of("model_context_window_exceeded", "length"),
            List.of("refusal", "content_filter"))) {
      upstream.saysJson(
          TestGateway.json(
              "{'content':[{'type':'text','text':'x'}],'stop_reason':'" + pair.get(0) + "'}"));
      TestGateway.Answer answer = gateway.chat("hi", "");
      assertEquals(pair.get(1), answer.choice().path("finish_reason").stringValue());
    }
  }

  @Test
  void translatesLongQuestionsElsewhere() {
    upstream.saysJson(WHOLE);
    String question = "a long question ".repeat(2000);
    assertEquals(200, gateway.chat(question, "").status());
    JsonNode asked = Json.parse(upstream.nextAsked().body(), "asked");
    JsonNode block = asked.path("messages").path(0).path("content").path(0);
    assertEquals(question, block.path("text").stringValue());
    TestGateway.Answer refused =
        gateway.chat(question, ",\"response_format\":{\"type\":\"json_object\"}");
    assertEquals(400, refused.status());
    assertEquals("response_format.type", refused.error().path("param").stringValue());
  }

  @Test
  void takesChatsOnly() {
    TestGateway.Answer answer = gateway.complete("hi", "");
    assertEquals(400, answer.status());
    assertTrue(
        answer.error().path("message").stringValue().contains("/v1/completions"), answer.text());
  }

  @Test
  void passesOnWhatIsTheCallersFault() {
    String error =
        TestGateway.json(
            "{'type':'error','error':{'type':'invalid_request_error','message':'too long'}}");
    for (String form : FORMS) {
      upstream.says(400, "application/json", error);
      TestGateway.Answer answer = gateway.chat("hi", form);
      assertEquals(400, answer.status());
      assertEquals("too long", answer.error().path("message").stringValue());
      upstream.says(429, "application/json", error);
      assertRefused(429, "rate_limit_exceeded", form);
      for (int status : List.of(401, 403, 404, 500, 529)) {
        upstream.says(status, "application/json", error);
        assertRefused(502, "backend_error", form);
      }
    }
  }

  @Test
  void endsAnAnswerThatIsGarbage() {
    for (String form : FORMS) {
      for (String garbage : List.of("", "{", "<html>")) {
        upstream.says(200, "application/json", garbage);
        assertRefused(502, "backend_unavailable", form);
      }
      for (String other : List.of("[]", "null", "{\"content\":1}")) {
        upstream.says(200, "application/json", other);
        assertRefused(502, "backend_error", form);
      }
      upstream.says(200, "text/event-stream", "data: {\n\n");
      assertRefused(502, "backend_unavailable", form);
      upstream.says(200, "text/event-stream", "");
      assertRefused(502, "backend_unavailable", form);
      upstream.saysJson("{\"type\":\"error\",\"error\":{\"message\":\"overloaded\"}}");
      assertRefused(502, "backend_error", form);
    }
  }

  @Test
  void tellsAnErrorInsideAStream() {
    streams(
        List.of(
            EVENTS.get(6),
            "{'type':'content_block_delta','index':1,'delta':{'type':'text_delta','text':'"
                + "Hello there, this is plain. ".repeat(40)
                + "'}}",
            "{'type':'error','error':{'type':'overloaded_error','message':'Overloaded'}}"));
    TestGateway.Answer answer = gateway.chat("hi", STREAM);
    assertEquals(200, answer.status());
    JsonNode last = Json.parse(answer.events().getLast().data(), "event");
    assertEquals("backend_error", last.path("error").path("code").stringValue());
  }

  @Test
  void aStreamThatEndsEarlyHasBrokenOff() {
    streams(EVENTS.subList(0, 9));
    assertRefusedLate();
    upstream.answers(
        (http, _) -> {
          ResponseStream stream = FakeUpstream.stream(http);
          EVENTS.subList(0, 8).forEach(event -> FakeUpstream.send(stream, TestGateway.json(event)));
          stream.abort();
        });
    assertRefusedLate();
    upstream.answers(
        (http, _) -> {
          ResponseStream stream = FakeUpstream.stream(http);
          FakeUpstream.send(stream, TestGateway.json(EVENTS.get(0))); // and then nothing
        });
    TestGateway.Answer stalled = gateway.chat("hi", STREAM);
    assertEquals(504, stalled.status(), stalled.text());
  }

  /** Whether or not a part of the answer had gone out, it ends in an error. */
  private void assertRefusedLate() {
    TestGateway.Answer answer = gateway.chat("hi", STREAM);
    String last = answer.status() == 200 ? answer.events().getLast().data() : answer.text();
    assertTrue(last.contains("backend_unavailable"), answer.text());
    assertEquals(502, gateway.chat("hi", "").status());
  }

  @Test
  void cancelsWhenTheCallerGoes() throws Exception {
    upstream.answers(
        (http, _) -> {
          ResponseStream stream = FakeUpstream.stream(http);
          EVENTS.subList(0, 8).forEach(event -> FakeUpstream.send(stream, TestGateway.json(event)));
          FakeUpstream.send(
              stream,
              TestGateway.json(EVENTS.get(7))
                  .replace("Hi ", "Hello there, this is plain. ".repeat(40)));
        });
    Lines lines =
        gateway.open(gateway.posting("/v1/chat/completions", TestGateway.chatBody("hi", STREAM)));
    assertFalse(lines.next().isEmpty());
    lines.close();
    assertEquals(Ending.GONE, upstream.endings.poll(10, TimeUnit.SECONDS));
  }
}
