package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code moat import litellm FILE}: prints another gateway's configuration as Moat's settings. */
final class ImportCommand implements Command {
  private static final int FILE_BYTES_MAX = 8 << 20;

  @Override
  public CommandSpec spec() {
    CommandSpec litellm =
        Options.command("litellm", "Prints a LiteLLM config.yaml as settings for moat.yaml.")
            .addOption(Options.json())
            .addPositional(Options.argument(0, "FILE", "The config.yaml of a LiteLLM proxy."));
    return Options.command("import", "Takes over the configuration of another gateway.")
        .addSubcommand("litellm", litellm);
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    ParseResult litellm = parsed.subcommand();
    if (litellm == null) {
      throw Failure.invalid("import: says not from what; use moat import litellm FILE");
    }
    String file = Options.argument(litellm, 0);
    LiteLlmConfig.Imported imported =
        LiteLlmConfig.translate(Json.parseYaml(bytes(Path.of(file)), file), file);
    if (Options.isJson(litellm)) {
      var out = Json.object();
      out.set("settings", imported.settings());
      imported.notes().forEach(out.putArray("notes")::add);
      terminal.print(out);
    } else {
      terminal.print(Json.yaml(imported.settings()).stripTrailing());
      imported.notes().forEach(terminal::note);
    }
    return FINE;
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw Failure.invalid(
            file + ": has more than " + FILE_BYTES_MAX + " bytes; give a configuration");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Failure(
          new Problem.Missing(
              file + ": cannot be read (" + e.getMessage() + "); correct the path",
              file.toString()));
    }
  }
}
