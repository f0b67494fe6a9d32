package dev.moat.app;

import dev.moat.core.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/** {@code moat key create|list|revoke}: the keys of clients. */
final class KeyCommand implements Command {
  @Override
  public CommandSpec spec() {
    CommandSpec create =
        Options.homeCommand("create", "Makes a key and shows it once.")
            .addPositional(Options.argument(0, "NAME", "What the key is for."))
            .addOption(Options.texts("--model", "MODEL", "A model it may use (default: all)."))
            .addOption(Options.integer("--days", "N", "Days until it expires (default: never)."));
    CommandSpec revoke =
        Options.homeCommand("revoke", "Revokes a key at once.")
            .addPositional(Options.argument(0, "ID", "The key's id, as the list shows it."));
    return Options.command("key", "Manages the keys of clients.")
        .addSubcommand("create", create)
        .addSubcommand("list", Options.homeCommand("list", "Lists the keys."))
        .addSubcommand("revoke", revoke);
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    ParseResult verb = parsed.subcommand();
    if (verb == null) {
      throw Failure.invalid("key: says not what to do; use create, list or revoke");
    }
    Path home = Options.home(verb, terminal);
    JsonNode answer = HomeDoor.with(home, terminal, on -> act(verb, on));
    if (Options.isJson(verb)) {
      terminal.print(answer);
    } else {
      forPeople(answer, terminal);
    }
    return FINE;
  }

  private static JsonNode act(ParseResult verb, Administration on) {
    return switch (verb.commandSpec().name()) {
      case "create" -> on.createKey(order(verb));
      case "revoke" -> on.revokeKey(Options.argument(verb, 0));
      default -> on.keys();
    };
  }

  private static KeyOrder order(ParseResult verb) {
    List<String> models = verb.matchedOptionValue("--model", List.<String>of());
    Optional<Integer> days = Optional.ofNullable(verb.matchedOptionValue("--days", null));
    return new KeyOrder(
        Options.argument(verb, 0),
        models.isEmpty() ? Set.of("*") : Set.copyOf(models),
        days.map(Duration::ofDays));
  }

  private static void forPeople(JsonNode answer, Terminal terminal) {
    if (answer.has("keys")) {
      answer.path("keys").forEach(key -> terminal.print(line(key)));
    } else {
      terminal.print(line(answer));
      if (answer.has("secret")) {
        terminal.print("key (shown once): " + answer.path("secret").asString());
      }
    }
  }

  private static String line(JsonNode key) {
    String state =
        key.has("revoked")
            ? "revoked " + key.path("revoked").asString()
            : key.has("expires") ? "until " + key.path("expires").asString() : "valid";
    return String.format(
        Locale.ROOT,
        "%s  %-20s %s...  models %s  %s",
        key.path("id").asString(),
        key.path("name").asString(),
        key.path("prefix").asString(),
        key.path("models"),
        state);
  }
}
