package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EvidenceTest {
  private static final Sign STRONG = new Sign("injection.strong", 0.6);
  private static final Sign WEAK = new Sign("injection.weak", 0.5);
  private static final Sign LEAK = new Sign("leak.some", 0.7);

  private static Evidence of(boolean modelled, Sign... signs) {
    Evidence evidence = new Evidence(modelled);
    for (Sign sign : signs) {
      evidence.add(sign);
    }
    return evidence;
  }

  @Test
  void nothingIsNoEvidence() {
    for (boolean modelled : new boolean[] {false, true}) {
      assertEquals(new Scores(0, 0, Map.of()), of(modelled).scores(false));
      assertEquals(0, of(modelled).scores(true).harmMax());
    }
  }

  @Test
  void rulesAddUpAsIfEachCouldBeWrongByItself() {
    assertEquals(0.6, of(false, STRONG).injection(), 1e-12);
    assertEquals(0.8, of(false, STRONG, WEAK).injection(), 1e-12);
    assertEquals(0.8, of(false, WEAK, STRONG).injection(), 1e-12);
  }

  @Test
  void aRuleCountsOnceHoweverOftenItFinds() {
    assertEquals(0.6, of(false, STRONG, STRONG, STRONG).injection(), 1e-12);
    assertEquals(0.7, of(false, LEAK, LEAK).leak(), 1e-12);
  }

  @Test
  void manyRulesNeverComeToMoreThanCertainty() {
    Evidence evidence = new Evidence(false);
    for (int i = 0; i < 5_000; i++) {
      evidence.add(new Sign("injection.rule-" + i, 0.9));
      evidence.add(new Sign("leak.rule-" + i, 0.9));
    }
    assertEquals(1, evidence.injection());
    assertEquals(1, evidence.leak());
  }

  @Test
  void leaksAndAttacksDoNotMix() {
    Evidence evidence = of(false, LEAK);
    assertEquals(0, evidence.injection());
    assertEquals(0.7, evidence.leak(), 1e-12);
    evidence.add(STRONG);
    assertEquals(0.6, evidence.injection(), 1e-12);
    assertEquals(0.7, evidence.leak(), 1e-12);
  }

  @Test
  void whatWasSeenToLeakIsCertain() {
    Evidence evidence = of(true, LEAK);
    evidence.addLeak();
    evidence.add(new Sign("leak.other", 0.1));
    assertEquals(1, evidence.leak());
    assertEquals(0, evidence.injection());
  }

  @Test
  void aModelHasTheLastWordOnAttacksAndNotOnLeaks() {
    Evidence evidence = of(true, STRONG, WEAK, LEAK);
    assertEquals(0, evidence.injection());
    assertEquals(0.7, evidence.leak(), 1e-12);
    evidence.add(Head.INJECTION, 0.25);
    assertEquals(0.25, evidence.injection());
  }

  @Test
  void headsCountForNothingWhereThereAreOnlyRules() {
    Evidence evidence = of(false, WEAK);
    evidence.add(Head.INJECTION, 0.9);
    assertEquals(0.5, evidence.injection(), 1e-12);
  }

  @Test
  void theStrongerOfBothHeadsOfAttacksCounts() {
    Evidence evidence = new Evidence(true);
    evidence.add(Head.INSTRUCTION, 0.8);
    evidence.add(Head.INJECTION, 0.3);
    assertEquals(0.8, evidence.injection());
    evidence.add(Head.INJECTION, 0.9);
    assertEquals(0.9, evidence.injection());
  }

  @Test
  void aHeadIsNeverTalkedDownByAnotherPart() {
    Evidence evidence = new Evidence(true);
    evidence.add(Head.HATE, 0.7);
    evidence.add(Head.HATE, 0.1);
    assertEquals(0.7, evidence.scores(true).harm().get("hate"));
    assertEquals(0, evidence.injection());
  }

  @Test
  void everyCategoryOfHarmIsToldWhereItWasLookedFor() {
    Evidence evidence = new Evidence(true);
    evidence.add(Head.VIOLENCE, 0.4);
    evidence.add(Head.INJECTION, 1);
    Map<String, Double> harm = evidence.scores(true).harm();
    Set<String> words = new HashSet<>();
    Head.ALL.stream().filter(Head::isHarm).forEach(head -> words.add(head.word()));
    assertEquals(words, harm.keySet());
    assertEquals(0.4, harm.get("violence"));
    assertEquals(0, harm.get("sexual"));
    assertEquals(0.4, evidence.scores(true).harmMax());
  }

  @Test
  void noCategoryIsToldWhereNobodyLooked() {
    Evidence evidence = new Evidence(true);
    evidence.add(Head.VIOLENCE, 0.4);
    assertEquals(Map.of(), evidence.scores(false).harm());
  }

  @Test
  void anAttackIsNamedByItsStrongestRule() {
    Evidence evidence = of(true, WEAK);
    assertEquals("injection.weak", evidence.named("injection.model"));
    evidence.add(STRONG);
    assertEquals("injection.strong", evidence.named("injection.model"));
    evidence.add(new Sign("injection.later", 0.6));
    assertEquals("injection.strong", evidence.named("injection.instruction"));
  }

  @Test
  void harmAndLeaksAreNotNamedByRulesOfAttacks() {
    Evidence evidence = of(true, STRONG);
    assertEquals("harm.hate", evidence.named("harm.hate"));
    assertEquals("leak.prompt", evidence.named("leak.prompt"));
  }

  @Test
  void leaksNameNoAttack() {
    assertEquals("injection.model", of(true, LEAK).named("injection.model"));
    assertEquals("injection.model", of(true).named("injection.model"));
  }
}
