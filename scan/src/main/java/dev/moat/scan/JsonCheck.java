package dev.moat.scan;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Looks in the JSON files of a model for what makes a loader execute something: remote code, class
 * paths, and chat templates that reach out of their sandbox.
 */
final class JsonCheck {
  private static final Set<String> CODE_KEYS =
      Set.of(
          "auto_map",
          "auto_mapping",
          "custom_pipelines",
          "trust_remote_code",
          "_target_",
          "loader_module",
          "parent_library");
  private static final Set<String> TEMPLATE_KEYS = Set.of("chat_template", "template");
  private static final List<String> TEMPLATE_ESCAPES =
      List.of(
          "__",
          "|attr",
          "| attr",
          "import ",
          "include ",
          "lipsum",
          "cycler",
          "joiner",
          "self.",
          "request",
          "config.",
          "getattr",
          "\\x5f",
          "\\u005f");
  private static final int PLACE_CHARACTERS_MAX = 120;

  private final List<Finding> findings = new ArrayList<>();

  private JsonCheck() {}

  static List<Finding> check(byte[] json) {
    JsonCheck check = new JsonCheck();
    try {
      check.walk(Json.parse(json, "file"), "");
    } catch (Failure failure) {
      check.findings.add(
          new Finding("json-broken", ScanVerdict.UNREADABLE, "file", failure.getMessage()));
    }
    return check.findings;
  }

  /** Goes down at most as deep as the parser lets a document nest. */
  private void walk(JsonNode node, String place) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String key = entry.getKey();
      String where = Text.shortened(place + "/" + key, PLACE_CHARACTERS_MAX);
      if (CODE_KEYS.contains(key) && isSet(entry.getValue())) {
        findings.add(
            new Finding(
                "remote-code",
                ScanVerdict.SUSPICIOUS,
                where,
                "the key " + key + " makes a loader run code that is not data"));
      }
      if (TEMPLATE_KEYS.contains(key)) {
        template(entry.getValue(), where);
      }
      walk(entry.getValue(), place + "/" + key);
    }
    if (node.isArray()) {
      for (JsonNode element : node) {
        walk(element, place);
      }
    }
  }

  /** A flag that is false, or an empty value, asks for nothing. */
  private static boolean isSet(JsonNode value) {
    return !value.isNull()
        && !(value.isBoolean() && !value.booleanValue())
        && !(value.isContainer() && value.isEmpty());
  }

  private void template(JsonNode template, String where) {
    String text = template.isString() ? template.stringValue() : template.toString();
    for (String escape : TEMPLATE_ESCAPES) {
      if (text.contains(escape)) {
        findings.add(
            new Finding(
                "template-escape",
                ScanVerdict.MALICIOUS,
                where,
                "the template holds \"" + escape.strip() + "\", which reaches beyond messages"));
        return;
      }
    }
  }
}
