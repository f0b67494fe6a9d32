package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoresTest {
  private static final Map<String, Double> HARM = Map.of("hate", 0.2, "sexual", 0.6);

  @Test
  void theLargestHarmIsThatOfAnyCategory() {
    assertEquals(0.6, new Scores(0.9, 0.8, HARM).harmMax());
    assertEquals(0, new Scores(0.9, 0.8, Map.of()).harmMax());
    assertEquals(0, new Scores(0, 0, Map.of("hate", 0.0)).harmMax());
  }

  @Test
  void aScoreOfAnAttackSaysNothingElse() {
    assertEquals(new Scores(0.4, 0, Map.of()), Scores.of(0.4));
  }

  @Test
  void whatItIsMadeOfMayChangeAndItDoesNot() {
    Map<String, Double> harm = new HashMap<>(HARM);
    Scores scores = new Scores(0, 0, harm);
    harm.put("hate", 1.0);
    assertEquals(HARM, scores.harm());
    assertThrows(UnsupportedOperationException.class, () -> scores.harm().put("hate", 1.0));
  }

  @Test
  void theScoreOfAVerdictIsThatOfAnAttackOrALeak() {
    assertEquals(0.7, new Verdict.Pass(new Scores(0.7, 0.2, HARM), List.of()).score());
    assertEquals(0.7, new Verdict.Flag("x", new Scores(0.2, 0.7, HARM), List.of()).score());
    assertEquals(0, new Verdict.Block("x", new Scores(0, 0, HARM), List.of()).score());
    assertEquals(0.3, new Verdict.Redact("text", List.of(), 0.3).score());
  }

  @Test
  void everyVerdictHasItsWordAndOnlySomeHaveACause() {
    List<Verdict> verdicts =
        List.of(
            new Verdict.Pass(0),
            new Verdict.Flag("why", 0, List.of()),
            new Verdict.Redact("text", List.of(), 0),
            new Verdict.Block("why", 0, List.of()));
    assertEquals(
        List.of("pass", "flag", "redact", "block"), verdicts.stream().map(Verdict::word).toList());
    assertEquals(List.of("", "why", "", "why"), verdicts.stream().map(Verdict::rule).toList());
  }

  @Test
  void whatPassesInShadowModeKeepsScoresAndSpans() {
    Verdict block = new Verdict.Block("why", 0.9, List.of(new Span("injection.x", 1, 2)));
    Verdict.Pass pass = Verdict.Pass.instead(block);
    assertEquals(block, pass.shadowed().orElseThrow());
    assertEquals(block.spans(), pass.spans());
    assertEquals(block.scores(), pass.scores());
    assertEquals("", pass.rule());
  }
}
