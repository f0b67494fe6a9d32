package dev.moat.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PipelineTest {
  private static final String GOOD =
      """
      pipeline: demo
      steps:
        last: {uses: t/join, in: {left: one, right: two}, after: [gate]}
        gate: {uses: t/make, with: {text: g}}
        two: {uses: t/make, with: {text: b}}
        one: {uses: t/make, with: {text: a}}
      """;

  static Pipeline parse(String yaml) {
    return Pipeline.parse(yaml.getBytes(StandardCharsets.UTF_8), Path.of("/pipelines/p.yaml"));
  }

  private static String messageOf(String yaml) {
    return assertThrows(Failure.class, () -> parse(yaml)).getMessage();
  }

  @Test
  void stepsComeAfterWhatTheyDependOn() {
    List<String> order = parse(GOOD).nodes().stream().map(Pipeline.Node::id).toList();
    assertEquals(4, order.size());
    assertEquals("last", order.getLast());
  }

  @Test
  void aStepKnowsItsInputsParametersAndGates() {
    Pipeline.Node last = parse(GOOD).node("last");
    assertEquals("t/join", last.uses());
    assertEquals(Map.of("left", "one", "right", "two"), last.inputs());
    assertEquals(Set.of("gate"), last.after());
    assertEquals(Set.of("one", "two", "gate"), last.dependencies());
    assertEquals("a", parse(GOOD).node("one").parameters().path("text").stringValue());
  }

  @Test
  void oneGateMayStandWithoutBrackets() {
    String yaml = "pipeline: p\nsteps:\n  a: {uses: x, after: gate}\n  gate: {uses: x}\n";
    assertEquals(Set.of("gate"), parse(yaml).node("a").after());
  }

  @Test
  void gatesThatAreNoListAreRefused() {
    for (String after : List.of("{gate: yes}", "3", "true", "null", "[3]", "[[gate]]")) {
      String message = messageOf("pipeline: p\nsteps:\n  a: {uses: x, after: " + after + "}\n");
      assertTrue(message.contains("step a after"), message);
    }
  }

  @Test
  void inputsThatNameNoStepAreRefused() {
    for (String in : List.of("gate", "[gate]", "null", "{i: 3}", "{i: [gate]}", "{i: {a: b}}")) {
      String message = messageOf("pipeline: p\nsteps:\n  a: {uses: x, in: " + in + "}\n");
      assertTrue(message.contains("step a in"), message);
    }
  }

  @Test
  void aStepThatDependsOnItselfIsCircle() {
    String message = messageOf("pipeline: p\nsteps:\n  a: {uses: x, in: {i: a}}\n");
    assertTrue(message.contains("circle"), message);
  }

  @Test
  void aCircleIsRefusedNamingItsSteps() {
    String message =
        messageOf("pipeline: p\nsteps:\n  a: {uses: x, after: [b]}\n  b: {uses: x, after: [a]}\n");
    assertTrue(message.contains("a, b") && message.contains("circle"), message);
  }

  @Test
  void aMistypedDependencyNamesTheNearestStep() {
    String message =
        messageOf("pipeline: p\nsteps:\n  data: {uses: x}\n  b: {uses: x, in: {i: dta}}\n");
    assertTrue(message.contains("\"dta\"") && message.contains("\"data\""), message);
  }

  @Test
  void anUnknownKeyIsRefusedWithItsPlace() {
    assertTrue(messageOf("pipeline: p\nstep: {}\n").contains("did you mean \"steps\""));
    String message = messageOf("pipeline: p\nsteps: {a: {use: x}}\n");
    assertTrue(message.contains("step a") && message.contains("\"uses\""), message);
  }

  @Test
  void whatIsMissingIsNamed() {
    assertTrue(messageOf("steps: {a: {uses: x}}").contains("pipeline: NAME"));
    assertTrue(messageOf("pipeline: p").contains("steps"));
    assertTrue(messageOf("pipeline: p\nsteps: {a: {}}").contains("uses: ROOM/STEP"));
    assertTrue(messageOf("pipeline: p\nsteps: {a: {uses: x, with: 3}}").contains("with"));
    assertTrue(messageOf("[]").contains("not a mapping"));
  }

  @Test
  void theMostStepsAreAllowedAndNotOneMore() {
    StringBuilder yaml = new StringBuilder("pipeline: p\nsteps:\n");
    for (int i = 0; i < Pipeline.STEPS_MAX; i++) {
      yaml.append("  s").append(i).append(": {uses: x}\n");
    }
    assertEquals(Pipeline.STEPS_MAX, parse(yaml.toString()).nodes().size());
    assertTrue(messageOf(yaml + "  more: {uses: x}\n").contains("200"));
  }

  @Test
  void settingAParameterChangesTheDigestAndOnlyThatStep() {
    Pipeline before = parse(GOOD);
    Pipeline after = before.with("one", "text", Json.parse("\"z\"", "x"));
    assertNotEquals(before.digest(), after.digest());
    assertEquals(before.node("two"), after.node("two"));
    assertEquals("z", after.node("one").parameters().path("text").stringValue());
    assertEquals("a", before.node("one").parameters().path("text").stringValue());
  }

  @Test
  void settingAParameterOfNoStepIsRefused() {
    Pipeline pipeline = parse(GOOD);
    Failure failure =
        assertThrows(
            Failure.class, () -> pipeline.with("documents", "sources", Json.parse("[]", "x")));
    assertTrue(failure.getMessage().contains("\"documents\""), failure.getMessage());
  }

  @Test
  void relativePathsStartFromTheFolderOfTheFile() {
    assertEquals(Path.of("/pipelines"), parse(GOOD).folder());
  }

  @Test
  void mutatedPipelinesEitherParseOrFailWithAFailure() {
    Random random = new Random(11);
    byte[] seed = GOOD.getBytes(StandardCharsets.UTF_8);
    int failures = 0;
    for (int round = 0; round < 3_000; round++) {
      byte[] input = seed.clone();
      for (int change = 0; change <= random.nextInt(3); change++) {
        input[random.nextInt(input.length)] = (byte) (32 + random.nextInt(95));
      }
      try {
        assertEquals(4, Pipeline.parse(input, Path.of("fuzz.yaml")).nodes().size());
      } catch (Failure failure) {
        assertTrue(failure.getMessage().startsWith("fuzz.yaml"), failure.getMessage());
        failures++;
      } catch (AssertionError _) {
        failures++;
      }
    }
    assertTrue(failures > 500, "a mutation often breaks it: " + failures);
  }
}
