package dev.moat.store;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads the JSON of a manifest strictly: every field there, of its type, and no other. */
final class ManifestReader {
  private static final Set<String> FIELDS = Set.of("kind", "parts");
  private static final Set<String> PART_FIELDS = Set.of("bytes", "digest", "name");

  private final String name;

  ManifestReader(String name) {
    this.name = name;
  }

  ArtifactKind kind(JsonNode tree) {
    requireFields(tree, FIELDS);
    return ArtifactKind.parse(text(tree, "kind"));
  }

  List<Artifact.Part> parts(JsonNode tree) {
    requireFields(tree, FIELDS);
    JsonNode list = tree.path("parts");
    if (!list.isArray() || list.size() > Artifact.PARTS_MAX) {
      throw malformed("\"parts\" is not a list of at most " + Artifact.PARTS_MAX);
    }
    List<Artifact.Part> parts = new ArrayList<>();
    for (JsonNode entry : list) {
      requireFields(entry, PART_FIELDS);
      JsonNode bytes = entry.path("bytes");
      if (!bytes.isIntegralNumber() || !bytes.canConvertToLong()) {
        throw malformed("\"bytes\" is not a whole number");
      }
      Digest digest = new Digest(text(entry, "digest"));
      parts.add(new Artifact.Part(text(entry, "name"), digest, bytes.longValue()));
    }
    return parts;
  }

  private String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isString()) {
      throw malformed("\"" + field + "\" is not a text");
    }
    return value.stringValue();
  }

  private void requireFields(JsonNode object, Set<String> fields) {
    if (!object.isObject() || !Set.copyOf(object.propertyNames()).equals(fields)) {
      throw malformed("an object has not exactly the fields " + fields.stream().sorted().toList());
    }
  }

  private Failure malformed(String why) {
    return Failure.invalid(name + ": " + why + "; it was not written by this product");
  }
}
