package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Span;
import dev.moat.guard.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code moat guard check}: judges what comes on standard input. */
final class GuardCommand implements Command {
  private static final int INPUT_BYTES_MAX = 64 << 20;
  private static final int NANOS_PER_MICRO = 1_000;

  @Override
  public CommandSpec spec() {
    CommandSpec check =
        Options.command("check", "Judges standard input: exit 0 if all passes, 1 if not.")
            .addOption(
                Options.text("--channel", "CHANNEL", "user (default), data or output.").build())
            .addOption(Options.flag("--jsonl", "One {\"id\",\"text\"} object a line.").build())
            .addOption(Options.json());
    return Options.command("guard", "Judges texts.").addSubcommand("check", check);
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    if (parsed.subcommand() == null) {
      throw Failure.invalid("guard: says not what to do; use moat guard check");
    }
    ParseResult check = parsed.subcommand();
    Channel channel = channel(check.matchedOptionValue("--channel", "user"));
    Guard guard = Guard.of(GuardPolicy.defaults());
    try {
      return check.matchedOptionValue("--jsonl", false)
          ? lines(guard, channel, terminal)
          : whole(guard, channel, terminal, Options.isJson(check));
    } catch (IOException e) {
      throw Failure.broken("standard input: cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private static Channel channel(String name) {
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

  private static int whole(Guard guard, Channel channel, Terminal terminal, boolean json)
      throws IOException {
    byte[] input = terminal.input().readNBytes(INPUT_BYTES_MAX + 1);
    if (input.length > INPUT_BYTES_MAX) {
      throw Failure.invalid("standard input: over 64 MiB; give smaller pieces");
    }
    Judged judged = judge(guard, channel, new String(input, StandardCharsets.UTF_8));
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
    private String rule() {
      return switch (verdict) {
        case Verdict.Pass _, Verdict.Redact _ -> "";
        case Verdict.Flag flag -> flag.rule();
        case Verdict.Block block -> block.rule();
      };
    }

    private List<Span> spans() {
      return verdict.spans();
    }

    ObjectNode toJson() {
      ObjectNode out = Json.object().put("verdict", verdict.word());
      out.putObject("scores").put("injection", verdict.score());
      if (!rule().isEmpty()) {
        out.put("rule", rule());
      }
      spans()
          .forEach(
              span ->
                  out.withArray("spans")
                      .addObject()
                      .put("type", span.type())
                      .put("start", span.start())
                      .put("end", span.end()));
      if (spans().isEmpty()) {
        out.putArray("spans");
      }
      return out.put("micros", micros);
    }

    String forPeople() {
      StringBuilder out = new StringBuilder(verdict.word());
      if (!rule().isEmpty()) {
        out.append(String.format(Locale.ROOT, "  %s (score %.2f)", rule(), verdict.score()));
      }
      spans().forEach(span -> out.append("\n  ").append(span.type()).append(place(span)));
      return out.toString();
    }

    private static String place(Span span) {
      return " at " + span.start() + " to " + span.end();
    }
  }
}
