package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Progress;
import dev.moat.data.Canary;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Canary PLANTED =
      new Canary("the number is {} today", "314159265", 1, 1_000_000_000L);

  @Test
  void scoresEachDocumentBeforeAndAfter() {
    List<DocumentScore> scores =
        comparison(new FakeScorer(2), new FakeScorer(1))
            .documents(Stream.of(text("a", "x".repeat(40)), text("b", "é".repeat(40))));
    assertEquals(List.of("a", "b"), scores.stream().map(DocumentScore::id).toList());
    assertEquals(List.of(40L, 80L), scores.stream().map(DocumentScore::bytes).toList());
    assertEquals(List.of(10L, 20L), scores.stream().map(DocumentScore::tokens).toList());
    assertEquals(-40, scores.getFirst().difference(), 1e-9);
  }

  @Test
  void leavesOutEmptyDocuments() {
    List<DocumentScore> scores =
        comparison(new FakeScorer(2), new FakeScorer(1))
            .documents(Stream.of(text("empty", ""), text("b", "text")));
    assertEquals(List.of("b"), scores.stream().map(DocumentScore::id).toList());
  }

  @Test
  void memorisedCanaryIsExposedAfterTuningOnly() {
    CanaryTexts canary = CanaryTexts.of(PLANTED, 1023, 5);
    FakeScorer tuned = new FakeScorer(1).memorising(PLANTED.sentence(), 3);
    CanaryScore score = comparison(new FakeScorer(2), tuned).canary(canary);
    assertEquals(1, score.tuned().rank());
    assertEquals(1024, score.tuned().ranked());
    assertTrue(score.tuned().bits() > 20, "found at once: " + score.tuned());
    assertTrue(score.base().bits() < 10, "unknown before: " + score.base());
    assertEquals(1_000_000_000L, score.space());
  }

  @Test
  void tellsHowFarItIs() {
    List<Long> seen = new ArrayList<>();
    Progress progress = progress(seen, false);
    Comparison comparison = new Comparison(new FakeScorer(2), new FakeScorer(1), progress, 34);
    comparison.documents(Stream.of(text("a", "x"), text("b", "y")));
    comparison.canary(CanaryTexts.of(PLANTED, 15, 5));
    assertEquals(List.of(1L, 2L, 18L, 34L), seen);
  }

  @Test
  void stopsWhenCancelled() {
    Progress cancelled = progress(new ArrayList<>(), true);
    Comparison comparison = new Comparison(new FakeScorer(2), new FakeScorer(1), cancelled, 1);
    Failure failure =
        assertThrows(Failure.class, () -> comparison.documents(Stream.of(text("a", "x"))));
    assertTrue(failure.problem() instanceof Problem.Busy);
    assertThrows(Failure.class, () -> comparison.canary(CanaryTexts.of(PLANTED, 15, 5)));
  }

  private static Comparison comparison(TextScorer base, TextScorer tuned) {
    return new Comparison(base, tuned, Progress.none(), 1);
  }

  private static Comparison.Text text(String id, String text) {
    return new Comparison.Text(id, text);
  }

  private static Progress progress(List<Long> seen, boolean cancelled) {
    return new Progress() {
      @Override
      public void advance(long done, long total, String detail) {
        seen.add(done);
      }

      @Override
      public boolean cancelled() {
        return cancelled;
      }
    };
  }
}
