package dev.moat.app;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.guard.GuardExample;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadException;
import tools.jackson.dataformat.csv.CsvSchema;

/**
 * The labelled texts that a manifest names, each once: what the model of the guard is trained on.
 *
 * <p>A file is JSON, JSON lines ({@code .jsonl}), comma-separated values with a head ({@code
 * .csv}), one text a line ({@code .txt}) or one token a line with empty lines between texts ({@code
 * .conll}), by the end of its name.
 */
final class GuardCorpus {
  private static final String MANIFEST = "guard-corpus.yaml";
  private static final int TEXT_CHARACTERS_MAX = 12_000;
  private static final int TEXT_CHARACTERS_MIN = 3;
  private static final int SAMENESS_CHARACTERS = 400;
  private static final long FILE_BYTES_MAX = 64L << 20;

  private static final ObjectReader CSV =
      new CsvMapper().readerFor(Map.class).with(CsvSchema.emptySchema().withHeader());

  private final Path folder;
  private final List<GuardExample> examples = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private final SortedMap<String, Integer> counts = new TreeMap<>();
  private final SortedMap<String, String> files = new TreeMap<>();

  private GuardCorpus(Path folder) {
    this.folder = folder;
  }

  /** Reads from {@code folder} what the shipped manifest names. */
  static GuardCorpus shipped(Path folder) {
    try (InputStream in = GuardCorpus.class.getResourceAsStream(MANIFEST)) {
      if (in == null) {
        throw new IllegalStateException(MANIFEST + " is not in the program; build it anew");
      }
      return read(folder, in.readAllBytes(), MANIFEST);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads from {@code folder} what {@code manifest} names. */
  static GuardCorpus read(Path folder, byte[] manifest, String name) {
    GuardCorpus corpus = new GuardCorpus(folder);
    JsonNode sources = Json.parseYaml(manifest, name).path("sources");
    if (sources.isEmpty()) {
      throw Failure.invalid(name + ": names no sources; give a list under sources:");
    }
    for (JsonNode entry : sources) {
      corpus.add(CorpusSource.of(entry, name));
    }
    return corpus;
  }

  /** The texts, in the order of the manifest. */
  List<GuardExample> examples() {
    return List.copyOf(examples);
  }

  /** How many texts each source gave. */
  SortedMap<String, Integer> counts() {
    return Collections.unmodifiableSortedMap(counts);
  }

  /** The digest of each file that was read. */
  SortedMap<String, String> files() {
    return Collections.unmodifiableSortedMap(files);
  }

  private void add(CorpusSource source) {
    List<Path> found = find(source.path());
    if (found.isEmpty()) {
      throw Failure.invalid(
          folder.resolve(source.path()) + ": is not there; give the folder of all collections");
    }
    for (Path file : found) {
      List<GuardExample> texts = new ArrayList<>();
      for (JsonNode root : items(file)) {
        if (source.at().isEmpty()) {
          take(source, root, root, texts);
        } else {
          inside(root, source.at()).forEach(item -> take(source, item, root, texts));
        }
      }
      Collections.shuffle(texts, new Random(source.name().hashCode()));
      List<GuardExample> taken = texts.subList(0, Math.min(source.take(), texts.size()));
      examples.addAll(taken);
      counts.merge(source.name(), taken.size(), Integer::sum);
    }
  }

  private void take(CorpusSource source, JsonNode item, JsonNode root, List<GuardExample> out) {
    String text = source.textOf(item, root);
    String label = source.labelOf(item);
    if (text.length() < TEXT_CHARACTERS_MIN || !source.wants(label, text)) {
      return;
    }
    String sameness = text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "");
    if (seen.add(sameness.substring(0, Math.min(SAMENESS_CHARACTERS, sameness.length())))) {
      String cut = text.substring(0, Math.min(TEXT_CHARACTERS_MAX, text.length()));
      out.add(
          GuardExample.labelled(cut, source.name(), source.familyOf(item), label, source.weight()));
    }
  }

  /** The items in a field, or in all fields. */
  private static List<JsonNode> inside(JsonNode root, String at) {
    List<JsonNode> items = new ArrayList<>();
    if (at.equals("*")) {
      root.forEach(list -> list.forEach(items::add));
    } else {
      root.path(at).forEach(items::add);
    }
    return items;
  }

  private List<Path> find(String pattern) {
    PathMatcher matcher =
        FileSystems.getDefault().getPathMatcher("glob:" + folder.resolve(pattern));
    Path parent = folder.resolve(pattern.substring(0, pattern.lastIndexOf('/') + 1));
    try (Stream<Path> found = Files.list(parent)) {
      return found.filter(matcher::matches).sorted().toList();
    } catch (IOException e) {
      throw Failure.broken(parent + ": cannot be read (" + e.getMessage() + "); correct --data", e);
    }
  }

  private List<JsonNode> items(Path file) {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw Failure.invalid(file + ": is over " + FILE_BYTES_MAX + " bytes; cut it");
      }
      byte[] bytes = Files.readAllBytes(file);
      files.put(folder.relativize(file).toString(), Digest.of(bytes).hex());
      String name = file.toString();
      if (name.endsWith(".csv")) {
        return csv(bytes, name);
      }
      if (name.endsWith(".json")) {
        JsonNode root = Json.parse(bytes, name);
        List<JsonNode> all = new ArrayList<>();
        if (root instanceof ArrayNode list) {
          list.forEach(all::add);
        } else {
          all.add(root);
        }
        return all;
      }
      return lines(new String(bytes, StandardCharsets.UTF_8), name);
    } catch (IOException e) {
      throw Failure.broken(file + ": cannot be read (" + e.getMessage() + "); correct --data", e);
    }
  }

  private static List<JsonNode> csv(byte[] bytes, String name) {
    List<JsonNode> rows = new ArrayList<>();
    try (var values = CSV.<Map<String, String>>readValues(bytes)) {
      while (values.hasNextValue()) {
        var row = Json.object();
        values.nextValue().forEach(row::put);
        rows.add(row);
      }
    } catch (CsvReadException e) {
      throw Failure.invalid(name + ": row " + rows.size() + " is no row (" + e.getMessage() + ")");
    }
    return rows;
  }

  private static List<JsonNode> lines(String text, String name) {
    List<JsonNode> items = new ArrayList<>();
    ArrayNode plain = Json.array();
    StringBuilder sentence = new StringBuilder();
    for (String line : text.lines().toList()) {
      if (name.endsWith(".jsonl")) {
        items.add(Json.parse(line, name));
      } else if (name.endsWith(".txt")) {
        plain.add(line);
      } else if (line.isBlank()) {
        plain.add(sentence.toString());
        sentence.setLength(0);
      } else {
        sentence.append(sentence.isEmpty() ? "" : " ").append(line.split("\t", 2)[0]);
      }
    }
    plain.add(sentence.toString());
    plain.forEach(items::add);
    return items;
  }
}
