package dev.moat.data;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One text with where it came from. Nothing in it is as it was written where that named a person or
 * gave a secret away: text, path and authors hold pseudonyms.
 *
 * @param id follows from the path: it stays when the text or other documents change
 * @param redactions how many of each type were replaced in text and path
 */
public record Document(
    String id, String path, String text, Origin origin, SortedMap<String, Integer> redactions) {
  /** Checks that id and path are there. */
  public Document {
    if (id.isBlank() || path.isBlank()) {
      throw Failure.invalid("document \"" + id + "\": id or path is blank; collect it again");
    }
    redactions = Collections.unmodifiableSortedMap(new TreeMap<>(redactions));
  }

  /**
   * Where a document came from.
   *
   * @param source the name of the source
   * @param commit the last commit that touched it
   * @param authors pseudonyms, the latest first
   * @param time when that commit was written
   * @param licence an SPDX expression
   * @param modified whether the file differs from the newest commit
   */
  public record Origin(
      String source,
      Optional<String> commit,
      List<String> authors,
      Optional<Instant> time,
      Optional<String> licence,
      boolean modified) {
    /** Copies the authors. */
    public Origin {
      authors = List.copyOf(authors);
    }
  }

  /** The document as one object. */
  ObjectNode toJson() {
    ObjectNode out = Json.object();
    out.put("id", id);
    out.put("path", path);
    out.put("source", origin.source());
    origin.commit().ifPresent(commit -> out.put("commit", commit));
    ArrayNode authors = Json.array();
    origin.authors().forEach(authors::add);
    out.set("authors", authors);
    origin.time().ifPresent(time -> out.put("time", time.toString()));
    origin.licence().ifPresent(licence -> out.put("licence", licence));
    if (origin.modified()) {
      out.put("modified", true);
    }
    ObjectNode counts = Json.object();
    redactions.forEach(counts::put);
    out.set("redactions", counts);
    out.put("text", text);
    return out;
  }

  /** Reads what {@link #toJson} wrote; {@code where} names the line in errors. */
  static Document parse(byte[] line, String where) {
    JsonNode tree = Json.parse(line, where);
    SortedMap<String, Integer> counts = new TreeMap<>();
    tree.path("redactions")
        .properties()
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue().asInt(0)));
    return new Document(
        text(tree, "id", where),
        text(tree, "path", where),
        text(tree, "text", where),
        origin(tree, where),
        counts);
  }

  private static Origin origin(JsonNode tree, String where) {
    List<String> authors = new ArrayList<>();
    for (JsonNode author : tree.path("authors")) {
      authors.add(author.asString(""));
    }
    return new Origin(
        text(tree, "source", where),
        optional(tree, "commit"),
        authors,
        optional(tree, "time").map(time -> instant(time, where)),
        optional(tree, "licence"),
        tree.path("modified").asBoolean(false));
  }

  private static Instant instant(String time, String where) {
    try {
      return Instant.parse(time);
    } catch (DateTimeException e) {
      throw Failure.invalid(where + " time: not an ISO 8601 instant; make the artifact again");
    }
  }

  private static Optional<String> optional(JsonNode tree, String name) {
    return Optional.of(tree.path(name)).filter(JsonNode::isString).map(JsonNode::stringValue);
  }

  private static String text(JsonNode tree, String name, String where) {
    return optional(tree, name)
        .orElseThrow(
            () -> Failure.invalid(where + " " + name + ": missing; make the artifact again"));
  }
}
