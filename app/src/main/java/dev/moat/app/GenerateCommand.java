package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.engine.Generation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code moat generate}: continues a text with a local model, without a home or a gateway. */
final class GenerateCommand implements Command {
  private static final int PROMPT_BYTES_MAX = 1 << 20;
  private static final int TOKENS_STANDARD = 120;

  @Override
  public CommandSpec spec() {
    return LocalOptions.command("generate", "Continues a text, streaming to standard output.")
        .addOption(Options.text("--prompt", "TEXT", "The text (default: standard input).").build())
        .addOption(Options.integer("--tokens", "N", "Tokens at most (default 120)."))
        .addOption(Options.text("--temperature", "T", "0 takes the likeliest (default 0).").build())
        .addOption(Options.integer("--seed", "N", "Seed of the sampling (default 0)."));
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    Path folder = LocalOptions.model(parsed, terminal);
    LocalModel local = LocalModel.open(folder, LocalOptions.adapter(parsed));
    Integer tokens = parsed.matchedOptionValue("--tokens", TOKENS_STANDARD);
    Integer seed = parsed.matchedOptionValue("--seed", 0);
    Generation.Request request =
        new Generation.Request(
            local.model().config().begun(local.tokenizer().encode(prompt(parsed, terminal))),
            tokens,
            temperature(parsed.matchedOptionValue("--temperature", "0")),
            0,
            1,
            seed,
            List.of(),
            false);
    int threads = LocalOptions.threads(parsed);
    try (Generation generation =
        new Generation(local.model(), local.adapter(), local.tokenizer(), threads)) {
      Generation.Outcome outcome =
          generation.generate(
              request,
              text -> {
                terminal.printPiece(text);
                return true;
              });
      terminal.print("");
      terminal.note(outcome.completionTokens() + " tokens, " + outcome.finish());
    }
    return FINE;
  }

  private static String prompt(ParseResult parsed, Terminal terminal) {
    Optional<String> given = Optional.ofNullable(parsed.matchedOptionValue("--prompt", null));
    return given.orElseGet(() -> read(terminal));
  }

  private static String read(Terminal terminal) {
    try {
      return new String(terminal.input().readNBytes(PROMPT_BYTES_MAX), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw Failure.broken("standard input: cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private static double temperature(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException _) {
      throw Failure.invalid("--temperature " + text + ": not a number; write 0 to 2");
    }
  }
}
