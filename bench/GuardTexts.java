import dev.moat.core.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Texts of about 512 tokens, the same ones for the same seed. */
final class GuardTexts {
  private static final long SEED = 4;
  private static final int CHARACTERS_MIN = 2_000;
  private static final int CHARACTERS_MAX = 2_300;
  private static final int PIECE_MIN = 20;
  private static final int PIECES_CHARACTERS_MAX = 16 << 20;

  private static final String[] SENTENCES = {
    "Could you {do} the {thing} that {who} sent {when}?",
    "I have tried to {do} {how}, but the {thing} still says that it {state}.",
    "{who} wrote to {mail} {when} and asked whether the {thing} {state}.",
    "We met at {time} in the {place}, and the {thing} was {quality}.",
    "Please {do} it in {number} words, as if for {who}.",
    "The {place} is {quality} at this time of the year; we paid {number}.50 euros a night.",
    "Here is what I know: the {thing} {state}, the {thing} is {quality}, and {who} is away.",
    "My number is {phone} if you want to talk about the {thing} before {date}.",
    "In the {place} there were {number} people who had come to see the {thing}.",
    "What is the difference between a {quality} {thing} and one that {state}?",
    "It took {number} minutes to {do} the {thing}, which is {quality} for a {place}.",
    "See https://docs.example.org/{thing}/{number} for how to {do} it {how}.",
    "On {date} {who} said: \"The {thing} {state}.\" Nobody knew why.",
    "First, {do} the {thing}; then wait until it {state}; last, tell {who}.",
    "If the {thing} is {quality}, do I have to {do} it again {when}?",
    "Thanks! That was {quality}. One more question about the {place}, though.",
    "The function returns {number} when the {thing} {state}, and fails otherwise.",
    "- {thing}: {quality}, {number} pieces\n- {thing}: {state} since {date}\n",
  };

  private static final String[][] WORDS = {
    {"{do}", "summarise", "translate", "check", "repair", "explain", "order", "plan", "compare"},
    {"{how}", "slowly", "twice", "by hand", "with a script", "without help", "over the weekend"},
    {"{when}", "yesterday", "last week", "this morning", "in spring", "tomorrow", "after lunch"},
    {"{who}", "my sister", "Maria Lopez", "the teacher", "our landlord", "Mr Okafor", "the team"},
    {"{thing}", "report", "invoice", "garden", "recipe", "engine", "contract", "melody", "query"},
    {"{thing}", "bicycle", "essay", "schedule", "database", "window", "poem", "budget", "lens"},
    {"{state}", "does not open", "is too long", "was lost", "needs a date", "works", "leaks"},
    {"{place}", "harbour", "library", "office in Porto", "old town", "kitchen", "clinic"},
    {"{quality}", "fine", "rather slow", "surprisingly good", "cheap", "far too loud", "rare"},
  };

  private GuardTexts() {}

  /** So many texts, of what is in the files of {@code folder} or, without one, made here. */
  static List<String> of(List<String> pieces, int count) {
    Random random = new Random(SEED);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = random.nextInt(CHARACTERS_MIN, CHARACTERS_MAX + 1);
      StringBuilder out = new StringBuilder();
      while (out.length() < length) {
        out.append(pieces.isEmpty() ? sentence(random) : pieces.get(random.nextInt(pieces.size())));
        out.append(random.nextInt(5) == 0 ? "\n\n" : " ");
      }
      texts.add(whole(out, length));
    }
    return texts;
  }

  private static String whole(StringBuilder text, int length) {
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end);
  }

  private static String sentence(Random random) {
    String out = SENTENCES[random.nextInt(SENTENCES.length)];
    for (int open = out.indexOf('{'); open >= 0; open = out.indexOf('{')) {
      int close = out.indexOf('}', open) + 1;
      String word = word(out.substring(open, close), random);
      out = out.substring(0, open) + word + out.substring(close);
    }
    return out;
  }

  private static String word(String name, Random random) {
    int number = random.nextInt(1, 1_000);
    return switch (name) {
      case "{number}" -> Integer.toString(number);
      case "{time}" -> random.nextInt(10, 24) + ":" + random.nextInt(10, 60);
      case "{date}" -> "20" + random.nextInt(10, 30) + "-0" + random.nextInt(1, 10) + "-17";
      case "{mail}" -> "person" + number + "@example.org";
      case "{phone}" -> "+44 20 7946 0" + (100 + number % 900);
      default -> {
        List<String> words = new ArrayList<>();
        for (String[] each : WORDS) {
          if (each[0].equals(name)) {
            words.addAll(List.of(each).subList(1, each.length));
          }
        }
        yield words.get(random.nextInt(words.size()));
      }
    };
  }

  /** Lines of texts and tables, and strings of JSON, of all files in {@code folder}. */
  static List<String> pieces(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    List<String> out = new ArrayList<>();
    long characters = 0;
    for (Path file : files) {
      String name = file.getFileName().toString();
      boolean json = name.endsWith(".json") || name.endsWith(".jsonl");
      if (characters > PIECES_CHARACTERS_MAX || !(json || name.matches(".*\\.(txt|md|csv)"))) {
        continue;
      }
      int before = out.size();
      String text = Files.readString(file);
      List<String> lines = name.endsWith(".json") ? List.of(text) : text.lines().toList();
      for (String line : lines) {
        if (!json) {
          keep(line.strip(), out);
        } else if (!line.isBlank()) {
          strings(Json.parse(line.getBytes(StandardCharsets.UTF_8), name), out);
        }
      }
      characters += out.subList(before, out.size()).stream().mapToLong(String::length).sum();
    }
    if (out.isEmpty()) {
      throw new IllegalArgumentException(folder + ": no text in it; .txt .md .csv .json .jsonl");
    }
    return out;
  }

  private static void strings(JsonNode node, List<String> out) {
    if (node.isString()) {
      keep(node.stringValue().strip(), out);
    }
    node.forEach(each -> strings(each, out));
  }

  private static void keep(String piece, List<String> out) {
    if (piece.length() >= PIECE_MIN) {
      out.add(piece);
    }
  }

  /** One JSON object a line, the text under {@code text}. */
  static void write(List<String> texts, Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (String text : texts) {
        out.write(Json.text(Json.object().put("text", text)));
        out.newLine();
      }
    }
  }
}
