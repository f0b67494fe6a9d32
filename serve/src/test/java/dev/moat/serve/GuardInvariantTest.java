package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.moat.core.Json;
import dev.moat.guard.Action;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Kind;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * No text passes unjudged: of every endpoint, streamed or not, every string and every name of a
 * rich request is judged or the request is refused; and so is every string of every kind of piece
 * of an answer.
 *
 * <p>The places are found in the samples and in the code's own types, not listed by hand: an
 * endpoint without a sample does not compile, a kind of piece without one fails.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuardInvariantTest {
  private static final String DATUM = "to jane.doe@example.org now";
  private static final String TRACE = "jane.doe";
  private static final List<Boolean> BOTH = List.of(false, true);

  private TestGateway gateway;

  @BeforeAll
  void start() {
    gateway = TestGateway.start();
    GuardPolicy policy = GuardPolicy.defaults().with(Channel.DATA, Kind.PERSONAL, Action.REDACT);
    gateway.models.replace(
        List.of(
            new Served(
                TestGateway.OTHER_MODEL,
                TestGateway.RELEASE,
                TestGateway.NOW,
                gateway.backend,
                new RoutePolicy(Guard.of(policy)))));
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  /** A request that has as much in it as the endpoint takes. */
  private static String sample(Endpoint endpoint) {
    return switch (endpoint) { // no default: a new endpoint must not compile until it has one
      case CHAT -> CHAT;
      case COMPLETION -> COMPLETION;
      case MESSAGES -> MESSAGES;
      case RESPONSES -> RESPONSES;
      case EMBEDDING -> EMBEDDING;
    };
  }

  /** Whole, and as a stream where there is such an answer. */
  private static List<Boolean> forms(Endpoint endpoint) {
    return endpoint == Endpoint.EMBEDDING ? List.of(false) : BOTH;
  }

  /** Whether every field goes on to the model; a form that is put into another drops some. */
  private static boolean carriesAll(Endpoint endpoint) {
    return endpoint == Endpoint.CHAT
        || endpoint == Endpoint.COMPLETION
        || endpoint == Endpoint.EMBEDDING;
  }

  private static final String EMBEDDING =
      """
      {"model":"other","input":["one","two"],"encoding_format":"float","user":"u",
       "unknown":{"a":[{"b":"c"}]}}
      """;

  private static final String MESSAGES =
      """
      {"model":"other","max_tokens":5,"system":[{"type":"text","text":"be kind"}],
       "temperature":0.5,"top_p":1,"stop_sequences":["one","two"],"metadata":{"user_id":"u1"},
       "messages":[
        {"role":"user","content":[{"type":"text","text":"a"}]},
        {"role":"assistant","content":[{"type":"text","text":"let me see"},
          {"type":"tool_use","id":"toolu_1","name":"find","input":{"q":"x","deep":[{"r":"y"}]}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1",
          "content":[{"type":"text","text":"42"}]},{"type":"text","text":"and now"}]}],
       "tools":[{"name":"find","description":"finds","input_schema":{"type":"object",
         "properties":{"q":{"type":"string","description":"what"}},"required":["q"]}}],
       "tool_choice":{"type":"tool","name":"find"},"unknown":{"a":[{"b":"c"}]}}
      """;

  private static final String RESPONSES =
      """
      {"model":"other","instructions":"be kind","max_output_tokens":5,"temperature":0.5,"top_p":1,
       "metadata":{"key":"value"},"user":"u","store":false,
       "input":[
        {"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]},
        {"type":"message","role":"assistant","content":[{"type":"output_text","text":"b"}]},
        {"type":"function_call","call_id":"call_1","name":"find","arguments":"{}"},
        {"type":"function_call_output","call_id":"call_1","output":"42"},
        {"role":"user","content":"and now"}],
       "tools":[{"type":"function","name":"find","description":"finds","parameters":
         {"type":"object","properties":{"q":{"type":"string","description":"what"}}}}],
       "tool_choice":{"type":"function","name":"find"},
       "text":{"format":{"type":"json_schema","name":"s","schema":{"title":"t"}}},
       "unknown":{"a":[{"b":"c"}]}}
      """;

  private static final String CHAT =
      """
      {"model":"other","user":"u","store":false,"seed":1,"temperature":0.5,"top_p":1,
       "max_completion_tokens":5,"stop":["one","two"],"metadata":{"key":"value"},
       "messages":[
        {"role":"system","content":"be kind"},
        {"role":"developer","content":[{"type":"text","text":"be brief"}],"name":"ops"},
        {"role":"user","content":[{"type":"text","text":"a","extra":{"deep":["b"]}}],"name":"n"},
        {"role":"assistant","content":null,"refusal":"no","reasoning_content":"hm",
         "tool_calls":[{"id":"call_1","type":"function",
          "function":{"name":"find","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"call_1","content":"42"},
        {"role":"function","name":"f","content":"43"},
        {"role":"assistant","content":[{"type":"refusal","refusal":"no"}],
         "function_call":{"name":"g","arguments":"{}"},"audio":{"id":"a1"}}],
       "tools":[{"type":"function","function":{"name":"find","description":"finds",
         "parameters":{"type":"object","properties":{"q":{"type":"string","enum":["x","y"],
         "description":"what"}},"required":["q"]}}}],
       "tool_choice":{"type":"function","function":{"name":"find"}},
       "functions":[{"name":"g","description":"goes"}],"function_call":{"name":"g"},
       "response_format":{"type":"json_schema","json_schema":{"name":"s","description":"d",
         "schema":{"title":"t","properties":{"p":{"const":"c"}}},"strict":true}},
       "prediction":{"type":"content","content":"likely"},"service_tier":"auto",
       "reasoning_effort":"low","logit_bias":{"50":1},"chat_template":"tpl",
       "documents":[{"title":"t","text":"x"}],"guided_regex":"[a]","unknown":[[{"a":["b"]}]]}
      """;

  private static final String COMPLETION =
      """
      {"model":"other","prompt":["once"],"suffix":"end","user":"u","stop":"s","seed":1,
       "max_tokens":5,"logit_bias":{"50":1},"unknown":{"a":[{"b":"c"}]}}
      """;

  /** Every endpoint x form x place of a string or of a name. */
  @TestFactory
  Stream<DynamicTest> everyStringOfAQuestion() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Endpoint endpoint : Endpoint.values()) {
      for (boolean streamed : forms(endpoint)) {
        for (int place = 0; place < places(endpoint, streamed); place++) {
          tests.add(asked(endpoint, streamed, place));
        }
      }
    }
    assertTrue(tests.size() > 150, "places are found: " + tests.size());
    return tests.stream();
  }

  private static ObjectNode request(Endpoint endpoint, boolean streamed) {
    ObjectNode request = (ObjectNode) Json.parse(sample(endpoint), endpoint.path());
    request.put("stream", streamed);
    if (streamed && carriesAll(endpoint)) {
      request.putObject("stream_options").put("include_usage", true).put("note", "x");
    }
    return request;
  }

  private static int places(Endpoint endpoint, boolean streamed) {
    int[] count = {0};
    marked(request(endpoint, streamed), -1, count);
    return count[0];
  }

  private DynamicTest asked(Endpoint endpoint, boolean streamed, int place) {
    ObjectNode request = request(endpoint, streamed);
    JsonNode marked = marked(request, place, new int[] {0});
    String name = endpoint.path() + " stream " + streamed + " place " + place;
    return dynamicTest(name, () -> assertJudgedOrRefused(endpoint, marked));
  }

  private void assertJudgedOrRefused(Endpoint endpoint, JsonNode marked) {
    gateway.backend.says("fine");
    String body = Json.text(marked);
    assertTrue(body.contains(TRACE), body);
    TestGateway.Answer answer = gateway.post(endpoint.path(), body);
    if (answer.status() != 200) {
      assertTrue(answer.status() == 400 || answer.status() == 404, answer.text());
      assertTrue(gateway.backend.unasked(), "refused, and yet the model was asked: " + body);
      assertTrue(gateway.ledger.isEmpty());
      return;
    }
    ModelCall call = gateway.backend.askedRun().call;
    String forwarded = new String(call.forwarded("m"), StandardCharsets.UTF_8);
    assertFalse(forwarded.contains(TRACE), forwarded);
    assertFalse(call.messages().toString().contains(TRACE), body);
    String verdict = gateway.ledger.next().at("/input/verdict").stringValue();
    assertTrue(verdict.equals("redact") || !carriesAll(endpoint), verdict + " of " + body);
    gateway.ledger.next();
  }

  /** The tree with the datum in place number {@code wanted}; counts the places it passes. */
  private static JsonNode marked(JsonNode tree, int wanted, int[] at) {
    if (tree.isString()) {
      return at[0]++ == wanted ? JsonNodeFactory.instance.stringNode(DATUM) : tree;
    }
    if (tree.isArray()) {
      ArrayNode array = Json.array();
      tree.forEach(element -> array.add(marked(element, wanted, at)));
      return array;
    }
    if (tree.isObject()) {
      ObjectNode object = Json.object();
      tree.properties()
          .forEach(
              field -> {
                String name = at[0]++ == wanted ? DATUM : field.getKey();
                object.set(name, marked(field.getValue(), wanted, at));
              });
      return object;
    }
    return tree;
  }

  /** One of each kind of piece. */
  private static List<Piece> pieces() {
    return List.of(
        new Piece.Text("a"),
        new Piece.Reasoning("a"),
        new Piece.Declined("a"),
        new Piece.ToolCall(0, "c", "f", "{}"),
        new Piece.ChoiceEnd(FinishReason.STOP, Optional.empty()),
        new Piece.Vector(new float[] {1}));
  }

  private static Stream<Class<?>> kinds(Class<?> sealed) {
    return sealed.isRecord()
        ? Stream.of(sealed)
        : Arrays.stream(sealed.getPermittedSubclasses()).flatMap(GuardInvariantTest::kinds);
  }

  /** Every endpoint x form x kind of piece x string of it. */
  @TestFactory
  Stream<DynamicTest> everyStringOfAnAnswer() throws ReflectiveOperationException {
    Set<Class<?>> kinds = pieces().stream().map(Object::getClass).collect(Collectors.toSet());
    assertEquals(kinds(Piece.class).collect(Collectors.toSet()), kinds);
    List<DynamicTest> tests = new ArrayList<>();
    for (Piece sample : pieces()) {
      for (RecordComponent component : sample.getClass().getRecordComponents()) {
        if (component.getType() == String.class) {
          Piece marked = withDatum(sample, component);
          forEachForm(
              (endpoint, streamed) ->
                  tests.add(
                      dynamicTest(
                          endpoint.path() + " stream " + streamed + " " + marked,
                          () -> assertNotAnswered(endpoint, streamed, marked))));
        }
      }
    }
    return tests.stream();
  }

  private interface Form {
    void of(Endpoint endpoint, boolean streamed);
  }

  private static void forEachForm(Form test) {
    for (Endpoint endpoint : Endpoint.values()) {
      forms(endpoint).forEach(streamed -> test.of(endpoint, streamed));
    }
  }

  private static Piece withDatum(Piece sample, RecordComponent marked)
      throws ReflectiveOperationException {
    RecordComponent[] components = sample.getClass().getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] =
          components[i].getName().equals(marked.getName())
              ? DATUM
              : components[i].getAccessor().invoke(sample);
    }
    return (Piece) sample.getClass().getDeclaredConstructor(types).newInstance(values);
  }

  private void assertNotAnswered(Endpoint endpoint, boolean streamed, Piece piece) {
    assertNotAnswered(endpoint, streamed, run -> run.piece(piece).finish());
    assertNotAnswered(endpoint, streamed, run -> run.say("x").piece(piece).finish());
  }

  private void assertNotAnswered(
      Endpoint endpoint, boolean streamed, Consumer<FakeBackend.Run> script) {
    gateway.backend.script(script::accept);
    String body = Json.text(request(endpoint, streamed));
    TestGateway.Answer answer = gateway.post(endpoint.path(), body);
    assertEquals(200, answer.status(), answer.text());
    gateway.backend.askedRun();
    assertFalse(answer.text().contains(TRACE), answer.text());
    gateway.ledger.next();
    gateway.ledger.next();
  }

  /** Every endpoint x form x word of a backend that fails. */
  @TestFactory
  Stream<DynamicTest> everyWordOfARefusal() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Refusal refusal :
        List.of(
            new Refusal(400, "invalid_request_error", DATUM, "p", "c"),
            new Refusal(400, "invalid_request_error", "m", DATUM, "c"),
            new Refusal(400, "invalid_request_error", "m", "p", DATUM))) {
      forEachForm(
          (endpoint, streamed) ->
              tests.add(
                  dynamicTest(
                      endpoint.path() + " stream " + streamed + " " + refusal,
                      () -> assertNotTold(endpoint, streamed, refusal))));
    }
    return tests.stream();
  }

  private void assertNotTold(Endpoint endpoint, boolean streamed, Refusal refusal) {
    for (boolean begun : BOTH) {
      String word = begun ? "a long beginning of an answer. ".repeat(20) : "";
      gateway.backend.script(run -> run.say(word).fail(refusal));
      TestGateway.Answer answer =
          gateway.post(endpoint.path(), Json.text(request(endpoint, streamed)));
      gateway.backend.askedRun();
      assertFalse(answer.text().contains(TRACE), answer.text());
      gateway.ledger.next();
      gateway.ledger.next();
    }
  }
}
