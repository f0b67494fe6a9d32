package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class VariablesParserTest {
  private static final String VALUES =
      "'prompt_variables':{'text':'a {{b}}','whole':7,'number':-2.5e3,'flag':true}";

  private static ModelCall call(String single, Map<Integer, String> redactions) {
    return new ModelCall(parse(single), redactions);
  }

  private static ParsedRequest parse(String single) {
    return RequestParser.parse(
        Endpoint.CHAT, TestGateway.json(single).getBytes(StandardCharsets.UTF_8));
  }

  private static String chat(String fields) {
    return "{'model':'m','messages':[{'role':'user','content':'hi'}]," + fields + "}";
  }

  private static String refusal(String fields) {
    Failure failure = assertThrows(Failure.class, () -> parse(chat(fields)), fields);
    return ((Problem.Invalid) failure.problem()).field();
  }

  @Test
  void readsValuesOfEveryType() {
    Map<String, JsonNode> values = call(chat(VALUES), Map.of()).variables();
    assertEquals("{flag=true, number=-2500.0, text=\"a {{b}}\", whole=7}", String.valueOf(values));
  }

  @Test
  void givesTheTextThatTheGuardLeft() {
    ParsedRequest request = parse(chat(VALUES));
    int number =
        request.texts().stream().map(TextSpan::param).toList().indexOf("prompt_variables.text");
    ModelCall redacted = new ModelCall(request, Map.of(number, "[redacted]"));
    assertEquals("\"[redacted]\"", String.valueOf(redacted.variables().get("text")));
    String forwarded = new String(redacted.forwarded("m"), StandardCharsets.UTF_8);
    assertFalse(forwarded.contains("redacted"), forwarded);
  }

  @Test
  void showsTheGuardEveryTextAndEveryOddName() {
    List<String> texts =
        parse(chat("'prompt_variables':{'plain':'x','ann@example.org':1,'deep':'y'}"))
            .texts()
            .stream()
            .map(TextSpan::text)
            .toList();
    assertEquals(List.of("hi", "x", "ann@example.org", "y"), texts);
  }

  @Test
  void namesWhatIsNoValue() {
    assertEquals("prompt_variables", refusal("'prompt_variables':[]"));
    assertEquals("prompt_variables", refusal("'prompt_variables':'x'"));
    assertEquals("prompt_variables", refusal("'prompt_variables':7"));
    for (String value : List.of("null", "[]", "{}", "['x']", "1e999", "9223372036854775808")) {
      String field = "'prompt_variables':{'v':" + value + "}";
      assertEquals("prompt_variables.v", refusal(field), value);
    }
    assertThrows(Failure.class, () -> parse(chat("'prompt_variables':{'v':1,'v':2}")));
    assertTrue(parse(chat("'prompt_variables':{}")).fields().variables().isEmpty());
    assertTrue(parse(chat("'prompt_variables':null")).fields().variables().isEmpty());
  }

  /** Whatever stands around it: cut out is the field, and nothing else. */
  @Test
  void leavesAllElseAsItWas() {
    Random random = new Random(37);
    for (int round = 0; round < 3_000; round++) {
      List<String> fields =
          new ArrayList<>(
              List.of(
                  "'model':'m'",
                  "'messages':[{'role':'user','content':'to you'}]",
                  random.nextBoolean() ? VALUES : "'prompt\\u005fvariables':{ 'v' : 'x,}' }"));
      if (random.nextBoolean()) {
        fields.add("'stop':['a,','}']");
      }
      if (random.nextBoolean()) {
        fields.add("'stream':true");
        if (random.nextBoolean()) {
          fields.add("'stream_options':{'include_usage':false,'note':'x y'}");
        }
      }
      Collections.shuffle(fields, random);
      StringBuilder body = new StringBuilder(blank(random) + "{" + blank(random));
      for (int i = 0; i < fields.size(); i++) {
        body.append(i == 0 ? "" : "," + blank(random)).append(fields.get(i)).append(blank(random));
      }
      assertCutOut(body + "}" + blank(random), random.nextBoolean());
    }
  }

  private static void assertCutOut(String single, boolean prompted) {
    ParsedRequest request = parse(single);
    Map<Integer, String> redactions = new HashMap<>();
    for (int i = 0; i < request.texts().size(); i++) {
      if (request.texts().get(i).param().endsWith("content")) {
        redactions.put(i, "to [x]");
      }
    }
    ModelCall call = new ModelCall(request, redactions);
    List<ChatMessage> prompt =
        prompted ? List.of(new ChatMessage("system", "say \"yes\"\n")) : List.of();
    JsonNode sent = Json.parse(call.with(prompt).forwarded("there"), single);
    ObjectNode expected = (ObjectNode) Json.parse(TestGateway.json(single), "given");
    expected.remove("prompt_variables");
    expected.put("model", "there");
    expected.remove("messages");
    var messages = expected.putArray("messages");
    if (prompted) {
      messages.addObject().put("role", "system").put("content", "say \"yes\"\n");
    }
    messages.addObject().put("role", "user").put("content", "to [x]");
    if (expected.path("stream").asBoolean(false)) {
      expected.remove("stream_options");
      expected.putObject("stream_options").put("include_usage", true);
    }
    assertEquals(
        new String(Json.canonical(expected), StandardCharsets.UTF_8),
        new String(Json.canonical(sent), StandardCharsets.UTF_8),
        single);
  }

  private static String blank(Random random) {
    return List.of("", "", " ", "\n", "\t ", "\r\n").get(random.nextInt(6));
  }
}
