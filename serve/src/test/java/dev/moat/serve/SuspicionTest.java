package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuspicionTest {
  private static final ConversationRules RULES = ConversationRules.standard();
  private static final double KEPT = Suspicion.KEPT_BY_TURN;
  private static final long HALF_LIFE = RULES.halfLife().toMillis();

  private final Suspicion suspicion = new Suspicion();

  private static Suspect text(String digest, double score) {
    return new Suspect(digest, score, score >= 0.5, false);
  }

  private static Suspect asked(String digest, double score) {
    return new Suspect(digest, score, score >= 0.5, true);
  }

  private Suspicion.Weight weigh(long millis, Suspect... suspects) {
    return suspicion.weigh("c", List.of(suspects), RULES, millis);
  }

  @Test
  void addsUpTheScoresOfNewTexts() {
    assertEquals(0.6, weigh(0, text("a", 0.6)).sum(), 1e-9);
    double second = 0.6 * KEPT + 0.5;
    assertEquals(second, weigh(0, text("a", 0.6), text("b", 0.5)).sum(), 1e-9);
    assertEquals(second * KEPT, weigh(0, text("a", 0.6), text("b", 0.5)).sum(), 1e-9, "sent again");
  }

  @Test
  void leavesOutWhatIsUnderTheFloor() {
    assertEquals(0, weigh(0, text("a", 0.399)).sum());
    assertEquals(0.4, weigh(0, text("b", 0.4)).sum(), 1e-9);
  }

  @Test
  void fadesToItsHalfInAHalfLife() {
    weigh(0, text("a", 0.8));
    assertEquals(0.4 * KEPT, weigh(HALF_LIFE, text("a", 0.8)).sum(), 1e-9);
    assertEquals(0.1 * KEPT * KEPT, weigh(3 * HALF_LIFE, text("a", 0.8)).sum(), 1e-9);
  }

  @Test
  void aClockSetBackFadesNoMoreThanTheTurn() {
    weigh(10 * HALF_LIFE, text("a", 0.8));
    assertEquals(0.8 * KEPT, weigh(0, text("a", 0.8)).sum(), 1e-9);
  }

  @Test
  void fadesWithEveryHonestQuestionToo() {
    weigh(0, text("a", 0.8));
    assertEquals(0.8 * KEPT, weigh(0).sum(), 1e-9);
    assertEquals(0.8 * KEPT * KEPT, weigh(0).sum(), 1e-9);
    assertFalse(weigh(0).persistent());
    assertFalse(weigh(0).attempted());
  }

  @Test
  void fourteenHonestQuestionsLeaveHalf() {
    weigh(0, text("a", 0.8));
    double left = 0;
    for (int i = 0; i < 14; i++) {
      left = weigh(0).sum();
    }
    assertEquals(0.4, left, 0.01);
  }

  @Test
  void isPersistentOnlyOverTheBoundAndWhereSomethingIsFlagged() {
    assertFalse(weigh(0, text("a", 0.75), text("b", 0.75)).persistent(), "at the bound");
    assertTrue(weigh(0, text("a", 0.75), text("b", 0.75), text("c", 0.4)).persistent());
    assertFalse(weigh(0, text("d", 0.45)).persistent(), "nothing flagged in this question");
    assertTrue(weigh(0, text("a", 0.75)).persistent(), "the history still holds it");
    assertFalse(weigh(5 * HALF_LIFE, text("a", 0.75)).persistent(), "faded");
  }

  @Test
  void theThirdNearMissInARowIsPersistent() {
    assertFalse(weigh(0, text("a", 0.6)).persistent());
    assertFalse(weigh(60_000, text("b", 0.6)).persistent());
    assertTrue(weigh(120_000, text("c", 0.6)).persistent());
  }

  @Test
  void nearMissesThatAreFarApartAreNot() {
    int persistent = 0;
    for (int i = 0; i < 20; i++) {
      persistent += weigh(2L * i * HALF_LIFE, text("t" + i, 0.6)).persistent() ? 1 : 0;
    }
    assertEquals(0, persistent);
  }

  @Test
  void fiftyHonestQuestionsAddNothingUp() {
    List<Suspect> history = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      history.add(text("t" + i, 0.35 * i / 49));
      Suspicion.Weight weight = suspicion.weigh("c", history, RULES, i * 20_000L);
      assertEquals(Suspicion.Weight.NONE, weight);
    }
    history.add(text("one that is flagged", 0.6));
    assertFalse(suspicion.weigh("c", history, RULES, 1_000_000).persistent());
  }

  @Test
  void aBoundOfZeroIsNone() {
    ConversationRules none = new ConversationRules(0, 0.2, Duration.ofMinutes(10), 0);
    List<Suspect> many = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      many.add(text("t" + i, 0.84));
    }
    assertFalse(suspicion.weigh("c", many, none, 0).persistent());
  }

  @Test
  void anAttemptIsNewOrIsAskedAgain() {
    assertTrue(weigh(0, text("a", 0.6)).attempted());
    assertFalse(weigh(0, text("a", 0.6)).attempted(), "only history");
    assertTrue(weigh(0, asked("a", 0.6)).attempted(), "asked again");
    assertFalse(weigh(0, asked("b", 0.4)).attempted(), "not flagged");
  }

  @Test
  void conversationsDoNotKnowOfOneAnother() {
    weigh(0, text("a", 1), text("b", 1));
    List<Suspect> same = List.of(text("a", 0.6));
    assertEquals(0.6, suspicion.weigh("other", same, RULES, 0).sum(), 1e-9);
  }

  @Test
  void innocentQuestionsTakeNoMemory() {
    for (int i = 0; i < 100; i++) {
      suspicion.weigh("c" + i, List.of(), RULES, 0);
    }
    assertEquals(0, suspicion.size());
  }

  @Test
  void forgetsTheConversationUsedLongestAgo() {
    weigh(0, text("a", 0.6));
    for (int i = 0; i < Suspicion.CONVERSATIONS_MAX - 1; i++) {
      suspicion.weigh("c" + i, List.of(text("a", 0.4)), RULES, 0);
    }
    assertEquals(0.6 * KEPT, weigh(0, text("a", 0.6)).sum(), 1e-9, "still known, and used last");
    suspicion.weigh("one more", List.of(text("a", 0.4)), RULES, 0);
    assertEquals(Suspicion.CONVERSATIONS_MAX, suspicion.size());
    assertEquals(0.4, suspicion.weigh("c0", List.of(text("a", 0.4)), RULES, 0).sum(), 1e-9);
  }

  @Test
  void remembersABoundedNumberOfTexts() {
    for (int i = 0; i < Suspicion.TEXTS_MAX + 1; i++) {
      weigh(0, text("t" + i, 0.4));
    }
    double sum = weigh(0, text("t" + Suspicion.TEXTS_MAX, 0.4)).sum();
    double again = weigh(0, text("t" + Suspicion.TEXTS_MAX, 0.4)).sum();
    assertEquals(sum * KEPT, again, 1e-6, "known");
    assertEquals(again * KEPT + 0.4, weigh(0, text("t0", 0.4)).sum(), 1e-6, "forgotten");
  }
}
