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
   * @param revision its last commit, if its source has a history that reaches back to it
   * @param licence an SPDX expression
   */
  public record Origin(String source, Optional<Revision> revision, Optional<String> licence) {
    /** An origin of which only the source is known. */
    static Origin of(String source) {
      return new Origin(source, Optional.empty(), Optional.empty());
    }
  }

  /**
   * The last commit that touched a document.
   *
   * @param commit its full id
   * @param time when it was written
   * @param authors everyone who wrote of the document, as pseudonyms, the latest first
   * @param modified whether the file differs from the newest commit
   */
  public record Revision(String commit, Instant time, List<String> authors, boolean modified) {
    /** Copies the authors. */
    public Revision {
      authors = List.copyOf(authors);
    }
  }

  /** The document as one object. */
  ObjectNode toJson() {
    ObjectNode out = Json.object();
    out.put("id", id);
    out.put("path", path);
    out.put("source", origin.source());
    origin.revision().ifPresent(revision -> put(revision, out));
    origin.licence().ifPresent(licence -> out.put("licence", licence));
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

  private static void put(Revision revision, ObjectNode out) {
    out.put("commit", revision.commit());
    out.put("time", revision.time().toString());
    ArrayNode authors = Json.array();
    revision.authors().forEach(authors::add);
    out.set("authors", authors);
    if (revision.modified()) {
      out.put("modified", true);
    }
  }

  private static Origin origin(JsonNode tree, String where) {
    return new Origin(
        text(tree, "source", where),
        optional(tree, "commit").map(commit -> revision(commit, tree, where)),
        optional(tree, "licence"));
  }

  private static Revision revision(String commit, JsonNode tree, String where) {
    List<String> authors = new ArrayList<>();
    for (JsonNode author : tree.path("authors")) {
      authors.add(author.asString(""));
    }
    Instant time = instant(text(tree, "time", where), where);
    return new Revision(commit, time, authors, tree.path("modified").asBoolean(false));
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
