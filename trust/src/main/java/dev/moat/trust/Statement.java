package dev.moat.trust;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A claim about artifacts: an in-toto Statement v1. The type says what the predicate means. */
public record Statement(List<Subject> subjects, String predicateType, JsonNode predicate) {
  /** The media type of a statement as a DSSE payload. */
  public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

  private static final String TYPE = "https://in-toto.io/Statement/v1";
  private static final Set<String> FIELDS =
      Set.of("_type", "subject", "predicateType", "predicate");
  private static final int SUBJECTS_MAX = 10_000;
  private static final int TYPE_CHARACTERS_MAX = 256;

  /** Checks that there are subjects and a type, and that the predicate is an object. */
  public Statement {
    subjects = List.copyOf(subjects);
    if (subjects.isEmpty() || subjects.size() > SUBJECTS_MAX) {
      throw malformed("it has no subject or too many");
    }
    if (predicateType.isBlank() || predicateType.length() > TYPE_CHARACTERS_MAX) {
      throw malformed("its predicate type is empty or too long");
    }
    if (!predicate.isObject()) {
      throw malformed("its predicate is not an object");
    }
  }

  /** One thing a statement is about. */
  public record Subject(String name, Digest digest) {}

  /** The JSON whose bytes are signed. */
  public JsonNode toJson() {
    ArrayNode list = Json.array();
    for (Subject subject : subjects) {
      ObjectNode digest = Json.object().put("sha256", subject.digest().hex());
      list.add(Json.object().put("name", subject.name()).set("digest", digest));
    }
    ObjectNode tree = Json.object();
    tree.put("_type", TYPE);
    tree.set("subject", list);
    tree.put("predicateType", predicateType);
    tree.set("predicate", predicate);
    return tree;
  }

  /** Reads the payload of an envelope. */
  public static Statement parse(byte[] json) {
    JsonNode tree = Json.parse(json, "statement");
    if (!tree.isObject() || !Set.copyOf(tree.propertyNames()).equals(FIELDS)) {
      throw malformed("it has not exactly the fields of in-toto Statement v1");
    }
    if (!TYPE.equals(text(tree, "_type"))) {
      throw malformed("its _type is not " + TYPE);
    }
    JsonNode list = tree.path("subject");
    if (!list.isArray() || list.size() > SUBJECTS_MAX) {
      throw malformed("its subject is not a list");
    }
    List<Subject> subjects = new ArrayList<>();
    for (JsonNode subject : list) {
      String name = subject.has("name") ? text(subject, "name") : "";
      subjects.add(new Subject(name, new Digest(text(subject.path("digest"), "sha256"))));
    }
    return new Statement(subjects, text(tree, "predicateType"), tree.path("predicate"));
  }

  private static String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isString()) {
      throw malformed("\"" + Text.shortened(field, 40) + "\" is not a text");
    }
    return value.stringValue();
  }

  private static Failure malformed(String why) {
    return Failure.invalid("statement: " + why + "; correct it where it is made");
  }
}
