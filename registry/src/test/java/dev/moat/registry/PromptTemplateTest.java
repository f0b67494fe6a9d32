package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PromptTemplateTest {
  private static final String SUPPORT =
      """
      system: "You help with {{product}}. Answer in {{language}}, {{words}} words, {{terse}}."
      messages:
        - {role: user, content: "Cost of {{product}}?"}
        - {role: assistant, content: "{{price}} each"}
      variables:
        product: {type: text, max: 20}
        language: {type: choice, values: [German, English]}
        words: {type: integer, least: 1, most: 200}
        price: {type: number}
        terse: {type: flag}
      """;

  static PromptTemplate parse(String yaml) {
    return PromptTemplate.parseYaml(yaml.getBytes(StandardCharsets.UTF_8), "test.prompt.yaml");
  }

  private static Map<String, JsonNode> values(String json) {
    Map<String, JsonNode> values = new HashMap<>();
    Json.parse(json.replace('\'', '"'), "values").forEachEntry(values::put);
    return values;
  }

  private static String refusal(String json) {
    Failure failure = assertThrows(Failure.class, () -> parse(SUPPORT).render(values(json)), json);
    return ((Problem.Invalid) failure.problem()).field();
  }

  private static void assertRefused(String yaml, String part) {
    Failure failure = assertThrows(Failure.class, () -> parse(yaml), yaml);
    assertTrue(failure.problem() instanceof Problem.Invalid, failure.toString());
    assertTrue(failure.getMessage().contains(part), failure.getMessage());
  }

  @Test
  void fillsValuesOfEveryType() {
    assertEquals(
        List.of(
            new PromptTemplate.Message(
                "system", "You help with Moat. Answer in German, 200 words, true."),
            new PromptTemplate.Message("user", "Cost of Moat?"),
            new PromptTemplate.Message("assistant", "9.5 each")),
        parse(SUPPORT)
            .render(
                values(
                    "{'product':'Moat','language':'German','words':200,'price':9.5,"
                        + "'terse':true}")));
  }

  @Test
  void namesTheValueThatIsWrong() {
    String good = "{'product':'p','language':'German','words':1,'price':1,'terse':false";
    assertEquals("prompt_variables.colour", refusal(good + ",'colour':'red'}"));
    assertEquals("prompt_variables.product", refusal("{}").replace("language", "product"));
    for (String wrong :
        List.of(
            "'product':7",
            "'product':'" + "p".repeat(21) + "'",
            "'language':'French'",
            "'language':true",
            "'words':0",
            "'words':201",
            "'words':1.5",
            "'words':'7'",
            "'price':'9'",
            "'terse':'true'",
            "'terse':1")) {
      String name = wrong.substring(1, wrong.indexOf('\'', 1));
      String json = good.replaceFirst("'" + name + "':[^,]*", wrong) + "}";
      assertEquals("prompt_variables." + name, refusal(json), json);
    }
    for (String name : List.of("product", "language", "words", "price", "terse")) {
      String without = good.replaceFirst("'" + name + "':[^,]*,?", "").replaceFirst(",$", "") + "}";
      assertEquals("prompt_variables." + name, refusal(without), without);
    }
    String longest = good.replace("'p'", "'" + "p".repeat(20) + "'") + "}";
    assertEquals(3, parse(SUPPORT).render(values(longest)).size());
  }

  @Test
  void takesAValueForDataWhateverItSays() {
    PromptTemplate prompt =
        parse(
            """
            system: "a {{a}} b {{b}} a {{a}}"
            variables: {a: {type: text, max: 100}, b: {type: text, max: 100}}
            """);
    Random random = new Random(11);
    String marks = "{}ab$\\1 \n\"';<>";
    for (int round = 0; round < 5_000; round++) {
      StringBuilder made = new StringBuilder();
      for (int i = random.nextInt(20); i > 0; i--) {
        made.append(marks.charAt(random.nextInt(marks.length())));
      }
      String a = round % 3 == 0 ? "{{b}}" + made : made.toString();
      String b = round % 5 == 0 ? "{{a}}{{b}}" : made.reverse().toString();
      Map<String, JsonNode> given =
          Map.of("a", Json.object().put("v", a).get("v"), "b", Json.object().put("v", b).get("v"));
      assertEquals("a " + a + " b " + b + " a " + a, prompt.render(given).getFirst().content());
    }
  }

  @Test
  void refusesATemplateWhosePlacesAndVariablesDoNotFit() {
    assertRefused("system: 'hi {{name}}'", "{{name}}");
    assertRefused("system: hi\nvariables: {name: {type: flag}}", "variables.name");
    assertRefused("system: 'hi {{ name }}'\nvariables: {name: {type: flag}}", "{{ name }}");
    assertRefused("system: 'hi {{name'\nvariables: {name: {type: flag}}", "{{name");
    assertRefused("system: 'hi {{}}'", "{{}}");
    assertRefused("system: 'hi {{#if x}}'", "{{#if x}}");
    assertRefused("system: 'hi {{{name}}}'\nvariables: {name: {type: flag}}", "{{{name}}}");
    assertRefused("system: '{{Name}}'\nvariables: {Name: {type: flag}}", "variables.Name");
    assertEquals("{\"a\":{\"b\":1}}", parse("system: '{\"a\":{\"b\":1}}'").system());
  }

  @Test
  void refusesWhatIsNoPrompt() {
    assertRefused("[]", "not a mapping");
    assertRefused("variables: {}", "system");
    assertRefused("system: ' '", "empty");
    assertRefused("system: 7", "system");
    assertRefused("system: hi\nextra: 1", "extra");
    assertRefused("system: hi\nformat: moat-prompt/1", "format");
    assertRefused("system: hi\nmessages: [{role: system, content: x}]", "role");
    assertRefused("system: hi\nmessages: [{role: tool, content: x}]", "role");
    assertRefused("system: hi\nmessages: [{content: x}]", "role");
    assertRefused("system: hi\nmessages: [{role: user, content: x, name: y}]", "name");
    for (String type :
        List.of(
            "{}",
            "{type: date}",
            "{type: text}",
            "{type: text, max: 0}",
            "{type: text, max: 100001}",
            "{type: integer}",
            "{type: integer, least: 2, most: 1}",
            "{type: choice, values: []}",
            "{type: choice, values: [1]}",
            "{type: flag, standard: true}",
            "text")) {
      assertRefused("system: '{{v}}'\nvariables:\n  v: " + type, "");
    }
    assertEquals(
        1, parse("system: '{{v}}'\nvariables:\n  v: {type: text, max: 100000}").variables().size());
  }

  @Test
  void boundsItsParts() {
    String longest = "s".repeat(100_000);
    assertEquals(longest, parse("system: " + longest).system());
    assertRefused("system: s" + longest, "characters");
    String messages = "{role: user, content: x},".repeat(64);
    assertEquals(64, parse("system: s\nmessages: [" + messages + "]").messages().size());
    assertRefused("system: s\nmessages: [" + messages + "{role: user, content: x}]", "messages");
    StringBuilder places = new StringBuilder("system: '");
    StringBuilder variables = new StringBuilder("'\nvariables:\n");
    for (int i = 0; i < 65; i++) {
      places.append("{{v").append(i).append("}}");
      variables.append("  v").append(i).append(": {type: flag}\n");
    }
    assertRefused(places.toString() + variables, "variables");
  }

  @Test
  void keepsSystemAndMessagesApart() {
    PromptTemplate prompt = parse("system: a\nmessages: [{role: user, content: b}]");
    assertEquals("a", prompt.system());
    assertEquals(List.of(new PromptTemplate.Message("user", "b")), prompt.messages());
    assertTrue(prompt.variables().isEmpty());
  }

  @Test
  void comesBackFromItsJson() {
    for (String yaml : List.of(SUPPORT, "system: plain")) {
      PromptTemplate prompt = parse(yaml);
      byte[] json = Json.canonical(prompt.toJson());
      PromptTemplate again = PromptTemplate.parse(json, "prompt");
      assertEquals(prompt, again);
      assertArrayEquals(json, Json.canonical(again.toJson()));
    }
    assertThrows(
        Failure.class,
        () -> PromptTemplate.parse("{\"system\":\"x\"}".getBytes(StandardCharsets.UTF_8), "p"));
  }

  @Test
  void readsOrRefusesWhateverComes() {
    byte[] seed = SUPPORT.getBytes(StandardCharsets.UTF_8);
    Random random = new Random(23);
    int read = 0;
    for (int round = 0; round < 4_000; round++) {
      byte[] mutated = seed.clone();
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        String marks = "{}[]\",:\n -abc";
        mutated[random.nextInt(mutated.length)] =
            (byte) marks.charAt(random.nextInt(marks.length()));
      }
      try {
        PromptTemplate.parseYaml(mutated, "fuzz");
        read++;
      } catch (Failure failure) {
        assertTrue(failure.problem() instanceof Problem.Invalid, failure.toString());
      }
    }
    assertTrue(read > 50, "some mutations must be harmless: " + read);
  }
}
