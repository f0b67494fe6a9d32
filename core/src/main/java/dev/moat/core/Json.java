package dev.moat.core;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads and writes JSON and YAML within fixed bounds; duplicate keys and trailing text fail. */
public final class Json {
  /** How deep objects and arrays may nest. */
  public static final int DEPTH_MAX = 64;

  /** How many characters a document may have. */
  public static final long DOCUMENT_CHARACTERS_MAX = 128L << 20;

  private static final int STRING_CHARACTERS_MAX = 64 << 20;
  private static final int NAME_CHARACTERS_MAX = 4096;
  private static final int NUMBER_CHARACTERS_MAX = 64;

  private static final JsonMapper JSON =
      JsonMapper.builder(JsonFactory.builder().streamReadConstraints(constraints()).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /** Parses UTF-8 JSON; {@code name} says in errors which input it was. */
  public static JsonNode parse(byte[] json, String name) {
    return parse(JSON, json, name, "JSON");
  }

  /** Parses JSON text. */
  public static JsonNode parse(String json, String name) {
    return parse(json.getBytes(StandardCharsets.UTF_8), name);
  }

  /** Parses one YAML document into the same tree. */
  public static JsonNode parseYaml(byte[] yaml, String name) {
    return parse(Yaml.MAPPER, yaml, name, "YAML");
  }

  /** An empty object. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** An empty array. */
  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** Compact UTF-8 JSON with the keys in the order of the tree. */
  public static byte[] bytes(JsonNode tree) {
    return JSON.writeValueAsBytes(tree);
  }

  /** Compact JSON text. */
  public static String text(JsonNode tree) {
    return JSON.writeValueAsString(tree);
  }

  /** Indented JSON for people. */
  public static String pretty(JsonNode tree) {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
  }

  /** YAML for people. */
  public static String yaml(JsonNode tree) {
    return Yaml.MAPPER.writeValueAsString(tree);
  }

  /** Compact UTF-8 JSON with keys sorted at every level: equal trees give equal bytes. */
  public static byte[] canonical(JsonNode tree) {
    return bytes(sorted(tree));
  }

  private static JsonNode sorted(JsonNode tree) {
    if (tree.isObject()) {
      Map<String, JsonNode> fields = new TreeMap<>();
      tree.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
      ObjectNode out = object();
      fields.forEach(out::set);
      return out;
    }
    if (tree.isArray()) {
      ArrayNode out = array();
      tree.forEach(element -> out.add(sorted(element)));
      return out;
    }
    return tree;
  }

  private static JsonNode parse(ObjectMapper mapper, byte[] bytes, String name, String format) {
    try {
      JsonNode tree = mapper.readTree(bytes);
      if (tree == null || tree.isMissingNode()) {
        throw Failure.invalid(name + ": empty where " + format + " was expected; give a document");
      }
      return tree;
    } catch (JacksonException e) {
      throw new Failure(
          new Problem.Invalid(
              name
                  + place(e)
                  + ": not valid "
                  + format
                  + " ("
                  + Text.shortened(reason(e), 160)
                  + "); correct it there"));
    }
  }

  /** The parser's words, but for the indented lines: those quote the text, secrets too. */
  private static String reason(JacksonException e) {
    return String.valueOf(e.getOriginalMessage())
        .lines()
        .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
        .collect(Collectors.joining(", "));
  }

  private static String place(JacksonException e) {
    var location = e.getLocation();
    return location == null || location.getLineNr() < 1
        ? ""
        : " line " + location.getLineNr() + " column " + location.getColumnNr();
  }

  private static StreamReadConstraints constraints() {
    return StreamReadConstraints.builder()
        .maxNestingDepth(DEPTH_MAX)
        .maxDocumentLength(DOCUMENT_CHARACTERS_MAX)
        .maxStringLength(STRING_CHARACTERS_MAX)
        .maxNameLength(NAME_CHARACTERS_MAX)
        .maxNumberLength(NUMBER_CHARACTERS_MAX)
        .build();
  }

  /** Made when YAML is first read or written: most programs that start know only JSON. */
  private static final class Yaml {
    private static final YAMLMapper MAPPER =
        YAMLMapper.builder(YAMLFactory.builder().streamReadConstraints(constraints()).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
  }
}
