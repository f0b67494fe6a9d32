package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.guard.Channel;
import dev.moat.guard.Explanation;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.HeadModel;
import dev.moat.guard.Verdict;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code moat guard}: judges what comes on standard input, and trains and measures the guard. */
final class GuardCommand implements Command {
  private static final int INPUT_BYTES_MAX = 64 << 20;
  private static final int NANOS_PER_MICRO = 1_000;

  @Override
  public CommandSpec spec() {
    CommandSpec check =
        Options.command("check", "Judges standard input: exit 0 if all passes, 1 if not.")
            .addOption(channelOption())
            .addOption(Options.flag("--jsonl", "One {\"id\",\"text\"} object a line.").build())
            .addOption(model())
            .addOption(Options.json());
    CommandSpec explain =
        Options.command("explain", "Judges standard input and says why.")
            .addOption(channelOption())
            .addOption(model())
            .addOption(Options.json());
    return Options.command("guard", "Judges texts, and trains and measures what judges them.")
        .addSubcommand("check", check)
        .addSubcommand("explain", explain)
        .addSubcommand("eval", GuardEval.spec())
        .addSubcommand("train", GuardTrain.spec());
  }

  private static OptionSpec channelOption() {
    return Options.text("--channel", "CHANNEL", "user (default), data or output.").build();
  }

  /** The option that names a model of the operator's own. */
  static OptionSpec model() {
    return Options.text("--model", "FILE", "A model of moat guard train in place of the own.")
        .build();
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    ParseResult asked = parsed.subcommand();
    if (asked == null) {
      throw Failure.invalid(
          "guard: says not what to do; use moat guard check, explain, eval or train");
    }
    try {
      return switch (asked.commandSpec().name()) {
        case "train" -> GuardTrain.run(asked, terminal);
        case "eval" -> GuardEval.run(asked, terminal);
        case "explain" -> explain(asked, terminal);
        default -> check(asked, terminal);
      };
    } catch (IOException e) {
      throw Failure.broken("standard input: cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private static int check(ParseResult check, Terminal terminal) throws IOException {
    Guard guard = guard(check);
    Channel channel = channel(check);
    return check.matchedOptionValue("--jsonl", false)
        ? lines(guard, channel, terminal)
        : whole(guard, channel, terminal, Options.isJson(check));
  }

  /** A guard that tells all it finds, with the model that is asked for. */
  static Guard guard(ParseResult parsed) {
    GuardPolicy policy = GuardPolicy.defaults().noting();
    String file = parsed.matchedOptionValue("--model", "");
    if (file.isEmpty()) {
      return Guard.of(policy);
    }
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return Guard.of(policy, HeadModel.read(new BufferedInputStream(in), file));
    } catch (IOException e) {
      throw Failure.broken(file + ": cannot be read (" + e.getMessage() + "); correct --model", e);
    }
  }

  /** The channel that is asked for. */
  static Channel channel(ParseResult parsed) {
    String name = parsed.matchedOptionValue("--channel", "user");
    return switch (name) {
      case "user" -> Channel.USER;
      case "data" -> Channel.DATA;
      case "output" -> Channel.OUTPUT;
      default ->
          throw new Failure(
              new Problem.Invalid(
                  "--channel " + name + ": no such channel; use user, data or output",
                  "--channel"));
    };
  }

  private static String input(Terminal terminal) throws IOException {
    byte[] input = terminal.input().readNBytes(INPUT_BYTES_MAX + 1);
    if (input.length > INPUT_BYTES_MAX) {
      throw Failure.invalid("standard input: over 64 MiB; give smaller pieces");
    }
    return new String(input, StandardCharsets.UTF_8);
  }

  private static int explain(ParseResult parsed, Terminal terminal) throws IOException {
    String text = input(terminal);
    Explanation why = guard(parsed).explain(channel(parsed), text);
    if (Options.isJson(parsed)) {
      terminal.print(GuardJson.of(why));
    } else {
      terminal.print(GuardJson.forPeople(why, text));
    }
    return why.verdict() instanceof Verdict.Pass ? FINE : FOUND;
  }

  private static int whole(Guard guard, Channel channel, Terminal terminal, boolean json)
      throws IOException {
    Judged judged = judge(guard, channel, input(terminal));
    if (json) {
      terminal.print(judged.toJson());
    } else {
      terminal.print(judged.forPeople());
    }
    return judged.verdict() instanceof Verdict.Pass ? FINE : FOUND;
  }

  private static int lines(Guard guard, Channel channel, Terminal terminal) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(terminal.input(), StandardCharsets.UTF_8));
    int status = FINE;
    int number = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      JsonNode tree = Json.parse(line, "standard input line " + number);
      if (!tree.path("text").isString()) {
        throw Failure.invalid(
            "standard input line " + number + ": has no \"text\"; give {\"id\",\"text\"}");
      }
      Judged judged = judge(guard, channel, tree.path("text").stringValue());
      ObjectNode out = Json.object();
      out.set("id", tree.path("id"));
      out.setAll(judged.toJson());
      terminal.print(out);
      if (!(judged.verdict() instanceof Verdict.Pass)) {
        status = FOUND;
      }
    }
    return status;
  }

  private static Judged judge(Guard guard, Channel channel, String text) {
    long start = System.nanoTime();
    Verdict verdict = guard.judge(channel, text);
    return new Judged(verdict, (System.nanoTime() - start) / NANOS_PER_MICRO);
  }

  /** A verdict and how long it took. */
  private record Judged(Verdict verdict, long micros) {
    ObjectNode toJson() {
      return GuardJson.of(verdict).put("micros", micros);
    }

    String forPeople() {
      return GuardJson.forPeople(verdict);
    }
  }
}
