package dev.moat.train;

import dev.moat.core.Json;
import dev.moat.core.Progress;
import dev.moat.data.Dataset;
import dev.moat.data.Document;
import dev.moat.engine.AdapterFiles;
import dev.moat.engine.LoraConfig;
import dev.moat.engine.ModelFiles;
import dev.moat.flow.Parameters;
import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The step {@code train/lora}: tunes an adapter of a base model on the training split of a dataset,
 * stopped by its validation split. The adapter has PEFT's two files and the loss curve.
 */
final class LoraStep implements Step {
  /** The part of an adapter that holds its settings and loss curve. */
  static final String CURVE = "training.json";

  private static final int VERSION = 1;

  private static final Set<String> PARAMETERS =
      Set.of(
          "rank",
          "alpha",
          "target-modules",
          "learning-rate",
          "batch-rows",
          "sequence-length",
          "epochs",
          "steps-max",
          "warmup-fraction",
          "clip",
          "evaluations-per-epoch",
          "patience",
          "seed");

  private final int threads;

  LoraStep(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "train/lora";
  }

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public Set<String> inputs() {
    return Set.of("dataset", "base");
  }

  @Override
  public Set<String> parameters() {
    return PARAMETERS;
  }

  @Override
  public StepResult run(StepContext context) {
    LoraSettings settings = settings(context.parameters());
    Artifact base = context.input("base");
    ModelFiles files =
        ModelFiles.of(
            "base model " + base.digest().brief(),
            base.names(),
            name -> context.artifacts().read(base, name));
    Dataset dataset = Dataset.open(context.artifacts(), context.input("dataset"));
    LoraOutcome outcome =
        new LoraTraining(
                files.model(),
                files.tokenizer(),
                settings,
                context.scratch(),
                InstantSource.system())
            .run(
                texts(dataset, Dataset.Split.TRAIN),
                texts(dataset, Dataset.Split.VALIDATION),
                followed(context.progress()));
    ObjectNode details = details(outcome, settings);
    Map<String, byte[]> parts =
        new TreeMap<>(AdapterFiles.write(outcome.adapter(), base.digest().toString()));
    parts.put(CURVE, Json.canonical(details));
    Artifact adapter = context.artifacts().put(ArtifactKind.ADAPTER, parts);
    return StepResult.of(adapter, figures(outcome), details);
  }

  private LoraSettings settings(Parameters parameters) {
    LoraSettings standard = LoraSettings.standard(1, threads);
    return new LoraSettings(
        (int) parameters.integer("rank", standard.rank(), 1, 1_024),
        (float) parameters.real("alpha", standard.alpha(), 1e-3, 1e6),
        parameters.texts("target-modules", LoraConfig.ALL_PROJECTIONS),
        parameters.real("learning-rate", standard.learningRate(), 1e-8, 1),
        (int) parameters.integer("batch-rows", standard.batchRows(), 1, 4_096),
        (int) parameters.integer("sequence-length", standard.sequenceLength(), 2, 1 << 20),
        (int) parameters.integer("epochs", standard.epochs(), 1, 10_000),
        parameters.integer("steps-max", standard.stepsMax(), 1, Long.MAX_VALUE),
        parameters.real("warmup-fraction", standard.warmupFraction(), 0, 0.99),
        parameters.real("clip", standard.clip(), 1e-6, 1e6),
        (int) parameters.integer("evaluations-per-epoch", standard.evaluationsPerEpoch(), 1, 1_000),
        (int) parameters.integer("patience", standard.patience(), 1, 10_000),
        parameters.integer("seed", standard.seed(), 0, Long.MAX_VALUE),
        threads);
  }

  private static List<String> texts(Dataset dataset, Dataset.Split split) {
    try (Stream<Document> documents = dataset.documents(split)) {
      return documents.map(Document::text).toList();
    }
  }

  private static TrainingProgress followed(Progress progress) {
    return new TrainingProgress() {
      private final LossCurve curve = new LossCurve();
      private String validation = "";

      @Override
      public void stepped(TrainingProgress.Step step) {
        curve.add(step.loss());
        step.validation().ifPresent(loss -> validation = format(", validation %.3f", loss));
        String detail = format("loss %.3f ", step.loss()) + curve + validation;
        progress.advance(step.number(), step.total(), detail);
      }

      @Override
      public boolean cancelled() {
        return progress.cancelled();
      }
    };
  }

  private static String figures(LoraOutcome outcome) {
    return format("%,d tokens", outcome.tokens())
        + format(" in %,d steps", outcome.steps())
        + format(", validation loss %.3f", outcome.baseValidation())
        + format(" to %.3f", outcome.validation())
        + (outcome.stoppedEarly() ? ", stopped early" : "");
  }

  private static ObjectNode details(LoraOutcome outcome, LoraSettings settings) {
    ObjectNode details = Json.object();
    details.put("steps", outcome.steps()).put("tokens", outcome.tokens());
    details.put("stopped-early", outcome.stoppedEarly());
    details.put("seed", settings.seed()).put("rank", settings.rank());
    details.put("alpha", settings.alpha()).put("learning-rate", settings.learningRate());
    details.put("batch-rows", settings.batchRows());
    details.put("sequence-length", settings.sequenceLength()).put("epochs", settings.epochs());
    ArrayNode curve = details.putArray("curve");
    for (LoraOutcome.Point point : outcome.curve()) {
      ObjectNode node = curve.addObject().put("step", point.step());
      putFinite(node, "loss", point.loss());
      putFinite(node, "validation", point.validation());
    }
    return details;
  }

  private static void putFinite(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    }
  }

  private static String format(String pattern, Object value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
