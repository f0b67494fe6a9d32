package dev.moat.data;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Text;
import dev.moat.flow.Parameters;
import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import dev.moat.guard.GuardPolicy;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.store.Database;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The step {@code data/collect}: from sources to de-identified documents. */
final class CollectStep implements Step {
  static final String NAME = "data/collect";
  static final String SHARDS = "documents";
  static final String FORMAT = "moat-documents/1";

  /** Raise it whenever the same sources may give other documents. */
  static final int VERSION = 2;

  private final Database database;
  private final Pseudonyms pseudonyms;
  private final FileMarks marks;
  private final String rules = GuardPolicy.defaults().digest().hex();

  CollectStep(Database database, Pseudonyms pseudonyms, FileMarks marks) {
    this.database = database;
    this.pseudonyms = pseudonyms;
    this.marks = marks;
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
    return Set.of();
  }

  @Override
  public Set<String> parameters() {
    return CollectSettings.PARAMETERS;
  }

  /** Paths become keyed marks: they tell whose home they lie in, and the ledger never forgets. */
  @Override
  public JsonNode stated(Parameters parameters) {
    ObjectNode stated = ((ObjectNode) parameters.tree()).deepCopy();
    ArrayNode marks = Json.array();
    CollectSettings.of(parameters).sources().forEach(place -> marks.add(pseudonyms.mark(place)));
    return stated.set("sources", marks);
  }

  /** Changes with any byte of any file, with the commit, and with the rules of detection. */
  @Override
  public Digest observe(Parameters parameters) {
    CollectSettings settings = CollectSettings.of(parameters);
    Digest.Hasher state = new Digest.Hasher().field(rules);
    for (OpenSource source : OpenSource.openAll(settings, marks, false)) {
      try (source) {
        state.field(folderName(source)).field(source.source().kind());
        state.field(source.source().head().orElse("")).field(source.source().horizon());
        state.field(source.licences().fingerprint());
        source.listing().skipped().forEach(each -> state.field(each.path() + each.reason()));
        for (Entry entry : source.listing().entries()) {
          FileMarks.Mark mark = source.marks().get(entry.path());
          state.field(entry.path()).field(mark == null ? "" : mark.content());
        }
      }
    }
    return state.digest();
  }

  @Override
  public StepResult run(StepContext context) {
    CollectSettings settings = CollectSettings.of(context.parameters());
    List<OpenSource> sources = OpenSource.openAll(settings, marks, true);
    try {
      return collect(context, settings, sources);
    } finally {
      sources.forEach(OpenSource::close);
    }
  }

  private StepResult collect(
      StepContext context, CollectSettings settings, List<OpenSource> sources) {
    Set<Identity> people = new LinkedHashSet<>();
    sources.forEach(source -> people.addAll(source.history().people()));
    Identities identities = Identities.of(people);
    try (CollectCache cache = cache(context, settings, sources, identities);
        WorkFolder folder = WorkFolder.create(context.scratch().resolve("collect"))) {
      Shards.Writer out = new Shards.Writer(folder.path(), SHARDS);
      Collector collector =
          new Collector(
              settings,
              new Collector.Ports(pseudonyms, marks, cache, out),
              new Redactor(pseudonyms, identities),
              context.progress(),
              total(sources, settings));
      ArrayNode described = collectAll(collector, sources, out);
      requireSome(collector);
      ObjectNode manifest = manifest(collector, out, described);
      folder.write(Dataset.MANIFEST, Json.canonical(manifest));
      Artifact artifact = context.artifacts().putFolder(ArtifactKind.DOCUMENTS, folder.path());
      cache.save(artifact);
      String figures = figures(collector, out, cache);
      return StepResult.of(artifact, figures, manifest.put("reused", cache.reused()));
    }
  }

  private static ArrayNode collectAll(
      Collector collector, List<OpenSource> sources, Shards.Writer out) {
    ArrayNode described = Json.array();
    Map<String, Integer> names = new HashMap<>();
    try (out) {
      for (OpenSource source : sources) {
        String name = name(source, collector, names);
        int before = collector.written();
        collector.collect(source, name);
        described.add(describe(source, name, collector.written() - before));
      }
    }
    return described;
  }

  private CollectCache cache(
      StepContext context,
      CollectSettings settings,
      List<OpenSource> sources,
      Identities identities) {
    List<String> roots = new ArrayList<>();
    sources.forEach(source -> roots.add(source.source().root().toString()));
    String runKey = pseudonyms.mark(roots.toArray(String[]::new));
    String epoch =
        pseudonyms.mark(
            Integer.toString(VERSION),
            rules,
            identities.fingerprint(),
            settings.limits().toString());
    return CollectCache.open(database, context.artifacts(), runKey, epoch);
  }

  private static long total(List<OpenSource> sources, CollectSettings settings) {
    long total = 0;
    for (OpenSource source : sources) {
      total += source.listing().entries().size();
      total += settings.history() ? HistoryDocuments.groups(source.history()).size() : 0;
    }
    return total;
  }

  /** The name of its folder, without personal data, and with a number if it is taken. */
  private static String name(OpenSource source, Collector collector, Map<String, Integer> taken) {
    String name = collector.shownPath(folderName(source));
    int count = taken.merge(name, 1, Integer::sum);
    return count == 1 ? name : name + "-" + count;
  }

  private static String folderName(OpenSource source) {
    Path folder = source.source().root().getFileName();
    return folder == null ? "root" : folder.toString();
  }

  private static ObjectNode describe(OpenSource source, String name, int documents) {
    ObjectNode out = Json.object();
    out.put("name", name);
    out.put("kind", source.source().kind());
    source.source().head().ifPresent(commit -> out.put("commit", commit));
    out.put("documents", documents);
    if (source.source().kind().equals("git")) {
      out.put("commits", source.history().commits().size());
      out.put("history-complete", source.history().complete());
    }
    return out;
  }

  private static void requireSome(Collector collector) {
    if (collector.written() == 0) {
      throw Failure.invalid(
          NAME
              + " sources: no document left; dropped: "
              + collector.drops().line()
              + "; name other sources or change include, exclude and the limits");
    }
  }

  private static ObjectNode manifest(Collector collector, Shards.Writer out, ArrayNode sources) {
    ObjectNode manifest = Json.object();
    manifest.put("format", FORMAT);
    manifest.put("code", NAME + "@" + VERSION);
    manifest.set("sources", sources);
    manifest.put("documents", out.documents());
    manifest.put("bytes", out.textBytes());
    manifest.set("dropped", collector.drops().toJson());
    manifest.set("redactions", counts(collector.redactions()));
    manifest.set("licences", counts(collector.licences()));
    return manifest;
  }

  private static JsonNode counts(SortedMap<String, Integer> counts) {
    ObjectNode out = Json.object();
    counts.forEach(out::put);
    return out;
  }

  private static String figures(Collector collector, Shards.Writer out, CollectCache cache) {
    int redacted = collector.redactions().values().stream().mapToInt(Integer::intValue).sum();
    return out.documents()
        + " documents, "
        + Text.bytes(out.textBytes())
        + ", "
        + collector.drops().total()
        + " dropped, "
        + redacted
        + " redactions, "
        + cache.reused()
        + " reused";
  }
}
