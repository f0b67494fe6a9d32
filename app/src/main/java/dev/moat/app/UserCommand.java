package dev.moat.app;

import dev.moat.core.Failure;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/** {@code moat user create|list}: the people who may use the admin API. */
final class UserCommand implements Command {
  @Override
  public CommandSpec spec() {
    CommandSpec create =
        Options.homeCommand("create", "Makes a user and shows the password once.")
            .addPositional(Options.argument(0, "NAME", "The login name."))
            .addOption(
                Options.text("--role", "ROLE", "admin, engineer (default) or client.").build());
    return Options.command("user", "Manages the users of the admin API.")
        .addSubcommand("create", create)
        .addSubcommand("list", Options.homeCommand("list", "Lists the users."));
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    ParseResult verb = parsed.subcommand();
    if (verb == null) {
      throw Failure.invalid("user: says not what to do; use create or list");
    }
    Path home = Options.home(verb, terminal);
    JsonNode answer = HomeDoor.with(home, terminal, on -> act(verb, on));
    if (Options.isJson(verb)) {
      terminal.print(answer);
    } else if (answer.has("users")) {
      answer.path("users").forEach(user -> terminal.print(line(user)));
    } else {
      terminal.print(line(answer));
      terminal.print("password (shown once): " + answer.path("password").asString());
    }
    return FINE;
  }

  private static JsonNode act(ParseResult verb, Administration on) {
    return verb.commandSpec().name().equals("create")
        ? on.createUser(
            Options.argument(verb, 0),
            verb.matchedOptionValue("--role", "engineer").toUpperCase(Locale.ROOT))
        : on.users();
  }

  private static String line(JsonNode user) {
    return String.format(
        Locale.ROOT,
        "%s  %-20s %s",
        user.path("id").asString(),
        user.path("name").asString(),
        user.path("role").asString());
  }
}
