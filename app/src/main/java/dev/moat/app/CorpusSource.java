package dev.moat.app;

import dev.moat.core.Failure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * One collection of labelled texts, and how its files are to be read.
 *
 * @param path the files, relative to the folder of the data; a star stands for any part of a name
 * @param at the field of the file, or of each line, that holds the items; a star stands for all
 * @param outer fields beside {@code at} whose text stands before that of each item
 * @param text the fields of an item that make its text; empty if the item is the text
 * @param label the label of all texts, or empty
 * @param by the field whose value {@code labels} turns into a label
 * @param family the family of all texts, or empty
 * @param familyBy the field whose value is the family
 * @param only words one of which an attack must hold; empty if any will do
 * @param take how many texts of a file are taken at most
 */
record CorpusSource(
    String name,
    String path,
    String at,
    List<String> outer,
    List<String> text,
    String label,
    String by,
    Map<String, String> labels,
    String family,
    String familyBy,
    List<String> only,
    int take,
    double weight) {
  private static final Set<String> KEYS =
      Set.of(
          "name",
          "path",
          "at",
          "outer",
          "text",
          "label",
          "by",
          "labels",
          "family",
          "family-by",
          "only",
          "take",
          "weight");

  /** An entry of a manifest; {@code where} names it in errors. */
  static CorpusSource of(JsonNode entry, String where) {
    for (String key : entry.propertyNames()) {
      if (!KEYS.contains(key)) {
        throw Failure.invalid(
            where + ": " + key + " is no key; use " + KEYS.stream().sorted().toList());
      }
    }
    Map<String, String> labels = new HashMap<>();
    entry
        .path("labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asString()));
    CorpusSource source =
        new CorpusSource(
            entry.path("name").asString(""),
            entry.path("path").asString(""),
            entry.path("at").asString(""),
            texts(entry.path("outer")),
            texts(entry.path("text")),
            entry.path("label").asString(""),
            entry.path("by").asString(""),
            labels,
            entry.path("family").asString(""),
            entry.path("family-by").asString(""),
            texts(entry.path("only")),
            entry.path("take").asInt(Integer.MAX_VALUE),
            entry.path("weight").asDouble(1));
    if (source.name().isEmpty() || source.path().isEmpty() || source.path().contains("..")) {
      throw Failure.invalid(where + ": an entry needs a name, and a path inside the data folder");
    }
    if (source.label().isEmpty() == source.by().isEmpty()) {
      throw Failure.invalid(where + ": " + source.name() + " needs either label, or by and labels");
    }
    return source;
  }

  private static List<String> texts(JsonNode list) {
    List<String> out = new ArrayList<>();
    list.forEach(text -> out.add(text.asString()));
    return List.copyOf(out);
  }

  /** The label of an item, or nothing to learn. */
  String labelOf(JsonNode item) {
    return by.isEmpty() ? label : labels.getOrDefault(item.path(by).asString(""), "unknown");
  }

  /** The family of an item. */
  String familyOf(JsonNode item) {
    String own = familyBy.isEmpty() ? "" : item.path(familyBy).asString("");
    return own.isEmpty() ? (family.isEmpty() ? name : family) : own;
  }

  /** The text of an item that stands in {@code around}. */
  String textOf(JsonNode item, JsonNode around) {
    StringBuilder out = new StringBuilder();
    outer.forEach(field -> append(around.path(field), out));
    if (text.isEmpty()) {
      append(item, out);
    }
    text.forEach(
        field ->
            append(item.isArray() ? item.path(Integer.parseInt(field)) : item.path(field), out));
    return out.toString().strip();
  }

  private static void append(JsonNode value, StringBuilder out) {
    if (value.isArray()) {
      value.forEach(each -> append(each, out));
      return;
    }
    String text = value.asString("");
    if (!text.isBlank()) {
      out.append(out.isEmpty() ? "" : "\n").append(text);
    }
  }

  /** Whether a text of that label is wanted. */
  boolean wants(String itemLabel, String itemText) {
    if (only.isEmpty() || !itemLabel.equals("attack")) {
      return true;
    }
    String lower = itemText.toLowerCase(Locale.ROOT);
    return only.stream().anyMatch(lower::contains);
  }
}
