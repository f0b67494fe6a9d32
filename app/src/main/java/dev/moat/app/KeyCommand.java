package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Network;
import dev.moat.trust.Project;
import dev.moat.trust.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/** {@code moat key create|list|rotate|revoke}: the keys of clients. */
final class KeyCommand implements Command {
  @Override
  public CommandSpec spec() {
    CommandSpec create =
        Options.homeCommand("create", "Makes a key and shows it once.")
            .addPositional(Options.argument(0, "NAME", "What the key is for."))
            .addOption(Options.texts("--model", "MODEL", "A model it may use (default: all)."))
            .addOption(Options.texts("--endpoint", "PATH", "A path it may call (default: all)."))
            .addOption(
                Options.texts("--tool", "TOOL", "A function it may offer a model (default: all)."))
            .addOption(Options.flag("--no-tools", "It may offer no function at all.").build())
            .addOption(
                Options.texts("--network", "CIDR", "Where it may call from (default: everywhere)."))
            .addOption(
                Options.text(
                        "--project",
                        "ORG/PROJECT",
                        "What it belongs to (default/default if not said).")
                    .build())
            .addOption(
                Options.text(
                        "--principal", "NAME", "The client it is for (default: one of its own).")
                    .build())
            .addOption(Options.integer("--days", "N", "Days until it expires (default: never)."));
    CommandSpec rotate =
        Options.homeCommand("rotate", "Replaces a key; the old one lives on for a while.")
            .addPositional(Options.argument(0, "ID", "The key's id, as the list shows it."))
            .addOption(
                Options.integer(
                    "--overlap-hours", "N", "Hours that the old key lives on (default: 24)."));
    CommandSpec revoke =
        Options.homeCommand("revoke", "Revokes a key at once.")
            .addPositional(Options.argument(0, "ID", "The key's id, as the list shows it."));
    return Options.command("key", "Manages the keys of clients.")
        .addSubcommand("create", create)
        .addSubcommand("list", Options.homeCommand("list", "Lists the keys."))
        .addSubcommand("rotate", rotate)
        .addSubcommand("revoke", revoke);
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    ParseResult verb = parsed.subcommand();
    if (verb == null) {
      throw Failure.invalid("key: says not what to do; use create, list, rotate or revoke");
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
      case "rotate" -> on.rotateKey(Options.argument(verb, 0), overlap(verb));
      case "revoke" -> on.revokeKey(Options.argument(verb, 0));
      default -> on.keys();
    };
  }

  private static Duration overlap(ParseResult verb) {
    return Duration.ofHours(verb.matchedOptionValue("--overlap-hours", KeyOrder.OVERLAP_HOURS));
  }

  private static KeyOrder order(ParseResult verb) {
    Optional<Integer> days = Optional.ofNullable(verb.matchedOptionValue("--days", null));
    Optional<String> project = Optional.ofNullable(verb.matchedOptionValue("--project", null));
    Set<Network> networks =
        given(verb, "--network").stream().map(Network::parse).collect(Collectors.toSet());
    return new KeyOrder(
        Options.argument(verb, 0),
        Optional.ofNullable(verb.matchedOptionValue("--principal", null)),
        project.map(Project::parse).orElseGet(Project::standard),
        new Scope(
            givenOrAll(verb, "--model"),
            givenOrAll(verb, "--endpoint"),
            tools(verb),
            networks,
            Optional.empty()),
        days.map(Duration::ofDays));
  }

  private static Set<String> tools(ParseResult verb) {
    if (!verb.matchedOptionValue("--no-tools", false)) {
      return givenOrAll(verb, "--tool");
    }
    if (!given(verb, "--tool").isEmpty()) {
      throw Failure.invalid("key create: has both --tool and --no-tools; leave one out");
    }
    return Set.of();
  }

  private static Set<String> given(ParseResult verb, String option) {
    return Set.copyOf(verb.matchedOptionValue(option, List.<String>of()));
  }

  private static Set<String> givenOrAll(ParseResult verb, String option) {
    Set<String> given = given(verb, option);
    return given.isEmpty() ? Set.of(Scope.ALL) : given;
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
            : key.has("ends") ? "until " + key.path("ends").asString() : "valid";
    return String.format(
        Locale.ROOT,
        "%s  %-20s %s...  %s %s  models %s%s%s%s  %s",
        key.path("id").asString(),
        key.path("name").asString(),
        key.path("prefix").asString(),
        key.path("project").asString(),
        key.path("owner").asString(),
        key.path("models"),
        narrowed(key, "endpoints"),
        narrowed(key, "tools"),
        key.path("networks").isEmpty() ? "" : "  networks " + key.path("networks"),
        state);
  }

  /** The names, unless they are all. */
  private static String narrowed(JsonNode key, String names) {
    JsonNode given = key.path(names);
    return given.toString().equals("[\"*\"]") ? "" : "  " + names + " " + given;
  }
}
