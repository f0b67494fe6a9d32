package dev.moat.train;

import java.util.ArrayList;
import java.util.List;

/**
 * The losses of a run as a line of bars for a terminal. However long the run, the line stays short:
 * when it is full, each two neighbours become their mean.
 */
final class LossCurve {
  private static final int WIDTH_MAX = 24;
  private static final String BARS = "▁▂▃▄▅▆▇█";

  private final List<Double> means = new ArrayList<>();
  private long perBar = 1;
  private double sum;
  private long count;

  void add(double loss) {
    sum += loss;
    count++;
    if (count < perBar) {
      return;
    }
    means.add(sum / count);
    sum = 0;
    count = 0;
    if (means.size() == WIDTH_MAX) {
      halve();
    }
  }

  private void halve() {
    for (int i = 0; i < WIDTH_MAX / 2; i++) {
      means.set(i, (means.get(2 * i) + means.get(2 * i + 1)) / 2);
    }
    means.subList(WIDTH_MAX / 2, WIDTH_MAX).clear();
    perBar *= 2;
  }

  @Override
  public String toString() {
    double least = means.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double most = means.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    StringBuilder out = new StringBuilder();
    for (double mean : means) {
      double height = most > least ? (mean - least) / (most - least) : 0;
      out.append(BARS.charAt((int) Math.round(height * (BARS.length() - 1))));
    }
    return out.toString();
  }
}
