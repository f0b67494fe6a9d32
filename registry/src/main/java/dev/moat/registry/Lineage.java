package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.registry.Chain.Proved;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.trust.Statements.Recorded;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Proves where a dataset came from: its documents, and the commits of the sources behind them. */
final class Lineage {
  private static final String MANIFEST = "manifest.json";
  private static final int SOURCES_MAX = 1000;

  private final Evidence evidence;
  private final Chain chain;

  Lineage(Evidence evidence, Chain chain) {
    this.evidence = evidence;
    this.chain = chain;
  }

  /** Adds the links from a dataset to its sources. */
  void trace(Digest dataset) {
    Optional<Made> made = chain.prove("dataset", dataset, () -> dataset(dataset));
    made.flatMap(this::documents).ifPresent(this::sources);
  }

  private Proved<Made> dataset(Digest digest) {
    Artifact dataset = evidence.reread(ArtifactKind.DATASET, digest);
    JsonNode manifest = manifest(dataset);
    Digest documents = Digest.parse(manifest.path("input").asString(""));
    Recorded recorded = evidence.provenance(dataset, Map.of("documents", documents));
    String detail =
        splits(manifest.path("splits"))
            + ", redacted "
            + counts(manifest.path("redactions"))
            + ", "
            + Evidence.made(dataset, recorded);
    return new Proved<>(new Made(manifest, documents), detail);
  }

  private Optional<JsonNode> documents(Made dataset) {
    return chain.prove(
        "documents", dataset.documents(), () -> documents(dataset.documents(), dataset.manifest()));
  }

  private Proved<JsonNode> documents(Digest digest, JsonNode dataset) {
    Artifact documents = evidence.reread(ArtifactKind.DOCUMENTS, digest);
    Recorded recorded = evidence.provenance(documents, Map.of());
    JsonNode manifest = manifest(documents);
    JsonNode sources = manifest.path("sources");
    if (!sources.isArray() || !dataset.path("sources").equals(sources)) {
      throw Evidence.broken(
          "documents " + digest, "their sources are not the dataset's", "make the dataset again");
    }
    String detail =
        manifest.path("documents").asLong(0) + " documents, " + Evidence.made(documents, recorded);
    return new Proved<>(sources, detail);
  }

  private void sources(JsonNode sources) {
    sources
        .valueStream()
        .limit(SOURCES_MAX)
        .forEach(source -> chain.note("source", commit(source), facts(source)));
  }

  private static String commit(JsonNode source) {
    String name = source.path("name").asString("unnamed");
    String commit = source.path("commit").asString("");
    return commit.isEmpty() ? name : name + "@" + commit;
  }

  private static String facts(JsonNode source) {
    return source.path("kind").asString("unknown")
        + ", "
        + source.path("documents").asLong(0)
        + " documents"
        + (source.has("commit") ? "" : ", without a commit");
  }

  private JsonNode manifest(Artifact artifact) {
    String name = artifact.kind().text() + " " + artifact.digest() + " " + MANIFEST;
    return Json.parse(evidence.read(artifact, MANIFEST), name);
  }

  private static String splits(JsonNode splits) {
    return splits
        .propertyStream()
        .map(split -> split.getKey() + " " + split.getValue().path("documents").asLong(0))
        .collect(Collectors.joining(", "));
  }

  private static String counts(JsonNode counts) {
    if (counts.isEmpty()) {
      return "nothing";
    }
    return counts
        .propertyStream()
        .map(count -> count.getValue().asLong(0) + " " + count.getKey())
        .collect(Collectors.joining(", "));
  }

  private record Made(JsonNode manifest, Digest documents) {}
}
