package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.moat.core.Json;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Anthropic's own client for Node.js, and OpenAI's with the Responses API, talk to the gateway. */
class NodeDialectsTest {
  private static final String PROSE = "Hello there, this is plain. ".repeat(40);

  private final TestGateway gateway = TestGateway.start();
  private JsonNode results = Json.object();

  /** One test for each thing that the clients are asked to do. */
  @TestFactory
  Stream<DynamicTest> nodeClients() throws Exception {
    gateway.backend.script(NodeDialectsTest::play);
    String address = gateway.server.address();
    results = NodeScripts.run("dialects.mjs", address, TestGateway.KEY, TestGateway.MODEL);
    return Stream.of(
        dynamicTest("takes a message", this::takesAMessage),
        dynamicTest("hears a stream of a message", this::hearsAStream),
        dynamicTest("hears all kinds of blocks", this::hearsAllKindsOfBlocks),
        dynamicTest("calls tools", this::callsTools),
        dynamicTest("sees a refused question", this::seesARefusedQuestion),
        dynamicTest("sees errors by their class", this::seesErrorsByTheirClass),
        dynamicTest("takes a response", this::takesAResponse),
        dynamicTest("takes all kinds of items", this::takesAllKindsOfItems),
        dynamicTest("sees a response that is not whole", this::seesAResponseThatIsNotWhole));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static void play(FakeBackend.Run run) {
    ChatMessage last = run.call.messages().getLast();
    if (last.role().equals("tool")) {
      run.say("It is ", last.content()).finish();
      return;
    }
    switch (last.content()) {
      case "tools" -> call(run.say("I look.")).finish();
      case "everything" -> call(run.piece(new Piece.Reasoning("hm")).say("I look.")).finish();
      case "fail" -> run.fail(Refusal.backend(502, "backend: down"));
      case "break" -> run.say(PROSE).fail(Refusal.backend(502, "it broke off"));
      default -> run.say("Hello", ", world").finish();
    }
  }

  private static FakeBackend.Run call(FakeBackend.Run run) {
    return run.piece(new Piece.ToolCall(0, "call_a", "f", "{\"x\":"))
        .piece(new Piece.ToolCall(0, "", "", "1}"));
  }

  private void saw(String scenario, String single) {
    JsonNode expected = Json.parse(TestGateway.json(single), "expected");
    assertEquals(expected, results.path(scenario), results.path(scenario).toString());
  }

  private void takesAMessage() {
    saw(
        "message",
        "{'text':'Hello, world','stop':'end_turn','input':3,'output':5,'requestId':'given'}");
    saw("messageBearer", "{'text':'Hello, world'}");
  }

  private void hearsAStream() {
    JsonNode seen = results.path("messageStream");
    assertEquals("Hello, world", seen.path("text").asString(""), seen.toString());
    assertEquals("Hello, world", seen.path("content").path(0).path("text").asString(""));
    assertEquals("end_turn", seen.path("stop").asString(""));
    assertEquals(3, seen.path("usage").path("input_tokens").asInt(0));
    assertEquals(5, seen.path("usage").path("output_tokens").asInt(0));
  }

  private void hearsAllKindsOfBlocks() {
    JsonNode seen = results.path("messageAll");
    assertEquals("I look.", seen.path("text").asString(""), seen.toString());
    assertEquals("hm", seen.path("thought").asString(""));
    assertEquals("[\"thinking\",\"text\",\"tool_use\"]", seen.path("blocks").toString());
    assertEquals(1, seen.path("content").path(2).path("input").path("x").asInt(0));
    assertEquals("tool_use", seen.path("stop").asString(""));
  }

  private void callsTools() {
    saw("messageTools", "{'stop':'tool_use','input':{'x':1},'text':'It is 42'}");
    saw("responseTools", "{'arguments':'{\\'x\\':1}','text':'It is 42'}");
  }

  private void seesARefusedQuestion() {
    JsonNode seen = results.path("messageFiltered");
    assertEquals("refusal", seen.path("whole").asString(""), seen.toString());
    assertEquals("refusal", seen.path("streamed").asString(""));
    assertTrue(seen.path("text").asString("").contains("withheld"));
    saw("responseFiltered", "{'status':'incomplete','reason':'content_filter','kind':'refusal'}");
  }

  private void sawError(String scenario, String name, int status, String type) {
    JsonNode error = results.path(scenario);
    assertEquals(name, error.path("name").asString(""), error.toString());
    assertEquals(status, error.path("status").asInt(0));
    assertEquals(type, error.path("type").asString(""));
    assertEquals("given", error.path("requestId").asString(""));
    assertFalse(error.path("message").asString("").isEmpty());
  }

  private void seesErrorsByTheirClass() {
    sawError("messageWrongKey", "AuthenticationError", 401, "authentication_error");
    sawError("messageUnknownModel", "NotFoundError", 404, "not_found_error");
    sawError("messageBad", "BadRequestError", 400, "invalid_request_error");
    sawError("messageDown", "InternalServerError", 502, "api_error");
    sawError("responseHosted", "BadRequestError", 400, "invalid_request_error");
    JsonNode broken = results.path("messageBroken");
    assertTrue(broken.path("message").asString("").contains("it broke off"), broken.toString());
    assertEquals("api_error", broken.path("type").asString(""), broken.toString());
  }

  private void takesAResponse() {
    saw(
        "response",
        "{'text':'Hello, world','status':'completed','total':8,'instructions':'be brief',"
            + "'store':false}");
    saw("responseStream", "{'text':'Hello, world','final':'Hello, world','status':'completed'}");
    saw(
        "responseEvents",
        "{'first':'response.created','last':'response.completed','ordered':true}");
  }

  private void takesAllKindsOfItems() {
    saw("responseAll", "{'types':['reasoning','message','function_call'],'text':'I look.'}");
  }

  private void seesAResponseThatIsNotWhole() {
    saw(
        "responseFilteredEvents",
        "{'first':'response.created','last':'response.incomplete','ordered':true}");
    saw("responseBroken", "{'status':'failed','code':'server_error'}");
  }
}
