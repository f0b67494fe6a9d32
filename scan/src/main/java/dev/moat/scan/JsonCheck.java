package dev.moat.scan;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Checks JSON for keys by which a loader would fetch or run code, and for chat templates. */
final class JsonCheck {
  private static final int DOCUMENT_CHARACTERS_MAX = 96 << 20;

  private final Notes notes;

  JsonCheck(Notes notes) {
    this.notes = notes;
  }

  /** Checks the text, which must be one JSON document. */
  void run(String text) {
    if (text.length() > DOCUMENT_CHARACTERS_MAX || text.indexOf('\0') >= 0) {
      notes.unknown("json-size", "document", "too long to be read");
      return;
    }
    try {
      visit(Json.parse(text, "document"), "");
    } catch (Failure failure) {
      notes.unknown("json-invalid", "document", failure.getMessage());
    }
  }

  private void visit(JsonNode node, String path) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String here = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      key(field.getKey(), field.getValue(), here);
      visit(field.getValue(), here);
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        if (node.get(i).isContainer()) {
          visit(node.get(i), path + "[" + i + "]");
        }
      }
    }
  }

  private void key(String key, JsonNode value, String where) {
    switch (key) {
      case "auto_map" -> autoMap(value, where);
      case "auto_mapping" -> {
        if (!value.isNull()) {
          notes.warning(
              "adapter-auto-mapping", where, "the loader would import the class that it names");
        }
      }
      case "trust_remote_code" -> {
        if (!value.isBoolean() || value.asBoolean()) {
          notes.warning("remote-code", where, "asks its loader to run code of the repository");
        }
      }
      case "custom_pipelines", "custom_pipeline", "loader_module", "parent_library", "_target_" ->
          notes.warning("named-code", where, "names code for the loader to run");
      case "class_name" -> kerasClass(value, where);
      case "chat_template" -> templates(value, where);
      default -> {
        // says nothing about code
      }
    }
  }

  /** Transformers imports the classes that it maps; with two dashes, from another repository. */
  private void autoMap(JsonNode value, String where) {
    if (value.toString().contains("--")) {
      notes.critical("auto-map-remote", where, "runs code from another repository when loaded");
    } else if (!value.isNull() && !value.isEmpty()) {
      notes.warning("auto-map", where, "runs code that lies beside it when loaded");
    }
  }

  private void kerasClass(JsonNode value, String where) {
    if (value.isString() && value.asString().equals("Lambda")) {
      notes.critical("keras-lambda", where, "holds a function that runs when loaded");
    }
  }

  private void templates(JsonNode value, String where) {
    if (value.isString()) {
      new TemplateCheck(notes, where).run(value.asString());
    }
    for (JsonNode entry : value) {
      if (entry.isString()) {
        new TemplateCheck(notes, where).run(entry.asString());
      } else if (entry.path("template").isString()) {
        new TemplateCheck(notes, where).run(entry.path("template").asString());
      }
    }
  }
}
