package dev.moat.guard;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * A program that trains and measures the model of names: {@code MODEL DATA LISTS PROJECT [all]}
 * trains on the corpora in folder DATA, with a third of the templates held out unless {@code all},
 * writes MODEL and measures it.
 */
final class NameMeasure {
  private static final int FILLS = 40;
  private static final int PIECE_LINES = 30;
  private final PrintStream out = System.out;
  private final Path data;
  private final Path project;
  private final List<String> lists = new ArrayList<>();
  private final List<String> ownTemplates;
  private final boolean all;

  private NameMeasure(String[] arguments) throws IOException {
    data = Path.of(arguments[1]);
    Path training = Path.of(arguments[2]);
    lists.addAll(Files.readAllLines(training.resolve("name-lists.txt")));
    lists.addAll(Files.readAllLines(training.resolve("own-lists.txt")));
    ownTemplates = Files.readAllLines(training.resolve("own-templates.txt"));
    project = Path.of(arguments[3]);
    all = arguments.length > 4 && arguments[4].equals("all");
  }

  public static void main(String[] arguments) throws IOException {
    NameMeasure measure = new NameMeasure(arguments);
    Path model = Path.of(arguments[0]);
    if (!(arguments.length > 4 && arguments[4].equals("score"))) {
      byte[] bytes = NameTrainer.train(measure.texts(), measure.lists, settings());
      Files.write(model, bytes);
    }
    measure.score(NameModel.of(Files.readAllBytes(model)));
  }

  private static NameTrainer.Settings settings() {
    NameTrainer.Settings usual = NameTrainer.Settings.defaults();
    return new NameTrainer.Settings(
        Integer.getInteger("epochs", usual.epochs()),
        Integer.getInteger("margin", usual.margin()),
        Integer.getInteger("seen", usual.seenMin()),
        Integer.getInteger("caution", usual.caution()),
        usual.seed());
  }

  private boolean isLearnt(int template) {
    return all || template % 3 != 0;
  }

  private List<LabelledText> texts() throws IOException {
    List<LabelledText> texts =
        new ArrayList<>(NameCorpus.conll(data.resolve("wnut17/wnut17train.conll")));
    if (all) {
      texts.addAll(NameCorpus.conll(data.resolve("wnut17/emerging.dev.conll")));
    }
    for (String part : "abefgh".split("")) {
      texts.addAll(NameCorpus.conll(data.resolve("btc/" + part + ".conll")));
    }
    Path presidio = data.resolve("presidio-research");
    texts.addAll(NameCorpus.spans(presidio.resolve("generated_large.json"), this::isLearnt));
    NameTemplates fills = new NameTemplates(lists, new Random(5));
    List<String> templates =
        new String(
                Files.readAllBytes(presidio.resolve("templates.txt")),
                java.nio.charset.StandardCharsets.UTF_8)
            .lines()
            .toList();
    for (int i = 0; i < templates.size(); i++) {
      for (int fill = 0; isLearnt(i) && fill < FILLS; fill++) {
        texts.add(fills.fill(templates.get(i)));
      }
    }
    for (String template : ownTemplates) {
      for (int fill = 0; fill < FILLS; fill++) {
        texts.add(fills.fill(template));
      }
    }
    texts.addAll(nameless());
    long names = texts.stream().mapToLong(text -> text.names().size()).sum();
    out.println(texts.size() + " texts, " + names + " names");
    return texts;
  }

  private List<LabelledText> nameless() throws IOException {
    List<LabelledText> texts =
        new ArrayList<>(unlisted(NameCorpus.queries(data.resolve("clinc150/data_train_val.json"))));
    for (String room : "core store serve data train".split(" ")) {
      texts.addAll(NameCorpus.nameless(project.resolve(room + "/src/main"), ".java", PIECE_LINES));
    }
    List<LabelledText> prompts =
        NameCorpus.nameless(data.resolve("awesome-chatgpt-prompts"), ".csv", 1);
    List<LabelledText> learnt = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      if (i / 200 % 2 == 0 && prompts.get(i).text().length() < 2000) {
        learnt.add(prompts.get(i));
      }
    }
    texts.addAll(unlisted(learnt));
    return texts;
  }

  /** Texts without a word that a list takes for a name, so that no name is learnt as none. */
  private List<LabelledText> unlisted(List<LabelledText> texts) {
    java.util.Set<String> names = new java.util.HashSet<>();
    String section = "";
    for (String line : lists) {
      section = line.startsWith("[") ? line : section;
      if (List.of("[first]", "[last]", "[city]", "[country]", "[known]").contains(section)) {
        names.add(line.toLowerCase(java.util.Locale.ROOT));
      }
    }
    names.removeAll(
        List.of(
            "will", "may", "my", "an", "so", "do", "can", "be", "no", "in", "to", "on", "me", "or",
            "van", "de", "la"));
    List<LabelledText> kept = new ArrayList<>();
    for (LabelledText text : texts) {
      boolean listed = false;
      for (String word : text.text().split("[^\\p{L}]+")) {
        boolean small = word.equals(word.toLowerCase(java.util.Locale.ROOT));
        boolean allSmall = text.text().equals(text.text().toLowerCase(java.util.Locale.ROOT));
        listed |= (!small || allSmall) && names.contains(word.toLowerCase(java.util.Locale.ROOT));
      }
      if (!listed) {
        kept.add(text);
      }
    }
    return kept;
  }

  private void score(NameModel model) throws IOException {
    score("wnut dev", NameCorpus.conll(data.resolve("wnut17/emerging.dev.conll")), model);
    Path file = data.resolve("presidio-research/generated_large.json");
    score("templates held out", NameCorpus.spans(file, id -> id % 3 == 0), model);
    hits("self-instruct", NameCorpus.nameless(data.resolve("self-instruct"), ".jsonl", 1), model);
    List<LabelledText> prompts =
        NameCorpus.nameless(data.resolve("awesome-chatgpt-prompts"), ".csv", 1);
    hits("prompts", every(prompts), model);
    hits("clinc", NameCorpus.queries(data.resolve("clinc150/data_train_val.json")), model);
    hits("java", NameCorpus.nameless(project.resolve("guard/src/main"), ".java", 1000), model);
    hits("java", NameCorpus.nameless(project.resolve("app/src/main"), ".java", 1000), model);
    hits("docs", NameCorpus.nameless(project.resolve("docs"), ".md", 1000), model);
  }

  private static List<LabelledText> every(List<LabelledText> prompts) {
    List<LabelledText> other = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      if (i / 200 % 2 == 1) {
        other.add(prompts.get(i));
      }
    }
    return other;
  }

  private void score(String name, List<LabelledText> texts, NameModel model) throws IOException {
    String show = System.getProperty("show", "");
    int[] exact = new int[3];
    int[] overlap = new int[3];
    int[] any = new int[3];
    java.util.Map<String, int[]> types = new java.util.TreeMap<>();
    for (LabelledText text : texts) {
      List<Span> found = NameSpans.find(text.text(), model);
      count(exact, text.names(), found, (a, b) -> a.equals(b));
      count(overlap, text.names(), found, (a, b) -> a.type().equals(b.type()) && meets(a, b));
      count(any, text.names(), found, NameMeasure::meets);
      for (String type : NameTags.TYPES) {
        count(
            types.computeIfAbsent(type, _ -> new int[3]),
            of(type, text.names()),
            of(type, found),
            NameMeasure::meets);
      }
      if (show.equals(name.substring(0, 1)) && !found.equals(text.names())) {
        out.println(
            text.text().replace("\n", "⏎")
                + "\n   gold "
                + words(text, text.names())
                + "\n   said "
                + words(text, found));
      }
    }
    out.println(
        name
            + ": exact "
            + rates(exact)
            + "; overlap "
            + rates(overlap)
            + "; any type "
            + rates(any));
    types.forEach((type, counts) -> out.println("    " + type + " " + rates(counts)));
  }

  private static List<Span> of(String type, List<Span> spans) {
    return spans.stream().filter(span -> span.type().equals(type)).toList();
  }

  private static List<String> words(LabelledText text, List<Span> spans) {
    return spans.stream()
        .map(
            s ->
                s.type().substring(0, 2)
                    + "="
                    + text.text().substring(s.start(), s.end()).replace("\n", "⏎"))
        .toList();
  }

  private static boolean meets(Span a, Span b) {
    return a.start() < b.end() && b.start() < a.end();
  }

  private static void count(
      int[] counts,
      List<Span> gold,
      List<Span> found,
      java.util.function.BiPredicate<Span, Span> same) {
    counts[0] +=
        (int) gold.stream().filter(a -> found.stream().anyMatch(b -> same.test(a, b))).count();
    counts[1] += gold.size();
    counts[2] +=
        (int) found.stream().filter(a -> gold.stream().noneMatch(b -> same.test(a, b))).count();
  }

  private static String rates(int[] counts) {
    return String.format(
        "P %.3f R %.3f (%d)",
        counts[0] / (double) Math.max(1, counts[0] + counts[2]),
        counts[0] / (double) Math.max(1, counts[1]),
        counts[1]);
  }

  private void hits(String name, List<LabelledText> texts, NameModel model) {
    int words = 0;
    int hits = 0;
    long characters = 0;
    RandomGenerator random = new Random(3);
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (LabelledText text : texts) {
      List<Span> found = NameSpans.find(text.text(), model);
      hits += found.size();
      words += text.text().split("\\s+").length;
      characters += text.text().length();
      for (Span span : found) {
        if (System.getProperty("show", "").equals("hits") && random.nextInt(12) == 0) {
          out.println(
              name
                  + " "
                  + span.type()
                  + ": "
                  + text.text()
                      .substring(Math.max(0, span.start() - 30), span.start())
                      .replace("\n", "⏎")
                  + "⟦"
                  + text.text().substring(span.start(), span.end())
                  + "⟧");
        }
      }
    }
    long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
    out.printf(
        "%s: %.2f hits per 1,000 words (%d words), %d ns a character with all%n",
        name, hits * 1000.0 / words, words, nanos / characters);
  }
}
