package dev.moat.app;

import dev.moat.core.Json;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardExample;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.GuardTraining;
import dev.moat.guard.HeadModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A program that foretells how the guard does on attacks and honest texts of kinds that it was not
 * trained on: {@code families DATA} and {@code sources DATA} hold each kind out in turn, {@code
 * embedded DATA} hides orders of categories held out in mails, tables and code held out. Bounds are
 * those that training sets; nothing is chosen on what is held out.
 */
final class GuardSplits {
  private static final int FOLDS = 5;
  private static final int ROUNDS = 2;
  private static final double FLAG_AT = 0.5;
  private static final int TEXTS_MAX = 1_500;
  private static final int LISTED_MIN = 40;
  private static final Pattern SENTENCE_END = Pattern.compile("[.!?|]\\s+|\n");
  private static final String INJECTION = "injection";
  private static final List<String> CONTEXTS =
      List.of("email_train.jsonl", "table_train.jsonl", "code_train.jsonl");

  private final PrintStream out;
  private final Path data;
  private final GuardTraining training =
      new GuardTraining(GuardTraining.usual().seed(), GuardTraining.usual().epochs(), ROUNDS);
  private final List<GuardExample> examples = new ArrayList<>();

  private GuardSplits(PrintStream out, Path data) {
    this.out = out;
    this.data = data;
    examples.addAll(GuardCorpus.shipped(data).examples());
    examples.addAll(training.made());
  }

  public static void main(String[] arguments) throws IOException {
    GuardSplits splits = new GuardSplits(System.out, Path.of(arguments[1]));
    switch (arguments[0]) {
      case "families" -> splits.families();
      case "sources" -> splits.sources();
      case "embedded" -> splits.embedded();
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** Holds out a fifth of the families at a time, honest ones and attacks. */
  private void families() {
    Map<String, List<Double>> attacks = new TreeMap<>();
    Map<String, List<Double>> honest = new TreeMap<>();
    for (int fold = 0; fold < FOLDS; fold++) {
      int number = fold;
      Guard guard =
          without(each -> Math.floorMod(each.family().hashCode(), FOLDS) == number, Set.of());
      judge(
          guard,
          each -> Math.floorMod(each.family().hashCode(), FOLDS) == number,
          GuardExample::family,
          attacks,
          honest);
    }
    report("attack families held out", attacks, "honest families held out", honest);
  }

  /** Holds out one collection at a time. */
  private void sources() {
    Map<String, List<Double>> attacks = new TreeMap<>();
    Map<String, List<Double>> honest = new TreeMap<>();
    List<Set<String>> groups =
        List.of(
            Set.of("in-the-wild", "dan", "jackhhao"),
            Set.of("llmtrace", "giskard"),
            Set.of("spml", "langkit", "awesome"),
            Set.of("mitre", "mitre-languages", "self-instruct", "certified"),
            Set.of("made"));
    for (Set<String> group : groups) {
      Guard guard = without(each -> group.contains(each.source()), Set.of());
      judge(guard, each -> group.contains(each.source()), GuardExample::source, attacks, honest);
    }
    report("collections held out", attacks, "honest texts of collections held out", honest);
  }

  private Guard without(Predicate<GuardExample> heldOut, Set<String> texts) {
    List<GuardExample> learned =
        examples.stream()
            .filter(each -> !heldOut.test(each) && !texts.contains(each.text()))
            .toList();
    HeadModel model = training.train(new ArrayList<>(learned), Json.object(), _ -> {});
    return Guard.of(GuardPolicy.defaults().noting(), model);
  }

  private void judge(
      Guard guard,
      Predicate<GuardExample> heldOut,
      java.util.function.Function<GuardExample, String> name,
      Map<String, List<Double>> attacks,
      Map<String, List<Double>> honest) {
    for (GuardExample example : examples) {
      Boolean attack = example.labels().get(INJECTION);
      if (attack != null && heldOut.test(example)) {
        List<Double> scores =
            (attack ? attacks : honest)
                .computeIfAbsent(name.apply(example), _ -> new ArrayList<>());
        if (scores.size() < TEXTS_MAX) {
          scores.add(guard.judge(Channel.USER, example.text()).scores().injection());
        }
      }
    }
  }

  private void report(
      String attacksTitle,
      Map<String, List<Double>> attacks,
      String honestTitle,
      Map<String, List<Double>> honest) {
    print(attacksTitle, attacks);
    print(honestTitle, honest);
    double[] caught = all(attacks);
    double[] passed = all(honest);
    out.printf(Locale.ROOT, "area under the curve %.4f%n", GuardEval.auc(caught, passed));
    for (double rate : new double[] {0.01, 0.05}) {
      double bound = passed[(int) Math.ceil(passed.length * (1 - rate)) - 1];
      long hits = Arrays.stream(caught).filter(score -> score > bound).count();
      out.printf(
          Locale.ROOT,
          "recall where %.0f %% of these honest texts are flagged: %.1f %%%n",
          100 * rate,
          100.0 * hits / caught.length);
    }
  }

  private void print(String title, Map<String, List<Double>> families) {
    int all = 0;
    int flagged = 0;
    out.println(title + ": n, flagged at 0.5, 95 % interval");
    for (Map.Entry<String, List<Double>> family : families.entrySet()) {
      int hits = (int) family.getValue().stream().filter(score -> score >= FLAG_AT).count();
      all += family.getValue().size();
      flagged += hits;
      if (family.getValue().size() >= LISTED_MIN) {
        row(family.getKey(), hits, family.getValue().size());
      }
    }
    row("all", flagged, all);
  }

  private void row(String name, int hits, int n) {
    double[] interval = GuardEval.interval(hits, n);
    out.printf(
        Locale.ROOT,
        "  %-34s %6d %6.1f %%  %.1f to %.1f%n",
        name,
        n,
        100.0 * hits / n,
        100 * interval[0],
        100 * interval[1]);
  }

  private static double[] all(Map<String, List<Double>> families) {
    return families.values().stream()
        .flatMap(List::stream)
        .mapToDouble(score -> score)
        .sorted()
        .toArray();
  }

  /** Hides orders of half of the categories in half of the contexts. */
  private void embedded() throws IOException {
    Random random = new Random(training.seed());
    Map<String, List<Double>> bare = new TreeMap<>();
    Map<String, List<Double>> hidden = new TreeMap<>();
    Map<String, List<Double>> clean = new TreeMap<>();
    for (int half = 0; half < 2; half++) {
      Map<String, List<String>> orders = orders(half);
      Map<String, List<String>> contexts = contexts(half);
      Set<String> texts = new HashSet<>();
      orders.values().forEach(texts::addAll);
      contexts.values().forEach(texts::addAll);
      Guard guard = without(_ -> false, texts);
      List<String> all = orders.values().stream().flatMap(List::stream).toList();
      orders.forEach((name, list) -> list.forEach(text -> add(bare, name, guard, text)));
      contexts.forEach(
          (name, list) -> {
            for (String context : list) {
              add(clean, name, guard, context);
              String order = all.get(random.nextInt(all.size()));
              add(hidden, name, guard, hide(context, order, random));
            }
          });
    }
    print("orders by themselves, of categories held out", bare);
    report("orders hidden in", hidden, "the same contexts without orders", clean);
  }

  private static void add(Map<String, List<Double>> to, String name, Guard guard, String text) {
    to.computeIfAbsent(name, _ -> new ArrayList<>())
        .add(guard.judge(Channel.DATA, text).scores().injection());
  }

  private static String hide(String context, String order, Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> order + "\n" + context;
      case 1 -> context + "\n" + order;
      default -> {
        List<Integer> places = new ArrayList<>(List.of(0));
        Matcher ends = SENTENCE_END.matcher(context);
        while (ends.find()) {
          places.add(ends.end());
        }
        int at = places.get(random.nextInt(places.size()));
        yield context.substring(0, at) + order + " " + context.substring(at);
      }
    };
  }

  private Map<String, List<String>> orders(int half) throws IOException {
    Map<String, List<String>> orders = new TreeMap<>();
    for (String file : List.of("text_attack_train.json", "code_attack_train.json")) {
      JsonNode tree = Json.parse(Files.readAllBytes(data.resolve("bipia").resolve(file)), file);
      int number = 0;
      for (Map.Entry<String, JsonNode> category : tree.properties()) {
        if (number++ % 2 == half) {
          category
              .getValue()
              .forEach(
                  text ->
                      orders
                          .computeIfAbsent(category.getKey(), _ -> new ArrayList<>())
                          .add(text.asString()));
        }
      }
    }
    return orders;
  }

  private Map<String, List<String>> contexts(int half) throws IOException {
    Map<String, List<String>> contexts = new TreeMap<>();
    for (String file : CONTEXTS) {
      Path path = data.resolve("bipia").resolve(file);
      List<String> texts = new ArrayList<>();
      for (String line : Files.readString(path).lines().toList()) {
        JsonNode context = Json.parse(line, file).path("context");
        String text = context.isString() ? context.asString() : joined(context);
        if (!text.isBlank() && Math.floorMod(text.hashCode(), 2) == half) {
          texts.add(text);
        }
      }
      contexts.put(file, texts.stream().distinct().limit(TEXTS_MAX).toList());
    }
    return contexts;
  }

  private static String joined(JsonNode lines) {
    List<String> all = new ArrayList<>();
    lines.forEach(line -> all.add(line.asString()));
    return String.join("\n", all);
  }
}
