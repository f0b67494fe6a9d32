package dev.moat.app;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The options of commands that work with a local model. */
final class LocalOptions {
  private LocalOptions() {}

  static CommandSpec command(String name, String what) {
    return Options.command(name, what)
        .addOption(
            Options.text("--model", "DIR", "The model folder (default: models/base).").build())
        .addOption(Options.text("--adapter", "DIR", "A LoRA adapter in PEFT's form.").build())
        .addOption(Options.integer("--threads", "N", "Threads (default: one for each core)."));
  }

  static Path model(ParseResult parsed, Terminal terminal) {
    String given = parsed.matchedOptionValue("--model", "");
    return given.isEmpty() ? terminal.root().resolve("models/base") : Path.of(given);
  }

  static Optional<Path> adapter(ParseResult parsed) {
    String given = parsed.matchedOptionValue("--adapter", "");
    return given.isEmpty() ? Optional.empty() : Optional.of(Path.of(given));
  }

  static int threads(ParseResult parsed) {
    Integer given = parsed.matchedOptionValue("--threads", 0);
    return given > 0 ? given : Runtime.getRuntime().availableProcessors();
  }
}
