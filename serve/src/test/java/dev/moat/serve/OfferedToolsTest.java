package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class OfferedToolsTest {
  /** What is found, each as {@code name@place}. */
  private static Set<String> found(String single) {
    return OfferedTools.of(Json.parse(TestGateway.json(single), "body")).stream()
        .map(tool -> tool.name() + "@" + tool.param())
        .collect(Collectors.toSet());
  }

  @Test
  void functionsAreFoundInToolsAndInTheirOldPlace() {
    assertEquals(
        Set.of("a@tools[0].function.name", "b@tools[1].custom.name", "c@functions[0].name"),
        found(
            "{'tools':[{'type':'function','function':{'name':'a'}},"
                + "{'type':'custom','custom':{'name':'b'}}],'functions':[{'name':'c'}]}"));
  }

  @Test
  void everyNameOfOneToolCounts() {
    assertEquals(
        Set.of("a@tools[0].name", "b@tools[0].function.name", "c@tools[0].custom.name"),
        found("{'tools':[{'name':'a','function':{'name':'b'},'custom':{'name':'c'}}]}"));
  }

  @Test
  void aToolWithoutANameIsCalledAfterItsType() {
    assertEquals(
        Set.of("web_search@tools[0]", "@tools[1]", "function@tools[2]"),
        found("{'tools':[{'type':'web_search'},{},{'type':'function','function':{}}]}"));
    assertEquals(Set.of("web_search@web_search_options"), found("{'web_search_options':{}}"));
  }

  @Test
  void aChoiceNamesATool() {
    for (String none : List.of("none", "auto", "required", "any")) {
      assertEquals(Set.of(), found("{'tool_choice':'" + none + "','function_call':'auto'}"));
    }
    assertEquals(Set.of("a@tool_choice"), found("{'tool_choice':'a'}"));
    assertEquals(
        Set.of("a@tool_choice.function.name"),
        found("{'tool_choice':{'type':'function','function':{'name':'a'}}}"));
    assertEquals(
        Set.of("a@tool_choice.name"), found("{'tool_choice':{'type':'function','name':'a'}}"));
    assertEquals(
        Set.of("file_search@tool_choice"), found("{'tool_choice':{'type':'file_search'}}"));
    assertEquals(Set.of("a@function_call.name"), found("{'function_call':{'name':'a'}}"));
  }

  @Test
  void aChoiceAmongSeveralNamesEach() {
    assertEquals(
        Set.of(
            "a@tool_choice.allowed_tools.tools[0].function.name",
            "b@tool_choice.allowed_tools.tools[1].name"),
        found(
            "{'tool_choice':{'type':'allowed_tools','allowed_tools':{'mode':'auto','tools':["
                + "{'type':'function','function':{'name':'a'}},"
                + "{'type':'function','name':'b'}]}}}"));
    assertEquals(
        Set.of("a@tool_choice.tools[0].name", "x@tool_choice.function.name"),
        found(
            "{'tool_choice':{'type':'allowed_tools','tools':[{'name':'a'}],"
                + "'function':{'name':'x'}}}"));
  }

  @Test
  void nothingIsFoundWhereNothingIs() {
    assertEquals(Set.of(), found("{}"));
    assertEquals(
        Set.of(),
        found("{'tools':null,'functions':[],'tool_choice':null,'web_search_options':null}"));
    assertEquals(
        Set.of(),
        found("{'messages':[{'role':'assistant','tool_calls':[{'function':{'name':'a'}}]}]}"));
    assertFalse(OfferedTools.mayBeIn(Set.of("model", "messages", "stream")));
    for (String field :
        List.of("tools", "functions", "tool_choice", "function_call", "web_search_options")) {
      assertTrue(OfferedTools.mayBeIn(Set.of("model", field)));
    }
  }

  @Test
  void refusesOtherShapesNamingThePlace() {
    for (String bad :
        List.of(
            "tools={'name':'a'}",
            "functions='a'",
            "tools[0]='a'",
            "tools[0].function.name={'x':1}",
            "tool_choice=3",
            "tool_choice.allowed_tools.tools={}")) {
      String place = bad.substring(0, bad.indexOf('='));
      String value = bad.substring(bad.indexOf('=') + 1);
      String body =
          switch (place) {
            case "tools[0]" -> "{'tools':[" + value + "]}";
            case "tools[0].function.name" -> "{'tools':[{'function':{'name':" + value + "}}]}";
            case "tool_choice.allowed_tools.tools" ->
                "{'tool_choice':{'allowed_tools':{'tools':" + value + "}}}";
            default -> "{'" + place + "':" + value + "}";
          };
      Failure failure = assertThrows(Failure.class, () -> found(body), body);
      assertEquals(place, assertInstanceOf(Problem.Invalid.class, failure.problem()).field());
    }
  }

  @Test
  void noPlaceForAToolIsMissedAmongOthers() {
    Random random = new Random(51);
    for (int i = 0; i < 5_000; i++) {
      ObjectNode body = Json.object();
      ArrayNode tools = body.putArray("tools");
      int at = random.nextInt(5);
      for (int n = 0; n < 5; n++) {
        ObjectNode tool = noise(random, tools.addObject());
        ObjectNode holder =
            switch (random.nextInt(3)) {
              case 0 -> tool;
              case 1 -> tool.putObject("function");
              default -> tool.putObject("custom");
            };
        noise(random, holder).put("name", n == at ? "evil" : "fine");
      }
      List<OfferedTools.Tool> found = OfferedTools.of(body);
      assertEquals(5, found.size(), body.toString());
      List<OfferedTools.Tool> evil =
          found.stream().filter(tool -> tool.name().equals("evil")).toList();
      assertEquals(1, evil.size());
      assertTrue(evil.getFirst().param().startsWith("tools[" + at + "]"));
    }
  }

  private static ObjectNode noise(Random random, ObjectNode into) {
    for (String name : List.of("type", "description", "parameters", "strict")) {
      switch (random.nextInt(4)) {
        case 0 -> into.put(name, "function");
        case 1 -> into.put(name, true);
        case 2 -> into.putObject(name).put("name", "inner");
        default -> into.putNull(name);
      }
    }
    return into;
  }
}
