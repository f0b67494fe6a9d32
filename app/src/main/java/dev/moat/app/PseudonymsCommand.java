package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.trust.Project;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/** {@code moat pseudonyms erase}: makes what names stand for unreadable for good. */
final class PseudonymsCommand implements Command {
  @Override
  public CommandSpec spec() {
    CommandSpec erase =
        Options.homeCommand("erase", "Makes the values behind pseudonyms unreadable for good.")
            .addOption(
                Options.text("--project", "ORG/PROJECT", "Whose values.").required(true).build())
            .addOption(
                Options.text(
                        "--principal", "NAME", "The id or name of one client (default: all of it).")
                    .build())
            .addOption(
                Options.text(
                        "--conversation",
                        "NAME",
                        "One conversation, as that client named it (default: all).")
                    .build());
    return Options.command("pseudonyms", "Manages what pseudonyms stand for.")
        .addSubcommand("erase", erase);
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    ParseResult verb = parsed.subcommand();
    if (verb == null) {
      throw Failure.invalid("pseudonyms: says not what to do; use erase");
    }
    Erasure erasure =
        new Erasure(
            Project.parse(verb.matchedOptionValue("--project", "")),
            Optional.ofNullable(verb.matchedOptionValue("--principal", null)),
            Optional.ofNullable(verb.matchedOptionValue("--conversation", null)));
    Path home = Options.home(verb, terminal);
    JsonNode answer = HomeDoor.with(home, terminal, on -> on.erasePseudonyms(erasure));
    if (Options.isJson(verb)) {
      terminal.print(answer);
    } else {
      terminal.print("erased the values of " + answer.path("conversations") + " conversations");
    }
    return FINE;
  }
}
