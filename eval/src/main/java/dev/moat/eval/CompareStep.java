package dev.moat.eval;

import dev.moat.core.Json;
import dev.moat.core.Progress;
import dev.moat.data.Dataset;
import dev.moat.engine.Adapter;
import dev.moat.engine.Model;
import dev.moat.engine.ModelFiles;
import dev.moat.engine.Tokenizer;
import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.store.Artifacts;
import dev.moat.trust.Statement;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * The step {@code eval/compare}: scores the held-out documents of a dataset by a base model with
 * and without an adapter, and the canary planted in it, and signs the scorecard. It is a gate: a
 * scorecard that failed refuses what depends on it.
 */
final class CompareStep implements Step {
  private static final int VERSION = 1;

  private final int threads;

  CompareStep(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "eval/compare";
  }

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public Set<String> inputs() {
    return Set.of("dataset", "base", "adapter");
  }

  @Override
  public Set<String> parameters() {
    return CompareSettings.NAMES;
  }

  @Override
  public StepResult run(StepContext context) {
    CompareSettings settings = CompareSettings.of(context.parameters());
    Measured measured = measure(context, settings);
    Scorecard card =
        new Scorecard(
            new Scorecard.Subjects(
                context.input("dataset").digest(),
                context.input("base").digest(),
                context.input("adapter").digest()),
            Quality.of(measured.scores(), settings.bootstrap()),
            measured.canary(),
            settings.thresholds());
    Artifact artifact =
        context
            .artifacts()
            .put(
                ArtifactKind.SCORECARD,
                Map.of(
                    Scorecard.PART, Json.bytes(card.toJson()),
                    Scorecard.DOCUMENTS_PART, lines(measured.scores())));
    attest(context, card, artifact);
    Optional<String> refusal = card.passed() ? Optional.empty() : Optional.of(card.reason());
    return new StepResult(artifact, card.figures(), card.toJson(), refusal);
  }

  private Measured measure(StepContext context, CompareSettings settings) {
    Dataset dataset = Dataset.open(context.artifacts(), context.input("dataset"));
    HeldOut heldOut = HeldOut.of(dataset, settings.testBytesMax());
    Optional<CanaryTexts> canary =
        dataset
            .canary()
            .map(planted -> CanaryTexts.of(planted, settings.candidates(), settings.seed()));
    long total = heldOut.count() + canary.map(texts -> 2L * texts.texts().size()).orElse(0L);
    ModelFiles files = files(context.artifacts(), context.input("base"));
    Model model = files.model();
    Tokenizer tokenizer = files.tokenizer();
    Adapter adapter = files(context.artifacts(), context.input("adapter")).adapter(model.config());
    try (var base = new ModelScorer(model, Optional.empty(), tokenizer, threads);
        var tuned = new ModelScorer(model, Optional.of(adapter), tokenizer, threads)) {
      Progress progress = context.progress();
      Comparison comparison = new Comparison(base, tuned, progress, total);
      try (Stream<Comparison.Text> texts = heldOut.texts()) {
        List<DocumentScore> scores = comparison.documents(texts);
        return new Measured(scores, canary.map(comparison::canary));
      }
    }
  }

  /** The files of a model or an adapter in the store, verified as they are read. */
  static ModelFiles files(Artifacts artifacts, Artifact artifact) {
    return ModelFiles.of(
        artifact.kind().text() + " " + artifact.digest().brief(),
        artifact.names(),
        name -> artifacts.read(artifact, name));
  }

  private static void attest(StepContext context, Scorecard card, Artifact artifact) {
    var subject = new Statement.Subject("adapter", card.subjects().adapter());
    context
        .statements()
        .attest(
            new Statement(
                List.of(subject), Scorecard.PREDICATE_TYPE, card.predicate(artifact.digest())),
            context.actor());
  }

  private static byte[] lines(List<DocumentScore> scores) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (DocumentScore score : scores) {
      ObjectNode line = Json.object();
      line.put("id", score.id());
      line.put("bytes", score.bytes());
      line.put("tokens", score.tokens());
      line.put("base-bits", score.baseBits());
      line.put("tuned-bits", score.tunedBits());
      out.writeBytes(Json.bytes(line));
      out.write('\n');
    }
    return out.toByteArray();
  }

  private record Measured(List<DocumentScore> scores, Optional<CanaryScore> canary) {}
}
