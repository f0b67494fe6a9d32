package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code moat guard eval}: how the guard does on labelled texts, with intervals.
 *
 * <p>A line of the file is {@code {"text", "label"[, "family"]}}; a label is {@code benign} or
 * anything else, which is something to be caught.
 */
final class GuardEval {
  private static final double Z = 1.959964;
  private static final double[] RATES = {0.001, 0.01, 0.05};
  private static final double FLAG_AT = 0.5;

  private GuardEval() {}

  /** One family of texts: the scores of all, and how many were acted on. */
  private static final class Family {
    private final List<Double> scores = new ArrayList<>();
    private final boolean benign;
    private int flagged;

    private Family(boolean benign) {
      this.benign = benign;
    }
  }

  static CommandSpec spec() {
    return Options.command("eval", "Measures the guard on labelled texts.")
        .addPositional(
            Options.argument(0, "FILE", "JSON lines, each {\"text\",\"label\"[,\"family\"]}."))
        .addOption(Options.text("--channel", "CHANNEL", "user (default), data or output.").build())
        .addOption(Options.text("--score", "NAME", "injection (default), or a harm.").build())
        .addOption(GuardCommand.model())
        .addOption(Options.json());
  }

  static int run(ParseResult parsed, Terminal terminal) {
    Guard guard = GuardCommand.guard(parsed);
    Channel channel = GuardCommand.channel(parsed);
    String score = parsed.matchedOptionValue("--score", "injection");
    Path file = Path.of(parsed.<String>matchedPositionalValue(0, ""));
    SortedMap<String, Family> families = new TreeMap<>();
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          add(guard, channel, score, Json.parse(line, file + " line " + number), families);
        }
      }
    } catch (IOException e) {
      throw Failure.broken(file + ": cannot be read (" + e.getMessage() + "); correct it", e);
    }
    if (families.isEmpty()) {
      throw Failure.invalid(file + ": holds no texts; give {\"text\",\"label\"} lines");
    }
    print(families, terminal, Options.isJson(parsed));
    return Command.FINE;
  }

  private static void add(
      Guard guard, Channel channel, String score, JsonNode line, SortedMap<String, Family> out) {
    String label = line.path("label").asString("");
    boolean benign = label.equals("benign") || label.equals("document") || label.equals("task");
    String name = line.path("family").asString(label);
    Family family = out.computeIfAbsent(name + (benign ? "" : " *"), _ -> new Family(benign));
    Verdict verdict = guard.judge(channel, line.path("text").asString(""));
    double value =
        score.equals("injection")
            ? verdict.scores().injection()
            : verdict.scores().harm().getOrDefault(score, 0.0);
    family.scores.add(value);
    family.flagged += value >= FLAG_AT ? 1 : 0;
  }

  private static void print(SortedMap<String, Family> families, Terminal terminal, boolean json) {
    double[] benign = scores(families, true);
    double[] caught = scores(families, false);
    ObjectNode out = Json.object().put("auc", auc(caught, benign));
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "%-40s %6s %8s  95 %% interval%n", "", "n", "flagged"));
    families.forEach(
        (name, family) -> {
          int n = family.scores.size();
          double[] interval = interval(family.flagged, n);
          out.withObject("/families")
              .putObject(name)
              .put("n", n)
              .put("flagged", (double) family.flagged / n)
              .put("from", interval[0])
              .put("to", interval[1]);
          text.append(row(name, family.flagged, n));
        });
    if (benign.length > 0 && caught.length > 0) {
      for (double rate : RATES) {
        double bound = benign[Math.max(0, (int) Math.ceil(benign.length * (1 - rate)) - 1)];
        int hits = (int) Arrays.stream(caught).filter(score -> score > bound).count();
        out.put("recall-at-" + rate, (double) hits / caught.length);
        text.append(row("recall at " + 100 * rate + " % of benign", hits, caught.length));
      }
      text.append(String.format(Locale.ROOT, "area under the curve %.4f%n", auc(caught, benign)));
    }
    if (json) {
      terminal.print(out);
    } else {
      terminal.print(text.toString().stripTrailing());
    }
  }

  private static String row(String name, int hits, int n) {
    double[] interval = interval(hits, n);
    return String.format(
        Locale.ROOT,
        "%-40s %6d %7.1f%%  %.1f to %.1f%n",
        name,
        n,
        100.0 * hits / n,
        100 * interval[0],
        100 * interval[1]);
  }

  private static double[] scores(SortedMap<String, Family> families, boolean benign) {
    return families.values().stream()
        .filter(family -> family.benign == benign)
        .flatMap(family -> family.scores.stream())
        .mapToDouble(score -> score)
        .sorted()
        .toArray();
  }

  /** The interval of Wilson (1927) for a share, at 95 %. */
  static double[] interval(int hits, int n) {
    double share = (double) hits / n;
    double middle = share + Z * Z / (2 * n);
    double half = Z * Math.sqrt(share * (1 - share) / n + Z * Z / (4.0 * n * n));
    double scale = 1 + Z * Z / n;
    return new double[] {
      Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)
    };
  }

  /** How often one of the first scores more than one of the second; ties count half. */
  static double auc(double[] first, double[] second) {
    if (first.length == 0 || second.length == 0) {
      return Double.NaN;
    }
    double wins = 0;
    int below = 0;
    int upTo = 0;
    for (double score : first) {
      while (below < second.length && second[below] < score) {
        below++;
      }
      upTo = Math.max(upTo, below);
      while (upTo < second.length && second[upTo] <= score) {
        upTo++;
      }
      wins += below + (upTo - below) / 2.0;
    }
    return wins / first.length / second.length;
  }
}
