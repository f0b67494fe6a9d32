package dev.moat.guard;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A program that measures how many made secrets are found and how many look-alikes are flagged:
 * {@code SEED EACH} prints a table by carrier and kind, and every miss.
 */
final class SecretMeasure {
  private final PrintStream out;

  private SecretMeasure(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) {
    SecretMeasure measure = new SecretMeasure(System.out);
    int seed = Integer.parseInt(arguments[0]);
    measure.table(
        "found",
        SecretSamples.secrets(new Random(seed), Integer.parseInt(arguments[1])),
        SecretSamples.Sample::kind,
        SecretSamples.Sample::isFound,
        sample -> sample.isFound() ? "" : "MISSED " + sample.label() + "\t" + sample.text());
    measure.table(
        "flagged",
        LookAlikes.all(new Random(seed)),
        LookAlikes.Sample::kind,
        LookAlikes.Sample::isFlagged,
        sample -> sample.isFlagged() ? "FLAGGED " + Found.in(sample.text()) : "");
  }

  private <T> void table(
      String title,
      List<T> samples,
      Function<T, String> kind,
      Predicate<T> hit,
      Function<T, String> told) {
    Map<String, int[]> counts = new TreeMap<>();
    for (T sample : samples) {
      for (String row : List.of(kind.apply(sample), "~ all")) {
        int[] count = counts.computeIfAbsent(row, _ -> new int[2]);
        count[0] += hit.test(sample) ? 1 : 0;
        count[1]++;
      }
      String line = told.apply(sample).strip();
      if (!line.isEmpty()) {
        out.println(line);
      }
    }
    counts.forEach(
        (row, count) ->
            out.printf(
                "%-12s %s %d of %d = %.1f %%%n",
                row, title, count[0], count[1], 100.0 * count[0] / count[1]));
  }
}
