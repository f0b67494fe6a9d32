package dev.moat.eval;

import dev.moat.core.Digest;
import java.util.Optional;

/** Scorecards for tests. */
final class Cards {
  static final Scorecard.Subjects SUBJECTS =
      new Scorecard.Subjects(Digest.of("dataset"), Digest.of("base"), Digest.of("adapter"));
  static final long SPACE = 1_000_000_000L;

  private Cards() {}

  static Scorecard good() {
    return card(quality(12, -0.2, -0.1), canary(3));
  }

  static Scorecard card(Quality quality, Optional<CanaryScore> canary) {
    return new Scorecard(SUBJECTS, quality, canary, Thresholds.STANDARD);
  }

  static Quality quality(int documents, double low, double high) {
    return new Quality(documents, 1000, 400, 2000, 1850, new Interval(low, high), documents - 1);
  }

  static Optional<CanaryScore> canary(double bits) {
    Exposure base = new Exposure(300, 1024, 1.77);
    return Optional.of(new CanaryScore(SPACE, 1, base, new Exposure(1, 1024, bits)));
  }
}
