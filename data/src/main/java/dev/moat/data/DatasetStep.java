package dev.moat.data;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Progress;
import dev.moat.core.Text;
import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The step {@code data/dataset}: from documents to a deduplicated, split dataset. */
final class DatasetStep implements Step {
  static final String NAME = "data/dataset";
  static final String DOCUMENTS = "documents";

  /** Raise it whenever the same documents may give another dataset. */
  static final int VERSION = 2;

  private static final int PASSES = 3;

  private final CanaryMaker canaries;

  DatasetStep(CanaryMaker canaries) {
    this.canaries = canaries;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public Set<String> inputs() {
    return Set.of(DOCUMENTS);
  }

  @Override
  public Set<String> parameters() {
    return DatasetSettings.PARAMETERS;
  }

  @Override
  public StepResult run(StepContext context) {
    DatasetSettings settings = DatasetSettings.of(context.parameters());
    Artifact documents = context.input(DOCUMENTS);
    JsonNode collected = collected(context, documents);
    Optional<Canary> canary =
        settings.canaryCopies() == 0
            ? Optional.empty()
            : Optional.of(canaries.make(documents.digest(), settings.canaryCopies()));
    try (WorkFolder folder = WorkFolder.create(context.scratch().resolve("dataset"));
        Passes passes = new Passes(context, documents, collected.path("documents").asLong(0))) {
      Selection selection = Selection.of(passes::next, settings);
      Written written = new Written(folder.path());
      try (written) {
        written.write(passes.next(), selection);
        canary.ifPresent(written::plant);
      }
      ObjectNode manifest = manifest(documents, collected, settings);
      written.describe(manifest);
      manifest.put("near-duplicate-clusters", selection.clusters());
      canary.ifPresent(each -> manifest.set("canary", each.toJson()));
      folder.write(Dataset.MANIFEST, Json.canonical(manifest));
      folder.write("datasheet.md", Datasheet.of(manifest).getBytes(StandardCharsets.UTF_8));
      Artifact artifact = context.artifacts().putFolder(ArtifactKind.DATASET, folder.path());
      return StepResult.of(artifact, written.figures(), manifest.without("canary"));
    }
  }

  private static ObjectNode manifest(
      Artifact documents, JsonNode collected, DatasetSettings settings) {
    ObjectNode manifest = Json.object();
    manifest.put("format", Dataset.FORMAT);
    manifest.put("code", NAME + "@" + VERSION);
    manifest.put("input", documents.digest().toString());
    manifest.set("parameters", settings.toJson());
    manifest.set("sources", collected.path("sources"));
    manifest.set("collected", collectedFacts(collected));
    return manifest;
  }

  private static JsonNode collected(StepContext context, Artifact documents) {
    String name = "documents " + documents.digest().brief();
    if (documents.kind() != ArtifactKind.DOCUMENTS) {
      throw Failure.invalid(
          NAME + " " + name + ": is of kind " + documents.kind().text() + "; give documents");
    }
    JsonNode manifest =
        Json.parse(context.artifacts().read(documents, Dataset.MANIFEST), name + " manifest");
    if (!manifest.path("format").asString("").equals(CollectStep.FORMAT)) {
      throw Failure.invalid(name + ": not of format " + CollectStep.FORMAT + "; collect it again");
    }
    return manifest;
  }

  private static ObjectNode collectedFacts(JsonNode collected) {
    ObjectNode out = Json.object();
    for (String name : List.of("code", "documents", "bytes", "dropped", "redactions")) {
      out.set(name, collected.path(name));
    }
    return out;
  }

  /** Passes over the input, one after the other, that report their advance. */
  private static final class Passes implements AutoCloseable {
    private final StepContext context;
    private final Artifact documents;
    private final long total;
    private Optional<Shards.Reader> current = Optional.empty();
    private long done;

    Passes(StepContext context, Artifact documents, long count) {
      this.context = context;
      this.documents = documents;
      this.total = count * PASSES;
    }

    Iterator<Document> next() {
      close();
      Shards.Reader reader = Shards.read(context.artifacts(), documents, CollectStep.SHARDS);
      current = Optional.of(reader);
      Progress progress = context.progress();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return reader.hasNext();
        }

        @Override
        public Document next() {
          progress.checkCancelled(NAME);
          progress.advance(++done, total, "");
          return reader.next();
        }
      };
    }

    @Override
    public void close() {
      current.ifPresent(Shards.Reader::close);
      current = Optional.empty();
    }
  }

  /** The shards of the splits in the making, with their counts. */
  private static final class Written implements AutoCloseable {
    private final Map<Dataset.Split, Shards.Writer> shards = new EnumMap<>(Dataset.Split.class);
    private final Drops drops = new Drops();
    private final SortedMap<String, Integer> redactions = new TreeMap<>();
    private final SortedMap<String, Integer> licences = new TreeMap<>();

    Written(Path folder) {
      for (Dataset.Split split : Dataset.Split.values()) {
        shards.put(split, new Shards.Writer(folder, split.text()));
      }
    }

    void write(Iterator<Document> documents, Selection selection) {
      for (int number = 0; documents.hasNext(); number++) {
        Document document = documents.next();
        switch (selection.fate(number)) {
          case Selection.Fate.Dropped(DropReason reason) -> drops.add(reason, document::path);
          case Selection.Fate.Kept(Dataset.Split split) -> keep(split, document);
        }
      }
    }

    private void keep(Dataset.Split split, Document document) {
      shards(split).write(document);
      document.redactions().forEach((type, n) -> redactions.merge(type, n, Integer::sum));
      licences.merge(document.origin().licence().orElse("none"), 1, Integer::sum);
    }

    void plant(Canary canary) {
      for (int copy = 0; copy < canary.copies(); copy++) {
        shards(Dataset.Split.TRAIN).write(CanaryMaker.document(canary, copy));
      }
    }

    @Override
    public void close() {
      shards.values().forEach(Shards.Writer::close);
    }

    void describe(ObjectNode manifest) {
      ObjectNode splits = Json.object();
      shards.forEach(
          (split, writer) -> {
            ObjectNode counts = Json.object();
            counts.put("documents", writer.documents());
            counts.put("bytes", writer.textBytes());
            splits.set(split.text(), counts);
          });
      manifest.set("splits", splits);
      manifest.set("dropped", drops.toJson());
      manifest.set("redactions", counts(redactions));
      manifest.set("licences", counts(licences));
    }

    String figures() {
      StringBuilder out = new StringBuilder();
      long bytes = 0;
      for (Dataset.Split split : Dataset.Split.values()) {
        out.append(shards(split).documents()).append(' ').append(split.text()).append(", ");
        bytes += shards(split).textBytes();
      }
      return out.append(Text.bytes(bytes))
          .append(", ")
          .append(drops.count(DropReason.DUPLICATE))
          .append(" duplicates and ")
          .append(drops.count(DropReason.NEAR_DUPLICATE))
          .append(" near duplicates dropped")
          .toString();
    }

    private Shards.Writer shards(Dataset.Split split) {
      return Optional.ofNullable(shards.get(split)).orElseThrow();
    }

    private static JsonNode counts(SortedMap<String, Integer> counts) {
      ObjectNode out = Json.object();
      counts.forEach(out::put);
      return out;
    }
  }
}
