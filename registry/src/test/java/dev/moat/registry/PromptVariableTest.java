package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PromptVariableTest {
  private static JsonNode json(String single) {
    return Json.parse(single.replace('\'', '"'), "test");
  }

  private static PromptVariable variable(String declaration) {
    return PromptVariable.read(json(declaration), "variables.v");
  }

  private static void assertText(String expected, String declaration, String value) {
    assertEquals(Optional.of(expected), variable(declaration).text(json(value)), value);
  }

  private static void assertUnfit(String declaration, String... values) {
    for (String value : values) {
      assertEquals(Optional.empty(), variable(declaration).text(json(value)), value);
    }
  }

  @Test
  void textsHaveALength() {
    String declared = "{'type':'text','max':3}";
    assertText("", declared, "''");
    assertText("abc", declared, "'abc'");
    assertText("\n\t ", declared, "'\\n\\t '");
    assertUnfit(declared, "'abcd'", "1", "true", "null", "['a']", "{}");
    assertEquals("a string of at most 3 characters", variable(declared).expected());
  }

  @Test
  void wholeNumbersHaveARange() {
    String declared = "{'type':'integer','least':-2,'most':5}";
    assertText("-2", declared, "-2");
    assertText("5", declared, "5");
    assertUnfit(declared, "-3", "6", "1.0", "1.5", "'1'", "true", "null", "99999999999999999999");
    assertEquals("a whole number from -2 to 5", variable(declared).expected());
    String declaredWide =
        "{'type':'integer','least':%d,'most':%d}".formatted(Long.MIN_VALUE, Long.MAX_VALUE);
    assertText(Long.toString(Long.MAX_VALUE), declaredWide, Long.toString(Long.MAX_VALUE));
    assertText(Long.toString(Long.MIN_VALUE), declaredWide, Long.toString(Long.MIN_VALUE));
    assertUnfit(declaredWide, "9223372036854775808");
  }

  @Test
  void numbersAreOfAnyKind() {
    String declared = "{'type':'number'}";
    assertText("7", declared, "7");
    assertText("-0.25", declared, "-0.25");
    assertUnfit(declared, "'7'", "true", "null", "[]");
    assertEquals("a number", variable(declared).expected());
  }

  @Test
  void choicesHaveValues() {
    String declared = "{'type':'choice','values':['red','dark blue']}";
    assertText("red", declared, "'red'");
    assertText("dark blue", declared, "'dark blue'");
    assertUnfit(declared, "'Red'", "'blue'", "''", "1", "null");
    assertEquals("one of red, dark blue", variable(declared).expected());
  }

  @Test
  void flagsAreTrueOrFalse() {
    String declared = "{'type':'flag'}";
    assertText("true", declared, "true");
    assertText("false", declared, "false");
    assertUnfit(declared, "'true'", "1", "0", "null");
    assertEquals("true or false", variable(declared).expected());
  }

  @Test
  void refusesWhatIsNoDeclaration() {
    for (String declaration :
        List.of(
            "[]",
            "'text'",
            "{}",
            "{'type':7}",
            "{'type':'Text','max':3}",
            "{'type':'text'}",
            "{'type':'text','max':0}",
            "{'type':'text','max':100001}",
            "{'type':'text','max':'3'}",
            "{'type':'text','max':3,'least':1}",
            "{'type':'integer','least':1}",
            "{'type':'integer','least':2,'most':1}",
            "{'type':'number','least':1}",
            "{'type':'choice'}",
            "{'type':'choice','values':[]}",
            "{'type':'choice','values':[1]}",
            "{'type':'choice','values':'red'}",
            "{'type':'flag','values':[]}")) {
      assertThrows(Failure.class, () -> variable(declaration), declaration);
    }
    String values = "'v',".repeat(PromptVariable.VALUES_MAX);
    String most = "{'type':'choice','values':[" + values.substring(0, values.length() - 1) + "]}";
    assertEquals("v", variable(most).text(json("'v'")).orElseThrow());
    assertThrows(Failure.class, () -> variable("{'type':'choice','values':[" + values + "'v']}"));
  }

  @Test
  void comesBackFromItsJson() {
    for (String declaration :
        List.of(
            "{'type':'text','max':3}",
            "{'type':'integer','least':-2,'most':5}",
            "{'type':'number'}",
            "{'type':'choice','values':['red','dark blue']}",
            "{'type':'flag'}")) {
      PromptVariable variable = variable(declaration);
      assertEquals(Json.text(json(declaration)), Json.text(variable.toJson()));
      assertEquals(variable, PromptVariable.read(variable.toJson(), "again"));
    }
  }

  @Test
  void takesAnyTextThatIsShortEnoughAsItIs() {
    PromptVariable variable = variable("{'type':'text','max':20}");
    Random random = new Random(7);
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(25); i > 0; i--) {
        text.append((char) (1 + random.nextInt(0xD7FE)));
      }
      JsonNode value = Json.object().put("v", text.toString()).get("v");
      Optional<String> taken = variable.text(value);
      assertEquals(text.length() <= 20, taken.isPresent());
      assertTrue(taken.isEmpty() || taken.get().contentEquals(text));
    }
  }
}
