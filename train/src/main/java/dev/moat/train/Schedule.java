package dev.moat.train;

/**
 * The learning rate as a share of its peak, over a run whose progress goes from 0 to 1: a linear
 * warm-up, then a plateau, then a fall to {@code end}.
 *
 * @param warmup the share of the run that warms up
 * @param plateau the share of the run, warm-up included, after which the rate falls
 * @param end the rate at the end, as a share of the peak
 * @param shape how it falls
 */
record Schedule(double warmup, double plateau, double end, Shape shape) {
  enum Shape {
    LINEAR,
    COSINE
  }

  Schedule {
    if (!(warmup >= 0 && plateau >= warmup && plateau <= 1 && end >= 0 && end <= 1)) {
      throw new IllegalArgumentException(
          "a schedule needs 0 <= warm-up <= plateau <= 1 and an end between 0 and 1");
    }
  }

  /** The share at a progress, which never is zero before the end. */
  double at(double progress) {
    double done = Math.clamp(progress, 0, 1);
    if (done < warmup) {
      return done / warmup;
    }
    if (done <= plateau || plateau == 1) {
      return 1;
    }
    double fallen = (done - plateau) / (1 - plateau);
    double left = shape == Shape.LINEAR ? 1 - fallen : (1 + Math.cos(Math.PI * fallen)) / 2;
    return end + (1 - end) * left;
  }
}
