package dev.moat.app;

import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/** {@code moat limits}: what is used of each limit. */
final class LimitsCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.homeCommand("limits", "Shows what each subject has used of what it may.");
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    JsonNode answer =
        HomeDoor.with(Options.home(parsed, terminal), terminal, Administration::limits);
    if (Options.isJson(parsed)) {
      terminal.print(answer);
      return FINE;
    }
    if (answer.path("limits").isEmpty()) {
      terminal.print("no limits; write some into moat.yaml, as docs/serve/budgets.md shows");
    }
    answer.path("limits").forEach(limit -> terminal.print(line(limit)));
    return FINE;
  }

  private static String line(JsonNode limit) {
    return String.format(
        Locale.ROOT,
        "%-45s %-20s %12s of %-12s limit.%s",
        limit.path("subject").asString(),
        limit.path("kind").asString(),
        limit.has("used") ? limit.path("used").asString() : "",
        limit.path("cap").asString(),
        limit.path("limit").asString());
  }
}
