package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuardExampleTest {
  private static GuardExample labelled(String text, String label) {
    return GuardExample.labelled(text, "mine", "notes", label, 1);
  }

  private static GuardExample weighed(double weight) {
    return new GuardExample("text", "mine", "notes", Map.of(), weight);
  }

  private static String refusal(Runnable made) {
    return String.valueOf(assertThrows(IllegalArgumentException.class, made::run).getMessage());
  }

  @Test
  void anAttackIsAnOrderToo() {
    assertEquals(
        Map.of("injection", true, "instruction", true), labelled("text", "attack").labels());
  }

  @Test
  void aLongAttackIsNoSingleOrder() {
    String most = "x".repeat(500);
    assertEquals(Map.of("injection", true, "instruction", true), labelled(most, "attack").labels());
    assertEquals(Map.of("injection", true), labelled(most + "x", "attack").labels());
  }

  @Test
  void anHonestTextIsNeitherAnAttackNorHarm() {
    GuardExample honest = labelled("text", "benign");
    for (Head head : Head.ALL) {
      Optional<Boolean> expected = head == Head.INSTRUCTION ? Optional.empty() : Optional.of(false);
      assertEquals(expected, honest.is(head), head.word());
    }
  }

  @Test
  void aTaskIsHonestAndWouldBeAnOrderInADocument() {
    GuardExample task = labelled("text", "task");
    assertEquals(Optional.of(false), task.is(Head.INJECTION));
    assertEquals(Optional.of(true), task.is(Head.INSTRUCTION));
    assertEquals(Optional.of(false), task.is(Head.SEXUAL));
    assertEquals(
        Optional.empty(), labelled("x".repeat(501), "task").is(Head.INSTRUCTION), "too long");
  }

  @Test
  void aDocumentHoldsNoOrder() {
    for (String text : List.of("text", "x".repeat(9_000))) {
      GuardExample document = labelled(text, "document");
      Head.ALL.forEach(head -> assertEquals(Optional.of(false), document.is(head), head.word()));
    }
  }

  @Test
  void anInstructionSaysNothingOfOtherHeads() {
    assertEquals(Map.of("instruction", true), labelled("text", "instruction").labels());
  }

  @Test
  void harmIsOfOneCategoryAndSaysNothingOfOthers() {
    for (Head head : Head.ALL) {
      if (head.isHarm()) {
        assertEquals(Map.of(head.word(), true), labelled("text", head.type()).labels());
      }
    }
  }

  @Test
  void whatIsUnknownTeachesNothing() {
    assertEquals(Map.of(), labelled("text", "unknown").labels());
  }

  @Test
  void refusesAnotherLabelAndTellsThoseThatThereAre() {
    for (String label :
        List.of(
            "",
            "Attack",
            "attack ",
            "harm",
            "harm.",
            "harm.injection",
            "harm.hate.more",
            "hate",
            "injection",
            "injection.model",
            "honest")) {
      String message = refusal(() -> labelled("text", label));
      assertTrue(message.startsWith(label + ": no label; use attack, benign, "), message);
      for (String word :
          List.of("attack", "benign", "task", "document", "instruction", "unknown", "harm.")) {
        assertTrue(message.contains(word), message);
      }
    }
  }

  @Test
  void refusesALabelOfNoHead() {
    Map<String, Boolean> labels = Map.of("hate", true, "toxicity", false);
    String message = refusal(() -> new GuardExample("text", "mine", "notes", labels, 1));
    assertTrue(message.startsWith("toxicity: no head of the model; use one of "), message);
  }

  @Test
  void aWeightIsOverNothingAndUpToAHundred() {
    assertEquals(Double.MIN_VALUE, weighed(Double.MIN_VALUE).weight());
    assertEquals(100, weighed(100).weight());
    for (double weight :
        new double[] {
          0, -0.0, -1, Math.nextUp(100.0), 1e300, Double.NaN, Double.POSITIVE_INFINITY
        }) {
      String message = refusal(() -> weighed(weight));
      assertEquals("a weight of " + weight + " is not over 0 and up to 100", message);
    }
  }

  @Test
  void whatItsLabelsAreMadeOfMayChangeAndTheyDoNot() {
    Map<String, Boolean> labels = new HashMap<>(Map.of("hate", true));
    GuardExample example = new GuardExample("text", "mine", "notes", labels, 1);
    labels.put("violence", true);
    assertEquals(Map.of("hate", true), example.labels());
  }

  @Test
  void withAnotherTextItIsStillWhatItWas() {
    GuardExample example = labelled("text", "attack");
    GuardExample other = example.with("x".repeat(501), 0.7);
    assertEquals("x".repeat(501), other.text());
    assertEquals(0.7, other.weight());
    assertEquals(example.labels(), other.labels());
    assertEquals("mine", other.source());
    assertEquals("notes", other.family());
    assertThrows(IllegalArgumentException.class, () -> example.with("text", 0));
  }
}
