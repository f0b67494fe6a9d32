package dev.moat.eval;

import dev.moat.core.Failure;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A paired bootstrap over documents: how sure the difference in bits per byte is.
 *
 * <p>Documents are drawn with replacement, each with its score before and after, so that what makes
 * a document hard cancels out (Efron and Tibshirani 1993, chapter 13). The statistic is a ratio of
 * sums: all bits that tuning adds over all bytes drawn. The percentiles are widened for few
 * documents as Hesterberg 2015 ("What Teachers Should Know About the Bootstrap", section 5.3)
 * proposes: the level is that of Student's t with n - 1 degrees of freedom, times sqrt(n/(n-1)).
 */
final class PairedBootstrap {
  private static final int RESAMPLES_MIN = 100;
  private static final int RESAMPLES_MAX = 1_000_000;

  private final int resamples;
  private final double confidence;
  private final long seed;

  PairedBootstrap(int resamples, double confidence, long seed) {
    if (resamples < RESAMPLES_MIN || resamples > RESAMPLES_MAX) {
      throw Failure.invalid(
          "bootstrap: " + resamples + " resamples; give " + RESAMPLES_MIN + " to " + RESAMPLES_MAX);
    }
    if (!(confidence > 0.5 && confidence < 1)) {
      throw Failure.invalid(
          "bootstrap: confidence " + confidence + "; give 0.5 to 1, such as 0.95");
    }
    this.resamples = resamples;
    this.confidence = confidence;
    this.seed = seed;
  }

  /** The interval of the difference tuned - base in bits per byte; one document gives a point. */
  Interval difference(List<DocumentScore> scores) {
    if (scores.isEmpty()) {
      throw Failure.invalid("bootstrap: no documents; give at least one");
    }
    int count = scores.size();
    if (count == 1) {
      double only = scores.getFirst().difference() / scores.getFirst().bytes();
      return new Interval(only, only);
    }
    double[] drawn = draws(scores);
    Arrays.sort(drawn);
    double tail = tail(count);
    return new Interval(quantile(drawn, tail), quantile(drawn, 1 - tail));
  }

  private double tail(int count) {
    double widening = Math.sqrt(count / (count - 1.0));
    return Distributions.normal(-widening * Distributions.studentTwoSided(confidence, count - 1));
  }

  private double[] draws(List<DocumentScore> scores) {
    double[] differences = scores.stream().mapToDouble(DocumentScore::difference).toArray();
    long[] bytes = scores.stream().mapToLong(DocumentScore::bytes).toArray();
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawn = new double[resamples];
    for (int draw = 0; draw < resamples; draw++) {
      double bits = 0;
      long total = 0;
      for (int i = 0; i < bytes.length; i++) {
        int document = random.nextInt(bytes.length);
        bits += differences[document];
        total += bytes[document];
      }
      drawn[draw] = bits / total;
    }
    return drawn;
  }

  private static double quantile(double[] sorted, double level) {
    double place = level * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
