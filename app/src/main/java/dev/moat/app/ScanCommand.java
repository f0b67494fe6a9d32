package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.scan.ModelScanner;
import dev.moat.scan.ScanReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code moat scan}: judges model files without loading them. */
final class ScanCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.command("scan", "Judges model files: exit 0 if all are clean, 1 if not.")
        .addPositional(
            PositionalParamSpec.builder()
                .paramLabel("PATH")
                .arity("1..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("Files or folders.")
                .build())
        .addOption(Options.text("--format", "FORMAT", "text (default) or json.").build())
        .addOption(Options.json());
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    String format = parsed.matchedOptionValue("--format", Options.isJson(parsed) ? "json" : "text");
    if (!format.equals("text") && !format.equals("json")) {
      throw Failure.invalid("--format " + format + ": no such format; use text or json");
    }
    ObjectNode all = Json.object();
    all.putArray("files");
    List<String> paths = parsed.matchedPositionalValue(0, List.<String>of());
    for (String path : paths) {
      if (!Files.exists(Path.of(path))) {
        throw Failure.invalid(path + ": no such file or folder; correct the path");
      }
      ScanReport report = ModelScanner.scan(Path.of(path));
      report.toJson().path("files").forEach(all.withArray("files")::add);
    }
    if (format.equals("json")) {
      terminal.print(all);
    } else {
      all.path("files").forEach(file -> forPeople(file, terminal));
    }
    boolean clean = true;
    for (JsonNode file : all.path("files")) {
      clean &= file.path("verdict").asString().equals("clean");
    }
    return clean ? FINE : FOUND;
  }

  private static void forPeople(JsonNode file, Terminal terminal) {
    terminal.print(
        String.format(
            Locale.ROOT,
            "%-10s %-12s %s",
            file.path("verdict").asString(),
            file.path("format").asString(),
            file.path("path").asString()));
    file.path("findings")
        .forEach(
            finding ->
                terminal.print(
                    String.format(
                        Locale.ROOT,
                        "           %s %s at %s: %s",
                        finding.path("severity").asString(),
                        finding.path("rule").asString(),
                        finding.path("where").asString(),
                        finding.path("message").asString())));
  }
}
