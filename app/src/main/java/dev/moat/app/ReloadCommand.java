package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/** {@code moat reload}: lets the running server take up its settings and releases as they are. */
final class ReloadCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.homeCommand(
        "reload", "Lets the running server read moat.yaml and its releases again.");
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    Path home = Options.home(parsed, terminal);
    RunningServer server =
        RunningServer.find(home)
            .orElseThrow(
                () ->
                    new Failure(
                        new Problem.Missing(
                            home + ": no server runs there; start one with moat up", "home")));
    JsonNode answer = new RemoteAdministration(server).reload();
    if (Options.isJson(parsed)) {
      terminal.print(answer);
      return FINE;
    }
    answer
        .path("releases")
        .properties()
        .forEach(
            release ->
                terminal.print(
                    "release  "
                        + release.getKey()
                        + " "
                        + release.getValue().asString().substring(0, 12)));
    answer
        .path("restart")
        .forEach(key -> terminal.print("restart  " + key.asString() + " changed; restart moat up"));
    return FINE;
  }
}
