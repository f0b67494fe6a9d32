package dev.moat.eval;

import dev.moat.flow.Parameters;
import java.util.Set;

/**
 * How {@code eval/compare} measures.
 *
 * @param seed of the bootstrap and of the canary's candidates
 * @param resamples of the bootstrap
 * @param candidates that the canary is ranked among
 * @param testBytesMax bytes of held-out text to score at most, whole documents chosen by the digest
 *     of their ids
 * @param thresholds what must be reached
 */
record CompareSettings(
    long seed, int resamples, int candidates, long testBytesMax, Thresholds thresholds) {
  static final double CONFIDENCE = 0.95;
  static final Set<String> NAMES =
      Set.of(
          "seed",
          "resamples",
          "canary-candidates",
          "test-bytes-max",
          "difference-max",
          "documents-min",
          "canary-guesses");

  static CompareSettings of(Parameters parameters) {
    Thresholds standard = Thresholds.STANDARD;
    return new CompareSettings(
        parameters.integer("seed", 1, 0, Long.MAX_VALUE),
        (int) parameters.integer("resamples", 10_000, 100, 1_000_000),
        (int) parameters.integer("canary-candidates", 1023, 15, 1 << 20),
        parameters.integer("test-bytes-max", 256 << 10, 1, Long.MAX_VALUE),
        new Thresholds(
            parameters.real("difference-max", standard.differenceMax(), -64, 64),
            (int) parameters.integer("documents-min", standard.documentsMin(), 2, 1 << 20),
            parameters.integer("canary-guesses", standard.guessesMax(), 1, Long.MAX_VALUE)));
  }

  PairedBootstrap bootstrap() {
    return new PairedBootstrap(resamples, CONFIDENCE, seed);
  }
}
