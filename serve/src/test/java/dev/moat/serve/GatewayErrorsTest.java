package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Every way to be refused, and the one form that all refusals have. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayErrorsTest {
  private static final String CHAT = "/v1/chat/completions";
  private TestGateway gateway;

  @BeforeAll
  void start() {
    gateway = TestGateway.start();
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  /** Checks the form that every error has, and returns the error. */
  private static JsonNode refused(int status, TestGateway.Answer answer) {
    assertEquals(status, answer.status(), answer.text());
    assertEquals("application/json", answer.header("content-type"));
    assertFalse(answer.header("x-request-id").isEmpty());
    assertEquals(Set.of("error"), Set.copyOf(answer.json().propertyNames()));
    JsonNode error = answer.error();
    assertEquals(Set.of("message", "type", "param", "code"), Set.copyOf(error.propertyNames()));
    assertTrue(error.path("message").isString());
    assertTrue(error.path("type").isString());
    assertTrue(error.path("param").isString() || error.path("param").isNull());
    assertTrue(error.path("code").isString() || error.path("code").isNull());
    return error;
  }

  private static void refusedFor(String param, TestGateway.Answer answer) {
    JsonNode error = refused(400, answer);
    assertEquals("invalid_request_error", error.path("type").stringValue());
    assertEquals(param, error.path("param").stringValue(), answer.text());
    assertTrue(error.path("message").stringValue().startsWith(param + ": "), answer.text());
  }

  private TestGateway.Answer body(String body) {
    return gateway.post(CHAT, body);
  }

  private TestGateway.Answer chat(String more) {
    return gateway.chat("hi", more);
  }

  private HttpRequest.Builder bare(String path, String method) {
    return HttpRequest.newBuilder(URI.create(gateway.server.address() + path))
        .method(method, HttpRequest.BodyPublishers.noBody());
  }

  @Test
  void refusesEveryRouteWithoutAKey() {
    List<String> routes =
        List.of(
            "GET /v1/models",
            "GET /v1/models/x",
            "GET /v1/models/" + TestGateway.MODEL,
            "POST /v1/chat/completions",
            "POST /v1/completions",
            "GET /v1/chat/completions",
            "POST /v1/models",
            "POST /v1/embeddings",
            "DELETE /v1",
            "GET /v1/",
            "GET /v1/files/1/content");
    for (String route : routes) {
      String[] parts = route.split(" ");
      JsonNode error = refused(401, gateway.send(bare(parts[1], parts[0])));
      assertEquals("invalid_api_key", error.path("code").stringValue(), route);
    }
    assertTrue(gateway.ledger.isEmpty());
    assertTrue(gateway.backend.unasked());
  }

  @Test
  void refusesKeysThatAreNotGood() {
    for (String value :
        List.of("Bearer wrong", "Bearer ", "Bearer", TestGateway.KEY, "Basic " + TestGateway.KEY)) {
      TestGateway.Answer answer =
          gateway.send(bare("/v1/models", "GET").header("authorization", value));
      assertEquals("invalid_api_key", refused(401, answer).path("code").stringValue(), value);
      assertEquals("Bearer", answer.header("www-authenticate"));
    }
    TestGateway.Answer two =
        gateway.send(
            bare("/v1/models", "GET")
                .header("authorization", "Bearer wrong")
                .header("authorization", "Bearer " + TestGateway.KEY));
    refused(401, two);
  }

  @Test
  void takesTheSchemeInAnyCase() {
    TestGateway.Answer answer =
        gateway.send(
            bare("/v1/models", "GET").header("authorization", "bearer  " + TestGateway.KEY + " "));
    assertEquals(200, answer.status());
  }

  @Test
  void refusesAWrongKeyBeforeTheBodyIsRead() {
    String large = "x".repeat(3 << 20);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(gateway.base() + "/chat/completions"))
            .POST(HttpRequest.BodyPublishers.ofString(large));
    refused(401, gateway.send(request));
  }

  @Test
  void refusesUnknownRoutesAndMethods() {
    assertEquals(
        "unknown_url", refused(404, gateway.get("/v1/nothing")).path("code").stringValue());
    assertEquals("unknown_url", refused(404, gateway.get("/else")).path("code").stringValue());
    TestGateway.Answer method = gateway.get(CHAT);
    refused(405, method);
    assertEquals("POST", method.header("allow"));
  }

  @Test
  void refusesUnknownModelsAndThoseOfOthersAlike() {
    JsonNode unknown = refused(404, body("{\"model\":\"no\",\"messages\":[{\"role\":\"user\"}]}"));
    assertEquals("model_not_found", unknown.path("code").stringValue());
    assertEquals("model", unknown.path("param").stringValue());
    TestGateway.Answer others =
        gateway.send(
            gateway
                .posting(CHAT, TestGateway.chatBody("hi", ""))
                .setHeader("authorization", "Bearer " + TestGateway.SCOPED_KEY));
    assertEquals("model_not_found", refused(404, others).path("code").stringValue());
    refused(404, gateway.get("/v1/models/no"));
  }

  @Test
  void refusesWhatIsNotJson() {
    for (String text :
        List.of("", "{", "nonsense", "[]", "\"text\"", "null", "{\"model\":}", "{}{}")) {
      JsonNode error = refused(400, body(text));
      assertTrue(error.path("message").stringValue().startsWith("body"), text);
    }
    JsonNode twice = refused(400, body("{\"model\":\"a\",\"model\":\"b\"}"));
    assertTrue(twice.path("message").stringValue().contains("uplicate"), twice.toString());
  }

  @Test
  void refusesWhatIsTooDeepOrTooLarge() {
    refused(400, body("{\"x\":" + "[".repeat(1000) + "]".repeat(1000) + "}"));
    refused(400, body("{\"x\":" + "{\"y\":".repeat(100_000)));
    refused(400, chat(",\"x\":" + "9".repeat(1000)));
    refused(400, chat(",\"" + "k".repeat(5000) + "\":1"));
    JsonNode large = refused(413, chat(",\"x\":\"" + "y".repeat(1 << 20) + "\""));
    assertEquals("request_too_large", large.path("code").stringValue());
  }

  @Test
  void namesTheParameterThatIsWrong() {
    refusedFor("temperature", chat(",\"temperature\":\"hot\""));
    refusedFor("temperature", chat(",\"temperature\":2.1"));
    refusedFor("temperature", chat(",\"temperature\":-0.1"));
    refusedFor("top_p", chat(",\"top_p\":1.5"));
    refusedFor("top_p", chat(",\"top_p\":1e400"));
    refusedFor("max_tokens", chat(",\"max_tokens\":0"));
    refusedFor("max_tokens", chat(",\"max_tokens\":1.5"));
    refusedFor("max_tokens", chat(",\"max_tokens\":99999999999999999999"));
    refusedFor("max_completion_tokens", chat(",\"max_completion_tokens\":-1"));
    refusedFor("seed", chat(",\"seed\":true"));
    refusedFor("stream", chat(",\"stream\":1"));
    refusedFor("stop", chat(",\"stop\":7"));
    refusedFor("stop", chat(",\"stop\":[\"\"]"));
    refusedFor("stop", chat(",\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]"));
    refusedFor("stop[1]", chat(",\"stop\":[\"a\",1]"));
    refusedFor("n", chat(",\"n\":2"));
    refusedFor("n", chat(",\"n\":0"));
    refusedFor("logprobs", chat(",\"logprobs\":1"));
    refusedFor("stream_options", chat(",\"stream_options\":{\"include_usage\":true}"));
    refusedFor("stream_options", chat(",\"stream\":true,\"stream_options\":1"));
    refusedFor(
        "stream_options.include_usage",
        chat(",\"stream\":true,\"stream_options\":{\"include_usage\":1}"));
    refusedFor("response_format", chat(",\"response_format\":\"json\""));
    refusedFor("prompt", chat(",\"prompt\":\"x\""));
  }

  @Test
  void namesThePlaceInTheMessages() {
    refusedFor("model", body("{\"messages\":[]}".replace("[]", "[{\"role\":\"user\"}]")));
    refusedFor("model", body("{\"model\":7}"));
    refusedFor("messages", body("{\"model\":\"m\"}"));
    refusedFor("messages", body("{\"model\":\"m\",\"messages\":[]}"));
    refusedFor("messages", body("{\"model\":\"m\",\"messages\":\"hi\"}"));
    refusedFor("messages[0]", body("{\"model\":\"m\",\"messages\":[1]}"));
    refusedFor("messages[0].role", body("{\"model\":\"m\",\"messages\":[{\"content\":\"x\"}]}"));
    refusedFor("messages[0].role", body("{\"model\":\"m\",\"messages\":[{\"role\":\"boss\"}]}"));
    refusedFor(
        "messages[1].content",
        body(
            TestGateway.json(
                "{'model':'m','messages':[{'role':'user'},{'role':'user','content':1}]}")));
    refusedFor(
        "messages[0].content[0].type",
        body(
            TestGateway.json(
                "{'model':'m','messages':[{'role':'user','content':[{'type':'image_url',"
                    + "'image_url':{'url':'http://169.254.169.254/'}}]}]}")));
  }

  @Test
  void namesWhatIsWrongWithAPrompt() {
    refusedFor("prompt", gateway.post("/v1/completions", "{\"model\":\"m\"}"));
    refusedFor("prompt", gateway.post("/v1/completions", "{\"model\":\"m\",\"prompt\":1}"));
    refusedFor("prompt[0]", gateway.post("/v1/completions", "{\"model\":\"m\",\"prompt\":[null]}"));
    refusedFor("prompt", gateway.post("/v1/completions", "{\"model\":\"m\",\"prompt\":[]}"));
    refusedFor("messages", gateway.post("/v1/completions", "{\"model\":\"m\",\"messages\":[]}"));
    refusedFor("echo", gateway.complete("x", ",\"echo\":1"));
    refusedFor("logprobs", gateway.complete("x", ",\"logprobs\":6"));
    refusedFor("best_of", gateway.complete("x", ",\"best_of\":3"));
  }

  @Test
  void takesAPromptInAnArrayOfOne() {
    assertEquals(
        200,
        gateway
            .post(
                "/v1/completions",
                "{\"model\":\"" + TestGateway.OTHER_MODEL + "\",\"prompt\":[\"a\"],\"n\":1}")
            .status());
    gateway.backend.nextRun();
    gateway.ledger.next();
    gateway.ledger.next();
  }

  @Test
  void listsOnlyTheModelsOfTheKey() {
    JsonNode all = gateway.get("/v1/models").json();
    assertEquals("list", all.path("object").stringValue());
    assertEquals(2, all.path("data").size());
    JsonNode first = all.path("data").path(0);
    assertEquals(TestGateway.MODEL, first.path("id").stringValue());
    assertEquals("model", first.path("object").stringValue());
    assertEquals(TestGateway.NOW.getEpochSecond(), first.path("created").longValue());
    assertTrue(first.path("owned_by").isString());
    TestGateway.Answer scoped =
        gateway.send(
            bare("/v1/models", "GET").header("authorization", "Bearer " + TestGateway.SCOPED_KEY));
    assertEquals(1, scoped.json().path("data").size());
    assertEquals("other", scoped.json().path("data").path(0).path("id").stringValue());
  }

  @Test
  void findsAModelWhoseNameHasSlashAndColon() {
    for (String id : List.of("code/assistant:1", "code%2Fassistant%3A1")) {
      assertEquals(
          TestGateway.MODEL, gateway.get("/v1/models/" + id).json().path("id").stringValue(), id);
    }
  }
}
