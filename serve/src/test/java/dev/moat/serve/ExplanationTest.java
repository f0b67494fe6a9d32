package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import dev.moat.guard.Channel;
import dev.moat.guard.Scores;
import dev.moat.guard.Span;
import dev.moat.guard.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ExplanationTest {
  private static final Span MAIL = new Span("email", 3, 9);
  private static final Span ORDER = new Span("injection.override", 1, 4);

  private final Explanation explanation = new Explanation();

  private ObjectNode told() {
    ObjectNode json = Json.object();
    explanation.describe(json);
    return json;
  }

  @Test
  void aTextWithoutFindingsNeedsNone() {
    explanation.add(0, "0", new Verdict.Pass(0));
    assertTrue(explanation.isEmpty());
    assertEquals("{}", Json.text(told()));
  }

  @Test
  void theCauseOfTheGravestVerdictStandsFirst() {
    explanation.add(1, "0", new Verdict.Flag("email", 0, List.of(MAIL)));
    explanation.add(3, "1", new Verdict.Block("injection.override", 0.9, List.of(MAIL, ORDER)));
    assertEquals("injection.override", told().at("/strongest/0/rule").stringValue());
    assertEquals("1", told().at("/strongest/0/text").stringValue());
    assertEquals("1", told().at("/strongest/1/text").stringValue());
    assertEquals("0", told().at("/strongest/2/text").stringValue());
    assertFalse(explanation.isEmpty());
  }

  @Test
  void tellsABoundedNumberOfPlaces() {
    List<Span> many = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      many.add(new Span("email", i, i + 1));
    }
    for (int i = 0; i < 100; i++) {
      explanation.add(2, "" + i, new Verdict.Redact("", many, 0));
    }
    assertEquals(Explanation.PLACES_MAX, told().path("strongest").size());
    assertEquals(0, told().at("/strongest/0/start").intValue());
  }

  @Test
  void tellsTheViewAndTheHighestScores() {
    Span encoded = new Span("injection.encoded", 0, 4, "base64");
    explanation.add(
        1, "", new Verdict.Flag("x", new Scores(0.2, 0, Map.of("hate", 0.7)), List.of()));
    Scores scores = new Scores(0.61239, 0, Map.of("hate", 0.1));
    explanation.add(1, "", new Verdict.Flag("injection.encoded", scores, List.of(encoded)));
    assertEquals(
        "{\"scores\":{\"injection\":0.612,\"harm\":{\"hate\":0.7}},\"strongest\":["
            + "{\"rule\":\"injection.encoded\",\"start\":0,\"end\":4,\"view\":\"base64\"}]}",
        Json.text(told()));
  }

  @Test
  void tellsABoundedNumberOfCategories() {
    Map<String, Double> harm = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      harm.put("c" + i, 0.5);
    }
    explanation.add(0, "", new Verdict.Pass(new Scores(0, 0, harm), List.of()));
    assertEquals(32, told().at("/scores/harm").size());
  }

  @Test
  void whatIsSeenTogetherIsNeverReplaced() {
    Findings findings = new Findings();
    Verdict flag = new Verdict.Flag("injection.override", 0.75, List.of(ORDER));
    findings.addTogether(Channel.USER, flag);
    assertEquals("turns", findings.json().at("/strongest/0/view").stringValue());
    assertEquals("flag", findings.word());
    findings.addTogether(Channel.USER, new Verdict.Block("injection.x", 1, List.of()));
    assertTrue(findings.blocked());
  }

  @Test
  void findingsTellWhatAShadowWouldSay() {
    Findings findings = new Findings();
    Verdict would = new Verdict.Block("injection.override", 0.9, List.of(ORDER));
    findings.add(new Verdict.Pass(would.scores(), would.spans(), Optional.of(would)));
    assertEquals("pass", findings.word());
    assertEquals(Optional.of("block"), findings.shadowWord());
    assertFalse(findings.blocked());
    assertEquals(
        "{\"verdict\":\"block\",\"rule\":\"injection.override\"}",
        Json.text(findings.json().path("would")));
    assertEquals(1, findings.json().at("/found/injection.override").intValue());
  }

  @Test
  void findingsCountWhatIsAllowedByItself() {
    Findings findings = new Findings();
    findings.add(new Verdict.Pass(Scores.of(0), List.of(new Span("email", 0, 1, "allowed"))));
    findings.allow();
    assertEquals("{\"verdict\":\"pass\",\"allowed\":2}", Json.text(findings.json()));
  }
}
