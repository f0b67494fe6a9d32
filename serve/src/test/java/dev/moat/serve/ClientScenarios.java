package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.moat.core.Json;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** What a client of OpenAI's is asked to do, and must see, whichever language it is for. */
abstract class ClientScenarios {
  private static final Optional<Logprobs> LOGPROBS =
      Optional.of(
          new Logprobs(
              List.of(
                  new Logprobs.Token(
                      "fine",
                      0,
                      OptionalDouble.of(-0.5),
                      List.of(new Logprobs.Alternative("good", -1))))));
  private static final String PROSE = "Hello there, this is plain. ".repeat(40);

  private final TestGateway gateway = TestGateway.start();
  private JsonNode results = Json.object();

  /** Runs the client with these arguments; what it saw, as a JSON document. */
  abstract String talk(List<String> arguments) throws Exception;

  /** One test for each thing that the client is asked to do. */
  @TestFactory
  Stream<DynamicTest> aClient() throws Exception {
    gateway.backend.script(ClientScenarios::play);
    String out = talk(List.of(gateway.base(), TestGateway.KEY, TestGateway.MODEL));
    results = Json.parse(out, "client output");
    return Stream.of(
        dynamicTest("lists and finds models", this::listsAndFindsModels),
        dynamicTest("chats", this::chats),
        dynamicTest("chats in a stream", this::chatsInAStream),
        dynamicTest("puts answers together", this::putsAnswersTogether),
        dynamicTest("completes", this::completes),
        dynamicTest("embeds", this::embeds),
        dynamicTest("reads probabilities", this::readsProbabilities),
        dynamicTest("sees a refused question", this::seesARefusedQuestionAsFiltered),
        dynamicTest("sees errors by their class", this::seesErrorsByTheirClass),
        dynamicTest("sees an error inside a stream", this::seesAnErrorInsideAStream),
        dynamicTest("breaks off", this::breaksOff));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static void play(FakeBackend.Run run) {
    if (run.call.endpoint() == Endpoint.EMBEDDING) {
      for (int i = 0; i < run.call.answersWanted(); i++) {
        run.piece(new Piece.Vector(new float[] {i, -0.5f}));
      }
      run.finish();
      return;
    }
    switch (run.call.messages().getLast().content()) {
      case "tools" ->
          run.piece(new Piece.ToolCall(0, "call_a", "f", "{\"x\":"))
              .piece(new Piece.ToolCall(0, "", "", "1}"))
              .finish();
      case "fail" -> run.fail(Refusal.backend(502, "backend: down"));
      case "break" -> run.say(PROSE).fail(Refusal.backend(502, "it broke off"));
      case "endless" -> run.say(PROSE);
      case "fine" -> {
        for (int i = 0; i < run.call.answersWanted(); i++) {
          run.say("fine").piece(new Piece.ChoiceEnd(FinishReason.STOP, LOGPROBS));
        }
        run.finish();
      }
      default -> run.say("Hello", ", world").finish();
    }
  }

  private void saw(String scenario, String expected) {
    assertEquals(Json.parse(expected.replace('\'', '"'), "expected"), results.path(scenario));
  }

  private void sawError(String scenario, String name, int status, String code) {
    JsonNode error = results.path(scenario);
    assertEquals(name, error.path("name").asString(), error.toString());
    assertEquals(status, error.path("status").asInt(), error.toString());
    assertEquals(code, error.path("code").asString(), error.toString());
    assertEquals("given", error.path("requestId").asString(), error.toString());
  }

  private void listsAndFindsModels() {
    saw("models", "{'ids':['code/assistant:1','other'],'one':'code/assistant:1'}");
  }

  private void chats() {
    saw("chat", "{'text':'Hello, world','finish':'stop','total':8,'requestId':'given'}");
  }

  private void chatsInAStream() {
    JsonNode stream = results.path("stream");
    assertEquals("Hello, world", stream.path("text").asString(), stream.toString());
    assertEquals("stop", stream.path("finish").asString());
    assertEquals(1, stream.path("roles").asInt());
    assertTrue(stream.path("usage").isNull());
    assertEquals(8, results.path("streamWithUsage").path("usage").path("total_tokens").asInt());
  }

  private void putsAnswersTogether() {
    saw("helper", "{'text':'Hello, world','role':'assistant'}");
    JsonNode tools = results.path("tools");
    assertEquals("call_a", tools.path("id").asString(), tools.toString());
    assertEquals("f", tools.path("name").asString());
    assertEquals("{\"x\":1}", tools.path("arguments").asString());
    assertEquals("tool_calls", tools.path("finish").asString());
  }

  private void completes() {
    saw("completion", "{'whole':'Hello, world','streamed':'Hello, world'}");
  }

  private void embeds() {
    JsonNode embedding = results.path("embedding");
    assertEquals(1, embedding.path("second").path(0).asDouble(), embedding.toString());
    assertEquals(-0.5, embedding.path("second").path(1).asDouble());
    assertEquals(0, embedding.path("floats").path(0).asDouble());
    assertEquals(2, embedding.path("floats").size());
    assertEquals(3, embedding.path("total").asInt());
  }

  private void readsProbabilities() {
    JsonNode logprobs = results.path("logprobs");
    assertEquals("[0,1]", Json.text(logprobs.path("indexes")), logprobs.toString());
    assertEquals("fine", logprobs.path("token").asString());
    assertEquals(-1, logprobs.path("other").asDouble());
    assertEquals("good", logprobs.path("chat").asString());
  }

  private void seesARefusedQuestionAsFiltered() {
    JsonNode filtered = results.path("filtered");
    assertEquals("content_filter", filtered.path("whole").asString(), filtered.toString());
    assertEquals("content_filter", filtered.path("streamed").asString());
    assertEquals(filteredHelper(), filtered.path("helper").asString());
  }

  /** What the helper for streams makes of a refused question. */
  abstract String filteredHelper();

  private void seesErrorsByTheirClass() {
    sawError("wrongKey", "AuthenticationError", 401, "invalid_api_key");
    sawError("unknownModel", "NotFoundError", 404, "model_not_found");
    sawError("unknownRoute", "NotFoundError", 404, "unknown_url");
    sawError("badRequest", "BadRequestError", 400, "");
    assertEquals("n", results.path("badRequest").path("param").asString());
    sawError("backendDown", "InternalServerError", 502, "backend_error");
  }

  private void seesAnErrorInsideAStream() {
    JsonNode error = results.path("brokenStream");
    assertEquals("APIError", error.path("name").asString(), error.toString());
    assertTrue(error.path("message").asString().contains("it broke off"), error.toString());
  }

  private void breaksOff() {
    assertTrue(results.path("abort").path("aborted").asBoolean(), results.path("abort").toString());
    FakeBackend.Run run = gateway.backend.nextRun();
    while (!run.call.messages().getLast().content().equals("endless")) {
      run = gateway.backend.nextRun();
    }
    assertEquals("cancel", run.nextEvent());
  }
}
