package dev.moat.eval;

/**
 * The normal and Student's t distribution, as far as intervals and exposure need them.
 *
 * <p>The normal tail is summed as a power series near the middle and as Laplace's continued
 * fraction of Mills' ratio far out (Abramowitz and Stegun 1964, 26.2.11 and 26.2.14), so that its
 * logarithm holds at any distance. The t distribution is the finite sum for whole degrees of
 * freedom (26.7.3 and 26.7.4).
 */
final class Distributions {
  private static final double SERIES_LIMIT = 3;
  private static final int SERIES_TERMS_MAX = 200;
  private static final int FRACTION_TERMS = 200;
  private static final int FREEDOM_MAX = 2000;
  private static final int BISECTIONS = 200;
  private static final double LOG_SQRT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  private Distributions() {}

  /** The probability that a standard normal value is at most {@code z}. */
  static double normal(double z) {
    return z > 0 ? 1 - normal(-z) : Math.exp(logNormal(z));
  }

  /** The natural logarithm of {@link #normal}; exact in relative terms however far out. */
  static double logNormal(double z) {
    if (z > SERIES_LIMIT) {
      return Math.log1p(-Math.exp(logFarTail(z)));
    }
    return z < -SERIES_LIMIT ? logFarTail(-z) : Math.log(0.5 + density(z) * seriesSum(z));
  }

  /** The value that |T| exceeds with probability {@code 1 - confidence}. */
  static double studentTwoSided(double confidence, int freedom) {
    int bounded = Math.min(freedom, FREEDOM_MAX);
    double low = 0;
    double high = 1;
    while (studentWithin(high, bounded) < confidence) {
      high *= 2;
    }
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (studentWithin(middle, bounded) < confidence) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** The probability that |T| is at most {@code t}. */
  static double studentWithin(double t, int freedom) {
    double angle = Math.atan(t / Math.sqrt(freedom));
    double cosine = Math.cos(angle);
    boolean odd = freedom % 2 == 1;
    double term = odd ? cosine : 1;
    double sum = odd && freedom == 1 ? 0 : term;
    for (int k = odd ? 3 : 2; k < freedom; k += 2) {
      term *= cosine * cosine * (k - 1) / k;
      sum += term;
    }
    double part = Math.sin(angle) * sum;
    return odd ? (angle + part) * 2 / Math.PI : part;
  }

  private static double density(double z) {
    return Math.exp(-0.5 * z * z - LOG_SQRT_TWO_PI);
  }

  private static double seriesSum(double z) {
    double term = z;
    double sum = z;
    for (int k = 3; k < 2 * SERIES_TERMS_MAX && Math.abs(term) > 1e-18; k += 2) {
      term *= z * z / k;
      sum += term;
    }
    return sum;
  }

  private static double logFarTail(double distance) {
    double fraction = distance;
    for (int k = FRACTION_TERMS; k >= 1; k--) {
      fraction = distance + k / fraction;
    }
    return -0.5 * distance * distance - LOG_SQRT_TWO_PI - Math.log(fraction);
  }
}
