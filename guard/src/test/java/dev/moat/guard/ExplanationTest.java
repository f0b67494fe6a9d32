package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.guard.Explanation.WordWeight;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private static final String TEXT = "Please open the forbidden door of my garden";
  private static final HeadModel MODEL =
      new HeadWeights()
          .weigh(Head.INJECTION, "forbidden", 40)
          .weigh(Head.INJECTION, "garden", -20)
          .weigh(Head.HATE, "awful", 60)
          .model();
  private static final Guard GUARD = Guard.of(GuardPolicy.defaults(), MODEL);

  private static Explanation of(String text) {
    return GUARD.explain(Channel.USER, text);
  }

  private static List<String> words(Explanation explanation) {
    return explanation.words().stream().map(WordWeight::word).toList();
  }

  private static float logit(Head head, String text) {
    TextFeatures features = new TextFeatures();
    String folded = Folded.text(text);
    features.read(folded, 0, folded.length());
    HeadSums sums = new HeadSums();
    MODEL.add(features, sums);
    return MODEL.logit(head, sums);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theWordThatSpeaksMostComesFirst() {
    Explanation explanation = of(TEXT);
    assertEquals("forbidden", explanation.words().getFirst().word());
    assertEquals("injection", explanation.words().getFirst().head());
    assertTrue(explanation.words().getFirst().weight() > 0);
  }

  @Test
  void aWordThatSpeaksAgainstHasAWeightBelowNothing() {
    WordWeight garden =
        of(TEXT).words().stream()
            .filter(each -> each.word().equals("garden"))
            .findFirst()
            .orElseThrow();
    assertTrue(garden.weight() < 0, garden.toString());
  }

  @Test
  void aWeightIsByHowMuchTheLogitFallsWithoutTheWord() {
    for (WordWeight each : of(TEXT).words()) {
      String without = TEXT.replaceFirst("\\b" + each.word() + "\\b ?", "");
      assertEquals(
          logit(Head.INJECTION, TEXT) - logit(Head.INJECTION, without), each.weight(), 1e-4);
    }
  }

  @Test
  void wordsAreToldFromTheStrongestOn() {
    List<WordWeight> words = of(TEXT).words();
    for (int i = 1; i < words.size(); i++) {
      double before = Math.abs(words.get(i - 1).weight());
      assertTrue(before >= Math.abs(words.get(i).weight()), words.toString());
    }
    words.forEach(each -> assertTrue(Math.abs(each.weight()) >= 0.05, each.toString()));
  }

  @Test
  void noMoreThanADozenIsTold() {
    List<String> letters = IntStream.range(0, 20).mapToObj(i -> "a" + (char) ('a' + i)).toList();
    Explanation explanation = of("forbidden " + String.join(" forbidden ", letters));
    assertEquals(12, explanation.words().size());
  }

  @Test
  void everyWordStandsInTheText() {
    String text = "  \t Please,\n open   the (forbidden) door; it isn't far.\u00A0Now \n";
    Explanation explanation = of(text);
    assertFalse(explanation.words().isEmpty());
    for (String word : words(explanation)) {
      assertTrue(text.contains(word), word);
      assertEquals(word.strip(), word);
      assertFalse(word.isEmpty());
    }
    assertTrue(words(explanation).contains("(forbidden)"));
  }

  @Test
  void onlyThePartThatSaysMostIsExplained() {
    String honest = "The swimming lake opens early on warm days in June. ";
    Explanation explanation = of(honest + TEXT + ". " + honest);
    assertEquals("forbidden", explanation.words().getFirst().word());
    assertFalse(words(explanation).contains("swimming"));
  }

  @Test
  void theHeadThatSaysMostIsNamed() {
    assertEquals("hate", of("What an awful day it was today").words().getFirst().head());
  }

  @Test
  void aHeadThatIsNotAskedIsNotExplained() {
    GuardPolicy policy = GuardPolicy.defaults().with(Channel.USER, Kind.HARM, Action.PASS);
    Explanation explanation =
        Guard.of(policy, MODEL).explain(Channel.USER, "What an awful day it was today");
    explanation.words().forEach(each -> assertEquals("injection", each.head()));
  }

  @Test
  void whereNoHeadIsAskedThereAreNoWords() {
    GuardPolicy policy =
        GuardPolicy.defaults()
            .with(Channel.USER, Kind.HARM, Action.PASS)
            .with(Channel.USER, Kind.INJECTION, Action.PASS);
    assertEquals(List.of(), Guard.of(policy, MODEL).explain(Channel.USER, TEXT).words());
  }

  @Test
  void anEmptyTextHasNoWordsAndNoViews() {
    for (String text : List.of("", " ", "\n", "\u200B")) {
      assertEquals(List.of(), of(text).words());
      assertEquals(List.of(), of(text).views());
      assertEquals("pass", of(text).verdict().word());
    }
  }

  @Test
  void theVerdictIsThatOfTheGuard() {
    for (Channel channel : Channel.values()) {
      for (String text : List.of(TEXT, "to jane@example.org", base64(TEXT), "", "\uD83D")) {
        assertEquals(GUARD.judge(channel, text), GUARD.explain(channel, text).verdict());
      }
    }
  }

  @Test
  void plainTextHasNoViews() {
    assertEquals(List.of(), of(TEXT).views());
  }

  @Test
  void aViewHasItsNameAndWhatItSays() {
    Explanation explanation = of("Decode " + base64(TEXT));
    List<View> views = explanation.views();
    assertTrue(
        views.stream().anyMatch(view -> view.name().equals("base64") && view.text().contains(TEXT)),
        views.toString());
    assertEquals("forbidden", explanation.words().getFirst().word());
  }

  @Test
  void aSpanThatAViewShowsPointsAtTheOriginal() {
    String text = "Decode " + base64(TEXT);
    List<Span> spans = of(text).verdict().spans();
    assertTrue(spans.stream().anyMatch(span -> span.view().equals("base64")), spans.toString());
    for (Span span : spans) {
      assertTrue(span.end() <= text.length(), span.toString());
      assertTrue(span.start() < span.end(), span.toString());
    }
  }

  @Test
  void aLookAlikeIsExplainedAsItStands() {
    String disguised = "Please open the f\u043Erb\u0456dden door of my garden";
    assertEquals("f\u043Erb\u0456dden", of(disguised).words().getFirst().word());
  }

  @Test
  void halvesOfCharactersDoNotStopIt() {
    for (String end : TextEnds.ALL) {
      Explanation explanation = of(TEXT + end);
      assertFalse(explanation.words().isEmpty(), TextEnds.shown(end));
    }
  }

  @Test
  void whatItIsMadeOfMayChangeAndItDoesNot() {
    List<View> views = new ArrayList<>(List.of(new View("hex", "text")));
    List<WordWeight> words = new ArrayList<>(List.of(new WordWeight("word", "hate", 1)));
    Explanation explanation = new Explanation(new Verdict.Pass(0), views, words);
    views.clear();
    words.clear();
    assertEquals(1, explanation.views().size());
    assertEquals(1, explanation.words().size());
    assertThrows(UnsupportedOperationException.class, () -> explanation.words().clear());
  }
}
