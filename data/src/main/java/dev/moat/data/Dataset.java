package dev.moat.data;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.store.Artifacts;
import java.util.Locale;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** A prepared and split dataset as a reader sees it; documents are streamed, in a fixed order. */
public final class Dataset {
  /** The part that holds the facts of an artifact of documents. */
  static final String MANIFEST = "manifest.json";

  static final String FORMAT = "moat-dataset/1";

  /** What a document is for. */
  public enum Split {
    /** To learn from. */
    TRAIN,
    /** To decide by when to stop. */
    VALIDATION,
    /** To measure with at the end. */
    TEST;

    /** The name in files: lower case. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Artifacts artifacts;
  private final Artifact artifact;
  private final JsonNode manifest;

  private Dataset(Artifacts artifacts, Artifact artifact, JsonNode manifest) {
    this.artifacts = artifacts;
    this.artifact = artifact;
    this.manifest = manifest;
  }

  /** Opens a DATASET artifact. */
  public static Dataset open(Artifacts artifacts, Artifact artifact) {
    String name = "dataset " + artifact.digest().brief();
    if (artifact.kind() != ArtifactKind.DATASET) {
      throw Failure.invalid(
          name + ": is of kind " + artifact.kind().text() + "; give an artifact of data/dataset");
    }
    JsonNode manifest = Json.parse(artifacts.read(artifact, MANIFEST), name + " " + MANIFEST);
    if (!manifest.path("format").asString("").equals(FORMAT)) {
      throw Failure.invalid(name + ": not of format " + FORMAT + "; make it again");
    }
    return new Dataset(artifacts, artifact, manifest);
  }

  /**
   * The documents of one split, read from the store as the stream advances; close the stream if it
   * is not read to its end.
   */
  public Stream<Document> documents(Split split) {
    Shards.Reader reader = Shards.read(artifacts, artifact, split.text());
    int order = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(reader, order), false)
        .onClose(reader::close);
  }

  /** How many documents a split has. */
  public long count(Split split) {
    return manifest.path("splits").path(split.text()).path("documents").asLong(0);
  }

  /** How many bytes of UTF-8 the texts of a split have. */
  public long bytes(Split split) {
    return manifest.path("splits").path(split.text()).path("bytes").asLong(0);
  }

  /** All facts: counts, drops, redactions, sources with commits, parameters. */
  public JsonNode manifest() {
    return manifest;
  }

  /** The sentence planted in the training split, if one was. */
  public Optional<Canary> canary() {
    return Canary.parse(manifest.path("canary"));
  }
}
