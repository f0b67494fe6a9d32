package dev.moat.app;

import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/** {@code moat status}: what ran, what was reused, what is released, how backends do. */
final class StatusCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.homeCommand("status", "Shows the last run, releases and backends.");
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    JsonNode status =
        HomeDoor.with(Options.home(parsed, terminal), terminal, Administration::status);
    if (Options.isJson(parsed)) {
      terminal.print(status);
      return FINE;
    }
    terminal.print("home     " + status.path("home").asString());
    terminal.print("ledger   " + status.path("ledgerEvents").asLong() + " events");
    JsonNode run = status.path("lastRun");
    if (!run.isMissingNode()) {
      terminal.print(
          String.format(
              Locale.ROOT,
              "run      %s of %s: %s",
              run.path("pipeline").asString(),
              run.path("started").asString(),
              run.path("outcome").asString()));
      run.path("steps").forEach(step -> terminal.print(line(step)));
    }
    status.path("releases").forEach(release -> terminal.print(release(release)));
    status.path("backends").forEach(backend -> terminal.print(backend(backend)));
    return FINE;
  }

  private static String backend(JsonNode backend) {
    return String.format(
        Locale.ROOT,
        "backend  %s %s, %d calls under way  %s",
        backend.path("name").asString(),
        backend.path("state").asString(),
        backend.path("open").asInt(),
        backend.path("url").asString());
  }

  private static String line(JsonNode step) {
    return String.format(
        Locale.ROOT,
        "  %-13s %-8s %-12s %s",
        step.path("step").asString(),
        step.path("state").asString(),
        brief(step.path("artifact").asString()),
        step.path("note").asString());
  }

  private static String release(JsonNode release) {
    return String.format(
        Locale.ROOT,
        "release  %s %s%s",
        release.path("name").asString(),
        brief(release.path("release").asString()),
        release.path("current").asBoolean() ? " (current)" : "");
  }

  private static String brief(String digest) {
    return digest.length() > 12 ? digest.substring(0, 12) : digest;
  }
}
