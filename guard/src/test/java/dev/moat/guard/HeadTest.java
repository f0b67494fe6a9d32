package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeadTest {
  @Test
  void theWordsAreThoseOfModelFilesAndTrainingData() {
    assertEquals(
        List.of(
            "injection",
            "instruction",
            "hate",
            "harassment",
            "self-harm",
            "violence",
            "sexual",
            "illicit"),
        Head.ALL.stream().map(Head::word).toList());
  }

  @Test
  void theTypesAreThoseOfVerdicts() {
    assertEquals(
        List.of(
            "injection.model",
            "injection.instruction",
            "harm.hate",
            "harm.harassment",
            "harm.self-harm",
            "harm.violence",
            "harm.sexual",
            "harm.illicit"),
        Head.ALL.stream().map(Head::type).toList());
  }

  @Test
  void everyLaneOfABucketIsThatOfOneHead() {
    Set<Integer> lanes = new HashSet<>();
    Head.ALL.forEach(head -> lanes.add(head.lane()));
    assertEquals(Set.of(0, 1, 2, 3, 4, 5, 6, 7), lanes);
    assertEquals(lanes.size(), Head.COUNT);
    assertEquals(Head.COUNT, Head.ALL.size());
  }

  @Test
  void headsStandInTheOrderOfTheirLanes() {
    for (int lane = 0; lane < Head.COUNT; lane++) {
      assertEquals(lane, Head.ALL.get(lane).lane());
    }
  }

  @Test
  void aWordLeadsBackToItsHead() {
    for (Head head : Head.ALL) {
      assertSame(head, Head.of(head.word()));
    }
  }

  @Test
  void refusesAnotherWordAndTellsThoseThatThereAre() {
    for (String word : List.of("", "Hate", "HATE", "self_harm", "hate ", "harm.hate", "toxicity")) {
      String message =
          String.valueOf(
              assertThrows(IllegalArgumentException.class, () -> Head.of(word)).getMessage());
      assertTrue(message.startsWith(word + ": no head of the model; use one of "), message);
      Head.ALL.forEach(head -> assertTrue(message.contains(head.word()), message));
    }
  }

  @Test
  void onlyTheFirstTwoAreOfAttacks() {
    for (Head head : Head.ALL) {
      boolean attack = head == Head.INJECTION || head == Head.INSTRUCTION;
      assertEquals(attack ? Kind.INJECTION : Kind.HARM, head.kind());
      assertEquals(!attack, head.isHarm());
    }
  }

  @Test
  void whatAHeadFindsIsOfItsKind() {
    for (Head head : Head.ALL) {
      assertEquals(head.kind(), new Span(head.type(), 0, 1).kind());
      assertTrue(FoundTypes.has(head.type()), head.type());
    }
  }

  @Test
  void nothingThatAHeadFindsCanBeReplacedInAText() {
    Head.ALL.forEach(head -> assertFalse(head.kind().isReplaceable(), head.word()));
  }
}
