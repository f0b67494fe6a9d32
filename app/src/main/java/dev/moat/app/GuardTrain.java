package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.guard.GuardExample;
import dev.moat.guard.GuardTraining;
import dev.moat.guard.HeadModel;
import dev.moat.store.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code moat guard train}: makes a model of the guard from labelled texts. */
final class GuardTrain {
  private static final int ROUNDS_MAX = 20;
  private static final int TEXT_CHARACTERS_MAX = 12_000;

  private GuardTrain() {}

  static CommandSpec spec() {
    return Options.command("train", "Trains the model of the guard.")
        .addOption(Options.text("--data", "DIR", "Folder of the public collections.").build())
        .addOption(Options.text("--corpus", "FILE", "Manifest (YAML) in place of the own.").build())
        .addOption(
            Options.texts(
                "--jsonl",
                "FILE",
                "More texts, each {\"text\",\"label\"[,\"family\",\"weight\"]}."))
        .addOption(
            Options.text("--out", "FILE", "Where to write the model.").required(true).build())
        .addOption(Options.integer("--rounds", "N", "Rounds against the attacker (default 5)."))
        .addOption(Options.json());
  }

  static int run(ParseResult parsed, Terminal terminal) {
    GuardTraining usual = GuardTraining.usual();
    int rounds = parsed.matchedOptionValue("--rounds", usual.roundsMax());
    if (rounds < 1 || rounds > ROUNDS_MAX) {
      throw Failure.invalid("--rounds " + rounds + ": is not from 1 to " + ROUNDS_MAX);
    }
    GuardTraining training = new GuardTraining(usual.seed(), usual.epochs(), rounds);
    ObjectNode card = Json.object().put("name", "moat guard heads");
    List<GuardExample> examples = examples(parsed, card);
    List<GuardExample> made = training.made();
    card.put("made", made.size()).put("seed", training.seed()).put("epochs", training.epochs());
    examples.addAll(made);
    terminal.note(examples.size() + " texts, of which " + made.size() + " made by grammars");
    HeadModel model = training.train(examples, card, terminal::note);
    Path out = Path.of(parsed.<String>matchedOptionValue("--out", ""));
    AtomicFile.write(out, model.bytes());
    if (Options.isJson(parsed)) {
      terminal.print(
          Json.object()
              .put("file", out.toString())
              .put("digest", model.digest().hex())
              .set("card", model.card()));
    } else {
      terminal.print(out + "  sha256 of weights and card " + model.digest().hex());
    }
    return Command.FINE;
  }

  private static List<GuardExample> examples(ParseResult parsed, ObjectNode card) {
    List<GuardExample> examples = new ArrayList<>();
    String data = parsed.matchedOptionValue("--data", "");
    List<String> own = parsed.matchedOptionValue("--jsonl", List.of());
    if (data.isEmpty() && own.isEmpty()) {
      throw Failure.invalid(
          "guard train: has nothing to learn from; give --data DIR, --jsonl FILE or both");
    }
    if (!data.isEmpty()) {
      GuardCorpus corpus = corpus(Path.of(data), parsed.matchedOptionValue("--corpus", ""));
      examples.addAll(corpus.examples());
      ObjectNode counts = card.putObject("sources");
      corpus.counts().forEach(counts::put);
      ObjectNode files = card.putObject("files");
      corpus.files().forEach(files::put);
    }
    for (String file : own) {
      List<GuardExample> lines = lines(Path.of(file));
      card.withObject("/own").put(Path.of(file).getFileName().toString(), lines.size());
      examples.addAll(lines);
    }
    return examples;
  }

  private static GuardCorpus corpus(Path data, String manifest) {
    if (manifest.isEmpty()) {
      return GuardCorpus.shipped(data);
    }
    return GuardCorpus.read(data, bytes(Path.of(manifest)), manifest);
  }

  /** The labelled texts of a file of JSON lines. */
  static List<GuardExample> lines(Path file) {
    List<GuardExample> examples = new ArrayList<>();
    int number = 0;
    for (String line :
        new String(bytes(file), java.nio.charset.StandardCharsets.UTF_8).lines().toList()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      String where = file + " line " + number;
      JsonNode tree = Json.parse(line, where);
      String text = tree.path("text").asString("");
      if (text.isBlank() || text.length() > TEXT_CHARACTERS_MAX) {
        throw Failure.invalid(
            where + ": has no text of 1 to " + TEXT_CHARACTERS_MAX + " characters; correct it");
      }
      try {
        examples.add(
            GuardExample.labelled(
                text,
                file.getFileName().toString(),
                tree.path("family").asString("own"),
                tree.path("label").asString(""),
                tree.path("weight").asDouble(1)));
      } catch (IllegalArgumentException e) {
        throw Failure.invalid(where + ": " + e.getMessage());
      }
    }
    return examples;
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw Failure.broken(file + ": cannot be read (" + e.getMessage() + "); correct it", e);
    }
  }
}
