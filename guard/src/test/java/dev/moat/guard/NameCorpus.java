package dev.moat.guard;

import dev.moat.core.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Reads texts with marked names from the forms in which corpora come. */
final class NameCorpus {
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("person", PersonalTypes.PERSON),
          Map.entry("PER", PersonalTypes.PERSON),
          Map.entry("PERSON", PersonalTypes.PERSON),
          Map.entry("location", PersonalTypes.PLACE),
          Map.entry("LOC", PersonalTypes.PLACE),
          Map.entry("LOCATION", PersonalTypes.PLACE),
          Map.entry("GPE", PersonalTypes.PLACE),
          Map.entry("corporation", PersonalTypes.ORGANISATION),
          Map.entry("group", PersonalTypes.ORGANISATION),
          Map.entry("ORG", PersonalTypes.ORGANISATION),
          Map.entry("ORGANIZATION", PersonalTypes.ORGANISATION),
          Map.entry("ADDRESS", PersonalTypes.ADDRESS),
          Map.entry("STREET_ADDRESS", PersonalTypes.ADDRESS));

  private static final Set<String> TITLES =
      Set.of("mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam", "rev", "hon");

  private static final Set<String> NO_SPACE_BEFORE =
      Set.of(".", ",", "!", "?", ":", ";", ")", "'s", "'m", "'re", "n't", "'ll", "'ve", "'d", "%");

  private NameCorpus() {}

  /** Texts of words in columns: the word, a tab, a tag; sentences end with an empty line. */
  static List<LabelledText> conll(Path file) throws IOException {
    List<LabelledText> texts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    List<Span> spans = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      int tab = line.lastIndexOf('\t');
      String word = tab < 0 ? "" : line.substring(0, tab).strip();
      if (line.isBlank()) {
        texts.add(new LabelledText(text.toString(), spans));
        text = new StringBuilder();
        spans.clear();
      } else if (!word.isEmpty()) {
        int start = append(text, word);
        mark(spans, line.substring(tab + 1).strip(), start, text.length());
      }
    }
    texts.add(new LabelledText(text.toString(), spans));
    return texts;
  }

  private static int append(StringBuilder text, String word) {
    if (!text.isEmpty() && !NO_SPACE_BEFORE.contains(word)) {
      text.append(' ');
    }
    text.append(word);
    return text.length() - word.length();
  }

  private static void mark(List<Span> spans, String tag, int start, int end) {
    String type = tag.length() < 2 ? "" : TYPES.getOrDefault(tag.substring(2), "");
    if (type.isEmpty()) {
      return;
    }
    if (tag.startsWith("I-") && !spans.isEmpty() && spans.getLast().type().equals(type)) {
      spans.add(new Span(type, spans.removeLast().start(), end));
    } else {
      spans.add(new Span(type, start, end));
    }
  }

  /** Texts of a JSON array with {@code full_text} and {@code spans}, of the templates wanted. */
  static List<LabelledText> spans(Path file, IntPredicate wanted) throws IOException {
    List<LabelledText> texts = new ArrayList<>();
    for (JsonNode row : Json.parse(Files.readString(file), "corpus")) {
      if (wanted.test(row.get("template_id").asInt())) {
        String text = row.get("full_text").asString();
        texts.add(new LabelledText(text, merged(text, row.get("spans"))));
      }
    }
    return texts;
  }

  private static List<Span> merged(String text, JsonNode rows) {
    List<Span> spans = new ArrayList<>();
    for (JsonNode row : rows) {
      String type = TYPES.getOrDefault(row.get("entity_type").asString(), "");
      int start = row.get("start_position").asInt();
      int end = row.get("end_position").asInt();
      if (!type.isEmpty() && !isTitle(text.substring(start, end))) {
        spans.add(new Span(type, start, end));
      }
    }
    spans.sort(Comparator.comparingInt(Span::start));
    return merged(text, spans);
  }

  /** Joins the parts of an address between which there is nothing but blanks. */
  static List<Span> merged(String text, List<Span> spans) {
    List<Span> merged = new ArrayList<>();
    for (Span span : spans) {
      boolean joins =
          !merged.isEmpty()
              && span.type().equals(PersonalTypes.ADDRESS)
              && merged.getLast().type().equals(PersonalTypes.ADDRESS)
              && text.substring(merged.getLast().end(), span.start()).isBlank();
      merged.add(joins ? new Span(span.type(), merged.removeLast().start(), span.end()) : span);
    }
    return merged;
  }

  private static boolean isTitle(String value) {
    return TITLES.contains(value.replace(".", "").strip().toLowerCase(java.util.Locale.ROOT));
  }

  /** Pieces of source code or other files without names, of about a screen each. */
  static List<LabelledText> nameless(Path folder, String suffix, int pieceLines)
      throws IOException {
    List<Path> files;
    try (Stream<Path> paths = Files.walk(folder)) {
      files =
          paths
              .filter(path -> path.toString().endsWith(suffix))
              .filter(path -> !path.toString().contains("/target/"))
              .sorted()
              .toList();
    }
    List<LabelledText> texts = new ArrayList<>();
    for (Path file : files) {
      List<String> lines =
          new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
      for (int from = 0; from < lines.size(); from += pieceLines) {
        int to = Math.min(lines.size(), from + pieceLines);
        texts.add(new LabelledText(String.join("\n", lines.subList(from, to)), List.of()));
      }
    }
    return texts;
  }

  /** The queries of a JSON object that maps each split to pairs of a query and its intent. */
  static List<LabelledText> queries(Path file) throws IOException {
    List<LabelledText> texts = new ArrayList<>();
    for (JsonNode split : Json.parse(Files.readString(file), "corpus")) {
      for (JsonNode row : split) {
        texts.add(new LabelledText(row.get(0).asString(), List.of()));
      }
    }
    return texts;
  }
}
