package dev.moat.train;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.engine.BitsPerByte;
import dev.moat.engine.Differentiation;
import dev.moat.engine.Model;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.RopeConfig;
import dev.moat.engine.Safetensors;
import dev.moat.engine.SafetensorsWriter;
import dev.moat.engine.Tokenizer;
import dev.moat.engine.TokenizerTrainer;
import dev.moat.store.AtomicFile;
import dev.moat.store.FileKeyService;
import dev.moat.trust.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The program that made the base model in {@code models/base}: it reads fetched source jars, learns
 * a vocabulary, trains, measures the files it wrote on held-out texts, and states all that in a
 * signed provenance beside them. A folder that already has weights is only measured and stated.
 *
 * <p>Arguments: the list of coordinates, the folder of jars, the held-out jar, the folder to write
 * to, seconds, steps at most, threads.
 */
public final class BaseModelCommand {
  private static final System.Logger LOG = System.getLogger("dev.moat.train");

  private static final int VOCABULARY = 4_096;
  private static final List<String> SPECIAL =
      List.of(
          "<|endoftext|>",
          "<|system|>",
          "<|user|>",
          "<|assistant|>",
          "<|end|>",
          "<|reserved_0|>",
          "<|reserved_1|>",
          "<|reserved_2|>");

  private static final int VOCABULARY_FROM_ONE_IN = 3;
  private static final long SEED = 1;
  private static final int CONTEXT = 2_048;
  private static final int TOKENS_PER_STEP = 4_096;
  private static final double MATRIX_RATE = 0.01;
  private static final double OTHER_RATE = 0.005;

  /** Bytes of one jar at most: those under the held-out files' licence header count for more. */
  private static final long APACHE_BYTES_MAX = 1_500_000;

  private static final long OTHER_BYTES_MAX = 700_000;

  private static final String LIST = "corpus.txt";
  private static final String WEIGHTS = "model.safetensors";

  private final Path out;
  private final Budget budget;

  private BaseModelCommand(Path out, Budget budget) {
    this.out = out;
    this.budget = budget;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 7) {
      throw Failure.invalid(
          "base model: "
              + arguments.length
              + " arguments; give LIST JARS HELD-OUT-JAR OUT SECONDS"
              + " STEPS THREADS");
    }
    Path list = Path.of(arguments[0]);
    Path heldOut = Path.of(arguments[2]);
    Budget budget =
        new Budget(
            Double.parseDouble(arguments[4]),
            Long.parseLong(arguments[5]),
            Integer.parseInt(arguments[6]));
    new BaseModelCommand(Path.of(arguments[3]), budget)
        .make(list, materials(list, Path.of(arguments[1])), heldOut);
  }

  private record Budget(double seconds, long steps, int threads) {}

  private void make(Path list, List<BaseProvenance.Material> materials, Path heldOut)
      throws IOException {
    Files.createDirectories(out);
    if (!Files.exists(out.resolve(LIST))) {
      Files.copy(list, out.resolve(LIST));
    }
    SourceCorpus corpus = SourceCorpus.read(jars(materials), List.of(heldOut));
    LOG.log(
        System.Logger.Level.INFO,
        "{0} files to learn from, {1} to validate, left out: {2}",
        corpus.learnt().size(),
        corpus.validation().size(),
        corpus.refused());
    if (!Files.exists(out.resolve(WEIGHTS))) {
      train(corpus);
    }
    JsonNode measured = measure(corpus.validation(), SourceCorpus.sources(heldOut));
    state(new BaseProvenance.Run(materials, parameters(), measured));
  }

  private void train(SourceCorpus corpus) {
    List<String> sample = new ArrayList<>();
    for (int i = 0; i < corpus.learnt().size(); i += VOCABULARY_FROM_ONE_IN) {
      sample.add(corpus.learnt().get(i).text());
    }
    byte[] vocabulary = TokenizerTrainer.train(sample, VOCABULARY, SPECIAL);
    Tokenizer tokenizer = Tokenizer.parse(vocabulary);
    List<String> texts =
        new ArrayList<>(corpus.learnt().stream().map(SourceCorpus.Source::text).toList());
    Collections.shuffle(texts, new Random(SEED));
    ModelConfig model = model();
    BaseSettings settings =
        new BaseSettings(
            model,
            MATRIX_RATE,
            OTHER_RATE,
            CONTEXT,
            TOKENS_PER_STEP,
            budget.steps(),
            budget.seconds(),
            SEED,
            budget.threads());
    try (BaseTraining training =
        new BaseTraining(
            settings,
            TokenStream.join(texts, tokenizer, model.endToken()),
            out.resolve("checkpoint.safetensors"),
            InstantSource.system())) {
      training.run(BaseModelCommand::log);
      AtomicFile.write(out.resolve("tokenizer.json"), vocabulary);
      AtomicFile.write(out.resolve("config.json"), model.toJson());
      AtomicFile.write(
          out.resolve(WEIGHTS),
          SafetensorsWriter.bytes(
              training.model().parameters(), SafetensorsWriter.Type.BF16, Map.of("format", "pt")));
    }
  }

  /** Measures what was written, not what was in memory: the weights in the file are rounded. */
  private JsonNode measure(List<SourceCorpus.Source> validation, List<SourceCorpus.Source> heldOut)
      throws IOException {
    ModelConfig config = ModelConfig.parse(Files.readAllBytes(out.resolve("config.json")));
    Tokenizer tokenizer = Tokenizer.parse(Files.readAllBytes(out.resolve("tokenizer.json")));
    Model model = Model.load(config, Safetensors.map(out.resolve(WEIGHTS)));
    ObjectNode measured = Json.object();
    try (Differentiation forward = new Differentiation(model, Optional.empty(), budget.threads())) {
      BitsPerByte measure = new BitsPerByte(forward, config, tokenizer);
      measured.set("validation", measured(measure, validation));
      measured.set("heldOut", measured(measure, heldOut));
    }
    LOG.log(System.Logger.Level.INFO, "measured: {0}", measured);
    return measured;
  }

  /**
   * Signs with a key that is made for this and kept nowhere: its public half, which goes to whoever
   * is to trust the model, then stands for these files alone.
   */
  private void state(BaseProvenance.Run run) throws IOException {
    Path keys = Files.createTempDirectory("moat-base-keys");
    Path master = keys.resolve("master.key");
    Path signing = keys.resolve("signing.key");
    try {
      SigningKey key = SigningKey.openOrCreate(signing, FileKeyService.openOrCreate(master));
      BaseProvenance.write(out, run, key);
      LOG.log(System.Logger.Level.INFO, "signed-by: {0}", key.verifyKey().text());
    } finally {
      for (Path file : List.of(master, signing, keys.resolve("signing.key.pub"), keys)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private JsonNode parameters() {
    return Json.object()
        .put("seconds", budget.seconds())
        .put("steps", budget.steps())
        .put("tokensPerStep", TOKENS_PER_STEP)
        .put("matrixRate", MATRIX_RATE)
        .put("otherRate", OTHER_RATE)
        .put("seed", SEED);
  }

  private static ModelConfig model() {
    return new ModelConfig(
        "LlamaForCausalLM",
        VOCABULARY,
        256,
        704,
        4,
        8,
        4,
        32,
        1e-5f,
        RopeConfig.of(10_000),
        CONTEXT,
        true,
        false,
        false,
        -1,
        List.of(0));
  }

  private static List<BaseProvenance.Material> materials(Path list, Path folder)
      throws IOException {
    List<BaseProvenance.Material> out = new ArrayList<>();
    for (String line : Files.readAllLines(list)) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String coordinates = line.split(" ", 2)[0];
      String[] part = coordinates.split(":", 3);
      Path jar = folder.resolve(part[1] + "-" + part[2] + "-sources.jar");
      out.add(new BaseProvenance.Material(coordinates, jar));
    }
    return out;
  }

  private static List<SourceCorpus.Jar> jars(List<BaseProvenance.Material> materials) {
    return materials.stream()
        .map(
            material ->
                new SourceCorpus.Jar(
                    material.jar(),
                    material.coordinates().startsWith("org.apache")
                        ? APACHE_BYTES_MAX
                        : OTHER_BYTES_MAX))
        .toList();
  }

  private static void log(BaseTraining.Step step) {
    if (step.number() % 50 == 1) {
      LOG.log(
          System.Logger.Level.INFO,
          "step {0} tokens {1} progress {2} loss {3} tokens/s {4}",
          step.number(),
          step.tokens(),
          step.progress(),
          step.loss(),
          step.tokens() / step.seconds());
    }
  }

  private static JsonNode measured(BitsPerByte measure, List<SourceCorpus.Source> files) {
    double sum = 0;
    BitsPerByte.Score all = new BitsPerByte.Score(0, 0);
    for (SourceCorpus.Source file : files) {
      BitsPerByte.Score score = measure.score(file.text());
      sum += score.bitsPerByte();
      all = all.plus(score);
    }
    return Json.object()
        .put("files", files.size())
        .put("bitsPerByte", all.bitsPerByte())
        .put("meanOfFiles", sum / files.size());
  }
}
