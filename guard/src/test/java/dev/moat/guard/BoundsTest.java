package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundsTest {
  private static final String WORD = "paragraph ";
  private static final HeadModel MODEL =
      new HeadWeights().weigh(Head.INJECTION, WORD.repeat(5), 3).model();

  private static PreparedExample example(String text, String label) {
    return new PreparedExample(GuardExample.labelled(text, "mine", "notes", label, 1));
  }

  /** Texts of which each looks more like an attack to {@link #MODEL} than the one before. */
  private static List<PreparedExample> honest(int count) {
    List<PreparedExample> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = WORD.repeat(i % 23 + 1) + "q".repeat(i / 23 % 53) + "z".repeat(i / 1_219);
      examples.add(example(text, "benign"));
    }
    return examples;
  }

  private static float[] logits(HeadModel model, List<PreparedExample> examples, Head head) {
    float[] logits = new float[examples.size()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = examples.get(i).tally(model).logits()[head.lane()];
    }
    Arrays.sort(logits);
    return logits;
  }

  private static float flagAt(HeadModel model, Head head) {
    return model.card().path("flag-at").path(head.lane()).floatValue();
  }

  private static float blockAt(HeadModel model, Head head) {
    return model.card().path("block-at").path(head.lane()).floatValue();
  }

  @Test
  void oneHonestTextInTwoHundredComesToAHalf() {
    List<PreparedExample> examples = honest(1_000);
    HeadModel set = Bounds.set(MODEL, examples);
    float[] logits = logits(MODEL, examples, Head.INJECTION);
    assertEquals(logits[994], flagAt(set, Head.INJECTION));
    int above = 0;
    for (float logit : logits) {
      above += set.score(Head.INJECTION, logit) > Bounds.FLAGGED_SCORE ? 1 : 0;
    }
    assertTrue(above <= 5, above + " of 1,000");
  }

  @Test
  void theBoundOfAHalfIsTheTextAboveWhichOneInTwoHundredLie() {
    for (int count : new int[] {99, 199, 200, 201, 399, 400, 600}) {
      List<PreparedExample> examples = honest(count);
      float[] logits = logits(MODEL, examples, Head.INJECTION);
      int allowed = count / 200; // so many may lie above
      assertEquals(
          logits[count - 1 - allowed],
          flagAt(Bounds.set(MODEL, examples), Head.INJECTION),
          "of " + count);
    }
  }

  @Test
  void ofFewTextsTheOneThatLooksWorstIsTheBound() {
    for (int count : new int[] {1, 2, 10, 99}) {
      List<PreparedExample> examples = honest(count);
      float[] logits = logits(MODEL, examples, Head.INJECTION);
      HeadModel set = Bounds.set(MODEL, examples);
      assertEquals(logits[count - 1], flagAt(set, Head.INJECTION));
      assertEquals(logits[count - 1] + 1, blockAt(set, Head.INJECTION), 1e-5);
    }
  }

  @Test
  void withoutAnHonestTextTheBoundIsACautiousOne() {
    for (List<PreparedExample> examples :
        List.of(
            List.<PreparedExample>of(),
            List.of(example("text", "attack")),
            List.of(example("text", "unknown"), example("text", "instruction")))) {
      HeadModel set = Bounds.set(MODEL, examples);
      for (Head head : Head.ALL) {
        assertEquals(2, flagAt(set, head), head.word());
        assertEquals(3, blockAt(set, head), head.word());
      }
    }
  }

  @Test
  void onlyTheHonestCount() {
    List<PreparedExample> examples = honest(50);
    HeadModel without = Bounds.set(MODEL, examples);
    examples.add(example(WORD.repeat(300), "attack"));
    examples.add(example(WORD.repeat(300), "unknown"));
    examples.add(example(WORD.repeat(300), "harm.hate"));
    assertArrayEquals(without.bytes(), Bounds.set(MODEL, examples).bytes());
  }

  @Test
  void eachHeadHasItsOwnHonestTexts() {
    HeadModel set = Bounds.set(MODEL, List.of(example(WORD.repeat(9), "benign")));
    assertEquals(2, flagAt(set, Head.INSTRUCTION));
    assertTrue(flagAt(set, Head.INJECTION) > 2);
    assertEquals(-4, flagAt(set, Head.HATE), 1e-5);
    HeadModel documents = Bounds.set(MODEL, List.of(example(WORD.repeat(9), "document")));
    assertEquals(-4, flagAt(documents, Head.INSTRUCTION), 1e-5);
  }

  @Test
  void theBoundsStandApartWhereAllTextsLookAlike() {
    List<PreparedExample> same = Collections.nCopies(500, example("plain text", "benign"));
    HeadModel set = Bounds.set(MODEL, same);
    for (Head head : List.of(Head.INJECTION, Head.HATE, Head.ILLICIT)) {
      assertEquals(flagAt(set, head) + 1, blockAt(set, head), 1e-5);
    }
  }

  @Test
  void theOrderOfTextsDoesNotCount() {
    List<PreparedExample> examples = honest(150);
    byte[] first = Bounds.set(MODEL, examples).bytes();
    Collections.shuffle(examples, new Random(71));
    assertArrayEquals(first, Bounds.set(MODEL, examples).bytes());
  }

  @Test
  void settingThemAgainChangesNothing() {
    List<PreparedExample> examples = honest(120);
    HeadModel once = Bounds.set(MODEL, examples);
    assertArrayEquals(once.bytes(), Bounds.set(once, examples).bytes());
  }

  @Test
  void theWeightsAndTheRestOfTheCardStay() {
    HeadModel named = MODEL.with(Map.of("note", HeadWeights.card()));
    HeadModel set = Bounds.set(named, honest(3));
    assertEquals(named.card().path("note"), set.card().path("note"));
    assertEquals(named.card().path("scales"), set.card().path("scales"));
    PreparedExample text = example(WORD.repeat(4), "unknown");
    assertArrayEquals(text.tally(named).logits(), text.tally(set).logits());
  }

  @Test
  void anEmptyTextIsLikeAnythingAndSetsNoBound() {
    HeadModel only = Bounds.set(MODEL, List.of(example("", "document")));
    Head.ALL.forEach(head -> assertEquals(2, flagAt(only, head), head.word()));
    List<PreparedExample> examples = honest(100);
    HeadModel without = Bounds.set(MODEL, examples);
    examples.addAll(Collections.nCopies(200, example("", "benign")));
    assertArrayEquals(without.bytes(), Bounds.set(MODEL, examples).bytes());
  }
}
