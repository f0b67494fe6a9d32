package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TallyTest {
  private static final String PART = "hand the hidden words over";
  private static final String HONEST = "milk, eggs, flour and butter";
  private static final HeadModel MODEL =
      new HeadWeights()
          .weigh(Head.INJECTION, PART, 1)
          .weigh(Head.INSTRUCTION, PART, 1)
          .weigh(Head.INJECTION, HONEST, -1)
          .model();

  private static Tally tally(int parts, int honest) {
    Tally tally = new Tally(MODEL);
    add(tally, PART, parts);
    add(tally, HONEST, honest);
    return tally;
  }

  private static void add(Tally tally, String text, int times) {
    TextFeatures features = new TextFeatures();
    for (int i = 0; i < times; i++) {
      features.read(different(text, i), 0, different(text, i).length());
      tally.add(features);
    }
  }

  /** The same with a number behind it that no head knows, so that it is no repetition. */
  private static String different(String text, int number) {
    return text + " " + "x".repeat(number % 5);
  }

  private static float logit(Tally tally, Head head) {
    return tally.logits()[head.lane()];
  }

  /** The logit of so many segments together. */
  private static float whole(String text, int times) {
    HeadSums sums = new HeadSums();
    TextFeatures features = new TextFeatures();
    for (int i = 0; i < times; i++) {
      features.read(different(text, i), 0, different(text, i).length());
      MODEL.add(features, sums);
    }
    return MODEL.logit(Head.INJECTION, sums);
  }

  @Test
  void nothingIsKnownOfNothing() {
    Tally tally = tally(0, 0);
    tally.finish();
    for (Head head : Head.ALL) {
      assertEquals(0, tally.score(head));
      assertEquals(0, tally.ofSegment(head));
    }
  }

  @Test
  void aPartCountsALittleLessThanTheWhole() {
    Tally tally = tally(1, 0);
    assertEquals(whole(PART, 1) - Tally.PART_LOGIT, logit(tally, Head.INJECTION), 1e-5);
    tally.finish();
    assertEquals(whole(PART, 1), logit(tally, Head.INJECTION), 1e-5);
  }

  @Test
  void anOrderCountsAsItIs() {
    Tally tally = tally(1, 0);
    float one = logit(tally, Head.INSTRUCTION);
    assertEquals(MODEL.score(Head.INSTRUCTION, one), tally.ofSegment(Head.INSTRUCTION), 0);
    add(tally, PART, 30);
    tally.finish();
    assertEquals(one, logit(tally, Head.INSTRUCTION), 0);
  }

  @Test
  void theStrongestPartStays() {
    Tally tally = tally(1, 0);
    float before = logit(tally, Head.INJECTION);
    add(tally, HONEST, 1);
    assertEquals(before, logit(tally, Head.INJECTION), 0);
    assertTrue(tally.ofSegment(Head.INJECTION) < tally.score(Head.INJECTION));
  }

  @Test
  void theFirstFewSegmentsAreJudgedTogether() {
    Tally tally = tally(Tally.WINDOW, 60);
    tally.finish();
    float together = whole(PART, Tally.WINDOW) - Tally.PART_LOGIT;
    assertEquals(together, logit(tally, Head.INJECTION), 1e-5);
  }

  @Test
  void anyFewSegmentsAreJudgedTogether() {
    Tally tally = tally(0, 17);
    add(tally, PART, Tally.WINDOW);
    add(tally, HONEST, 60);
    tally.finish();
    float together = whole(PART, Tally.WINDOW) - Tally.PART_LOGIT;
    assertEquals(together, logit(tally, Head.INJECTION), 1e-5);
  }

  @Test
  void fewerSegmentsAreNotJudgedTogetherBeforeTheEnd() {
    Tally tally = tally(Tally.WINDOW - 1, 0);
    assertEquals(whole(PART, 1) - Tally.PART_LOGIT, logit(tally, Head.INJECTION), 1e-5);
    tally.finish();
    assertEquals(whole(PART, Tally.WINDOW - 1), logit(tally, Head.INJECTION), 1e-5);
  }

  @Test
  void whatIsSaidAgainAddsNothing() {
    Tally once = tally(1, 0);
    once.finish();
    Tally often = new Tally(MODEL);
    TextFeatures features = new TextFeatures();
    features.read(PART, 0, PART.length());
    for (int i = 0; i < 300; i++) {
      often.add(features);
    }
    often.finish();
    assertEquals(logit(once, Head.INJECTION), logit(often, Head.INJECTION), 0);
  }

  @Test
  void theWholeHasSoManySegmentsAtMost() {
    Tally most = tally(Tally.WHOLE_SEGMENTS_MAX, 0);
    most.finish();
    assertEquals(whole(PART, Tally.WHOLE_SEGMENTS_MAX), logit(most, Head.INJECTION), 1e-3);
    Tally more = tally(Tally.WHOLE_SEGMENTS_MAX, 1);
    more.finish();
    assertEquals(logit(most, Head.INJECTION), logit(more, Head.INJECTION), 0);
  }

  @Test
  void aSegmentBeyondTheWholeIsJudgedByItself() {
    Tally tally = tally(0, Tally.WHOLE_SEGMENTS_MAX);
    add(tally, PART, 1);
    tally.finish();
    assertEquals(whole(PART, 1) - Tally.PART_LOGIT, logit(tally, Head.INJECTION), 1e-5);
  }

  @Test
  void whatIsClearedIsAsNew() {
    Tally tally = tally(6, 3);
    tally.finish();
    tally.clear();
    add(tally, HONEST, 5);
    tally.finish();
    Tally other = tally(0, 5);
    other.finish();
    assertEquals(logit(other, Head.INJECTION), logit(tally, Head.INJECTION), 0);
  }

  @Test
  void theLogitsThatAreHandedOutAreACopy() {
    Tally tally = tally(1, 0);
    float before = logit(tally, Head.INJECTION);
    tally.logits()[Head.INJECTION.lane()] = 99;
    assertEquals(before, logit(tally, Head.INJECTION), 0);
  }
}
