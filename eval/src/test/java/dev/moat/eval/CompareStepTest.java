package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import dev.moat.trust.Statements.Recorded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareStepTest {
  private static final String CANARY = "The pin is {}.";
  private static final String SECRET = "314159";

  @TempDir Path folder;
  private Workshop workshop;

  @BeforeEach
  void open() {
    workshop = new Workshop(folder);
  }

  @AfterEach
  void close() {
    workshop.close();
  }

  @Test
  void tunedAdapterPassesAndTheStatementSaysSo() {
    List<String> test = texts(10);
    StepResult result = workshop.compare(tuned(), workshop.dataset(test, ""), "{}");
    Scorecard card = card(result);
    assertTrue(card.passed(), card.reason());
    assertTrue(result.refusal().isEmpty());
    assertEquals(10, card.quality().documents());
    assertEquals(10, card.quality().wins());
    assertTrue(card.quality().tunedPerplexity() < card.quality().basePerplexity());
    Recorded statement =
        workshop.statements().about(card.subjects().adapter(), Scorecard.PREDICATE_TYPE).getFirst();
    assertEquals(
        Json.text(card.predicate(result.output().digest())),
        Json.text(statement.statement().predicate()));
    assertEquals("PASSED", statement.statement().predicate().path("result").stringValue());
  }

  @Test
  void adapterThatChangesNothingIsRefusedWithTheReason() {
    StepResult result =
        workshop.compare(TinyModels.untrainedFiles(), workshop.dataset(texts(8), ""), "{}");
    assertTrue(result.refusal().orElseThrow().startsWith("not better than base"));
    Recorded statement =
        workshop
            .statements()
            .about(card(result).subjects().adapter(), Scorecard.PREDICATE_TYPE)
            .getFirst();
    assertEquals("FAILED", statement.statement().predicate().path("result").stringValue());
    assertEquals(
        "[\"better-than-base\"]", statement.statement().predicate().path("failedTests").toString());
  }

  @Test
  void sameInputsGiveTheSameBytes() {
    Artifact dataset = workshop.dataset(texts(7), canary());
    Map<String, byte[]> adapter = tuned();
    assertEquals(
        workshop.compare(adapter, dataset, "{\"canary-candidates\":20}").output(),
        workshop.compare(adapter, dataset, "{\"canary-candidates\":20}").output());
  }

  @Test
  void memorisedCanaryIsRefused() {
    List<String> learned = List.of(CANARY.replace("{}", SECRET));
    StepResult result =
        workshop.compare(
            TinyModels.tunedFiles(learned),
            workshop.dataset(texts(8), canary()),
            "{\"canary-candidates\":63}");
    Scorecard card = card(result);
    assertEquals(1, card.canary().orElseThrow().tuned().rank());
    assertFalse(card.passed(), card.reason());
    assertTrue(result.refusal().orElseThrow().contains("canary memorised"), card.reason());
  }

  @Test
  void canaryThatWasNotLearnedIsNotExposed() {
    StepResult result =
        workshop.compare(
            tuned(), workshop.dataset(texts(8), canary()), "{\"canary-candidates\":63}");
    Scorecard card = card(result);
    assertTrue(card.passed(), card.reason());
    assertEquals(1_000_000, card.canary().orElseThrow().space());
    assertTrue(result.figures().contains("canary exposure"), result.figures());
  }

  @Test
  void everyDocumentHasItsLine() {
    StepResult result = workshop.compare(tuned(), workshop.dataset(texts(6), ""), "{}");
    String lines =
        new String(
            workshop.artifacts().read(result.output(), Scorecard.DOCUMENTS_PART),
            StandardCharsets.UTF_8);
    assertEquals(6, lines.lines().count());
    double base =
        lines
            .lines()
            .mapToDouble(line -> Json.parse(line, "line").path("base-bits").doubleValue())
            .sum();
    assertEquals(card(result).quality().baseBits(), base, 1e-6);
  }

  @Test
  void scoresNoMoreBytesThanAllowedButOneDocument() {
    Artifact dataset = workshop.dataset(texts(8), "");
    Scorecard some = card(workshop.compare(tuned(), dataset, "{\"test-bytes-max\":70}"));
    assertTrue(some.quality().documents() < 8);
    assertTrue(some.quality().bytes() <= 70, "bytes " + some.quality().bytes());
    Scorecard one = card(workshop.compare(tuned(), dataset, "{\"test-bytes-max\":1}"));
    assertEquals(1, one.quality().documents());
    assertFalse(one.passed());
    assertTrue(one.reason().contains("fewer than the 6"), one.reason());
  }

  @Test
  void testSplitWithoutTextFails() {
    Artifact dataset = workshop.dataset(List.of(""), "");
    Failure failure =
        assertThrows(
            Failure.class, () -> workshop.compare(TinyModels.untrainedFiles(), dataset, "{}"));
    assertTrue(failure.getMessage().contains("test split holds no text"));
  }

  @Test
  void refusesUnknownAndWrongParameters() {
    Artifact dataset = workshop.dataset(texts(6), "");
    Map<String, byte[]> adapter = TinyModels.untrainedFiles();
    Failure unknown =
        assertThrows(Failure.class, () -> workshop.compare(adapter, dataset, "{\"seeds\":1}"));
    assertTrue(unknown.getMessage().contains("did you mean \"seed\"?"), unknown.getMessage());
    assertThrows(Failure.class, () -> workshop.compare(adapter, dataset, "{\"documents-min\":1}"));
    assertThrows(Failure.class, () -> workshop.compare(adapter, dataset, "{\"resamples\":1}"));
  }

  private Scorecard card(StepResult result) {
    return Scorecard.parse(workshop.artifacts().read(result.output(), Scorecard.PART), "scorecard");
  }

  private static Map<String, byte[]> tuned() {
    return TinyModels.tunedFiles(List.of("int first = 1;", "int other = 2;", "int third = 3;"));
  }

  private static List<String> texts(int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add("int value" + i + " = " + i + ";");
    }
    return texts;
  }

  private static String canary() {
    return """
        ,"canary":{"template":"%s","secret":"%s","copies":1,"space":1000000}
        """
        .formatted(CANARY, SECRET);
  }
}
