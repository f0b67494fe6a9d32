package dev.moat.train;

import dev.moat.core.Failure;
import dev.moat.engine.BitsPerByte;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.RopeConfig;
import dev.moat.engine.SafetensorsWriter;
import dev.moat.engine.Tokenizer;
import dev.moat.engine.TokenizerTrainer;
import dev.moat.store.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The program that made the base model in {@code models/base}: it reads fetched source jars, learns
 * a vocabulary, trains, and measures on held-out files.
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

  private final Path out;

  private BaseModelCommand(Path out) {
    this.out = out;
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
    List<SourceCorpus.Jar> jars = jars(Path.of(arguments[0]), Path.of(arguments[1]));
    Path heldOut = Path.of(arguments[2]);
    SourceCorpus corpus = SourceCorpus.read(jars, List.of(heldOut));
    LOG.log(
        System.Logger.Level.INFO,
        "{0} files to learn from, {1} to validate, left out: {2}",
        corpus.learnt().size(),
        corpus.validation().size(),
        corpus.refused());
    BaseModelCommand command = new BaseModelCommand(Path.of(arguments[3]));
    Files.createDirectories(command.out);
    command.make(
        corpus,
        SourceCorpus.sources(heldOut),
        new Budget(
            Double.parseDouble(arguments[4]),
            Long.parseLong(arguments[5]),
            Integer.parseInt(arguments[6])));
  }

  private record Budget(double seconds, long steps, int threads) {}

  private void make(SourceCorpus corpus, List<SourceCorpus.Source> heldOut, Budget budget) {
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
          out.resolve("model.safetensors"),
          SafetensorsWriter.bytes(
              training.model().parameters(), SafetensorsWriter.Type.BF16, Map.of("format", "pt")));
      BitsPerByte measure = new BitsPerByte(training.differentiation(), model, tokenizer);
      log("validation", measure, corpus.validation());
      log("held out", measure, heldOut);
    }
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
        0);
  }

  private static List<SourceCorpus.Jar> jars(Path list, Path folder) throws IOException {
    List<SourceCorpus.Jar> out = new ArrayList<>();
    for (String line : Files.readAllLines(list)) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] part = line.split(" ", 2)[0].split(":");
      out.add(
          new SourceCorpus.Jar(
              folder.resolve(part[1] + "-" + part[2] + "-sources.jar"),
              part[0].startsWith("org.apache") ? APACHE_BYTES_MAX : OTHER_BYTES_MAX));
    }
    return out;
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

  private static void log(String what, BitsPerByte measure, List<SourceCorpus.Source> files) {
    double sum = 0;
    BitsPerByte.Score all = new BitsPerByte.Score(0, 0);
    for (SourceCorpus.Source file : files) {
      BitsPerByte.Score score = measure.score(file.text());
      sum += score.bitsPerByte();
      all = all.plus(score);
    }
    LOG.log(
        System.Logger.Level.INFO,
        "{0}: {1} files, each by itself: bits per byte {2}, mean of the files {3}",
        what,
        files.size(),
        all.bitsPerByte(),
        sum / files.size());
  }
}
