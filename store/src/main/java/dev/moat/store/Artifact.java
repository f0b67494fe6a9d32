package dev.moat.store;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An immutable thing of one or more named parts, itself named by the SHA-256 of its manifest: the
 * canonical JSON {@code {"kind":..,"parts":[{"bytes":..,"digest":..,"name":..}]}}, parts by name.
 */
public record Artifact(ArtifactKind kind, Digest digest, List<Part> parts) {
  /** How many parts an artifact may have. */
  public static final int PARTS_MAX = 100_000;

  /** Sorts the parts and checks that their names differ and that the digest is theirs. */
  public Artifact {
    parts = parts.stream().sorted(Comparator.comparing(Part::name)).toList();
    requireDistinct(parts);
    if (!Digest.of(manifest(kind, parts)).equals(digest)) {
      throw new Failure(
          new Problem.Tampered(
              "artifact " + digest + ": its manifest has another digest; restore it from a backup",
              digest.hex()));
    }
  }

  /** The artifact of these parts. */
  public static Artifact of(ArtifactKind kind, List<Part> parts) {
    List<Part> sorted = parts.stream().sorted(Comparator.comparing(Part::name)).toList();
    return new Artifact(kind, Digest.of(manifest(kind, sorted)), sorted);
  }

  /** The names of the parts, sorted. */
  public List<String> names() {
    return parts.stream().map(Part::name).toList();
  }

  /** One named blob of an artifact; the name is a relative path with {@code /}. */
  public record Part(String name, Digest digest, long bytes) {
    private static final int NAME_CHARACTERS_MAX = 512;
    private static final Pattern UNSAFE =
        Pattern.compile("(^|/)(\\.{0,2})(/|$)|[\\\\\\p{Cntrl}]|^[A-Za-z]:");

    /** Checks that the name stays inside the artifact and the size is not negative. */
    public Part {
      requireName(name);
      if (bytes < 0) {
        throw Failure.invalid("artifact part \"" + name + "\": its size is negative; correct it");
      }
    }

    static void requireName(String name) {
      if (name.length() > NAME_CHARACTERS_MAX || UNSAFE.matcher(name).find()) {
        throw Failure.invalid(
            "artifact part \""
                + Text.shortened(name, 80)
                + "\": not a relative path inside the artifact; rename it");
      }
    }
  }

  /** The part of that name. */
  public Part part(String name) {
    return parts.stream()
        .filter(part -> part.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    new Problem.Missing(
                        kind.text()
                            + " "
                            + digest
                            + ": has no part \""
                            + Text.shortened(name, 80)
                            + "\"; it has "
                            + Text.shortened(parts.stream().map(Part::name).toList() + "", 200),
                        name)));
  }

  /** The bytes of all parts together. */
  public long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /** The bytes whose digest names this artifact. */
  public byte[] manifest() {
    return manifest(kind, parts);
  }

  /** Reads the manifest of the artifact named {@code digest}. */
  static Artifact parse(byte[] manifest, Digest digest) {
    String name = "manifest of artifact " + digest;
    JsonNode tree = Json.parse(manifest, name);
    ManifestReader reader = new ManifestReader(name);
    return new Artifact(reader.kind(tree), digest, reader.parts(tree));
  }

  private static byte[] manifest(ArtifactKind kind, List<Part> parts) {
    ArrayNode list = Json.array();
    for (Part part : parts) {
      ObjectNode entry = Json.object();
      entry.put("bytes", part.bytes());
      entry.put("digest", part.digest().hex());
      entry.put("name", part.name());
      list.add(entry);
    }
    ObjectNode tree = Json.object();
    tree.put("kind", kind.text());
    tree.set("parts", list);
    return Json.bytes(tree);
  }

  private static void requireDistinct(List<Part> sorted) {
    if (sorted.size() > PARTS_MAX) {
      throw Failure.invalid("artifact: more than " + PARTS_MAX + " parts; pack them into fewer");
    }
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).name().equals(sorted.get(i - 1).name())) {
        throw Failure.invalid(
            "artifact part \"" + sorted.get(i).name() + "\": named twice; rename one");
      }
    }
  }
}
