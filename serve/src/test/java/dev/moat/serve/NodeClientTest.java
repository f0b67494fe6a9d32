package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * OpenAI's own client for Node.js talks to the gateway. It is installed once below {@code target/}
 * as the lock file says.
 */
class NodeClientTest {
  private static final Path SOURCES = Path.of("src", "test", "node");
  private static final Path FOLDER = Path.of("target", "node-client");
  private static final String PROSE = "Hello there, this is plain. ".repeat(40);

  private final TestGateway gateway = TestGateway.start();
  private JsonNode results = Json.object();

  /** One test for each thing that the client is asked to do. */
  @TestFactory
  Stream<DynamicTest> aNodeClient() throws Exception {
    assertTrue(found("node") && found("npm"), "this test needs Node.js with npm: install them");
    install();
    gateway.backend.script(NodeClientTest::play);
    String out =
        run(List.of("node", "client.mjs", gateway.base(), TestGateway.KEY, TestGateway.MODEL), 120);
    results = Json.parse(out, "client output");
    return Stream.of(
        dynamicTest("lists and finds models", this::listsAndFindsModels),
        dynamicTest("chats", this::chats),
        dynamicTest("chats in a stream", this::chatsInAStream),
        dynamicTest("puts answers together", this::putsAnswersTogether),
        dynamicTest("completes", this::completes),
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
    switch (run.call.messages().getLast().content()) {
      case "tools" ->
          run.piece(new Piece.ToolCall(0, "call_a", "f", "{\"x\":"))
              .piece(new Piece.ToolCall(0, "", "", "1}"))
              .finish();
      case "fail" -> run.fail(Refusal.backend(502, "backend: down"));
      case "break" -> run.say(PROSE).fail(Refusal.backend(502, "it broke off"));
      case "endless" -> run.say(PROSE);
      default -> run.say("Hello", ", world").finish();
    }
  }

  private static boolean found(String program) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(program, "--version").redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Installs what the lock file lists, unless just that is there already. */
  private static void install() throws Exception {
    Files.createDirectories(FOLDER);
    for (String file : List.of("package.json", "package-lock.json", "client.mjs")) {
      Files.copy(SOURCES.resolve(file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    Path stamp = FOLDER.resolve("installed");
    String wanted = Digest.of(Files.readAllBytes(FOLDER.resolve("package-lock.json"))).hex();
    if (Files.exists(stamp) && Files.readString(stamp).equals(wanted)) {
      return;
    }
    run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"), 300);
    Files.writeString(stamp, wanted);
  }

  private static String run(List<String> command, int seconds) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .directory(FOLDER.toFile())
            .redirectError(FOLDER.resolve("errors.txt").toFile())
            .start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(seconds, TimeUnit.SECONDS), command.getFirst());
    assertEquals(0, process.exitValue(), Files.readString(FOLDER.resolve("errors.txt")));
    return out;
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

  private void seesARefusedQuestionAsFiltered() {
    saw("filtered", "{'whole':'content_filter','streamed':'content_filter'}");
  }

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
