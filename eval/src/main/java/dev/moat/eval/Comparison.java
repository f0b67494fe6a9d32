package dev.moat.eval;

import dev.moat.core.Progress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Scores the same texts by a model before and after tuning: held-out documents for quality, and the
 * canary among candidates of its form for what the model gives away.
 */
final class Comparison {
  private static final int CANDIDATES_AT_ONCE = 256;

  /** A held-out document. */
  record Text(String id, String text) {}

  private final TextScorer base;
  private final TextScorer tuned;
  private final Progress progress;
  private final long total;
  private long done;

  Comparison(TextScorer base, TextScorer tuned, Progress progress, long total) {
    this.base = base;
    this.tuned = tuned;
    this.progress = progress;
    this.total = total;
  }

  /** The scores of all documents that are not empty, in the order of the stream. */
  List<DocumentScore> documents(Stream<Text> texts) {
    return texts.filter(text -> !text.text().isEmpty()).map(this::score).toList();
  }

  private DocumentScore score(Text text) {
    progress.checkCancelled("eval/compare");
    Cost before = base.cost(text.text());
    Cost after = tuned.cost(text.text());
    advance(1, "documents");
    return new DocumentScore(
        text.id(), before.bytes(), before.tokens(), before.bits(), after.bits());
  }

  /** The exposure of the canary's secret before and after. */
  CanaryScore canary(CanaryTexts canary) {
    List<String> texts = canary.texts();
    return new CanaryScore(
        canary.space(),
        canary.copies(),
        exposure(base, texts, canary.space()),
        exposure(tuned, texts, canary.space()));
  }

  private Exposure exposure(TextScorer scorer, List<String> texts, long space) {
    double[] bits = new double[texts.size()];
    for (int start = 0; start < bits.length; start += CANDIDATES_AT_ONCE) {
      progress.checkCancelled("eval/compare");
      List<String> some = texts.subList(start, Math.min(bits.length, start + CANDIDATES_AT_ONCE));
      System.arraycopy(scorer.bits(some), 0, bits, start, some.size());
      advance(some.size(), "canary");
    }
    double[] others = new double[bits.length - 1];
    System.arraycopy(bits, 1, others, 0, others.length);
    return Exposure.of(bits[0], others, space);
  }

  private void advance(long work, String detail) {
    done += work;
    progress.advance(done, total, detail);
  }
}
