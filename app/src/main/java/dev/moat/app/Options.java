package dev.moat.app;

import dev.moat.core.Text;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Builds the options that commands share, without annotations. */
final class Options {
  private Options() {}

  static CommandSpec command(String name, String what) {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.usageMessage().description(what);
    spec.addOption(flag("--help", "Shows this help.").usageHelp(true).build());
    return spec;
  }

  static CommandSpec homeCommand(String name, String what) {
    return command(name, what).addOption(home()).addOption(json());
  }

  static OptionSpec home() {
    return text("--home", "DIR", "The home folder (default: $MOAT_HOME, else .moat beside moat).")
        .build();
  }

  static OptionSpec json() {
    return flag("--json", "Prints JSON for machines.").build();
  }

  static OptionSpec.Builder flag(String name, String what) {
    return OptionSpec.builder(name).type(boolean.class).description(what);
  }

  static OptionSpec.Builder text(String name, String label, String what) {
    return OptionSpec.builder(name).paramLabel(label).type(String.class).description(what);
  }

  static OptionSpec texts(String name, String label, String what) {
    return OptionSpec.builder(name)
        .paramLabel(label)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .description(what)
        .build();
  }

  static OptionSpec integer(String name, String label, String what) {
    return OptionSpec.builder(name).paramLabel(label).type(Integer.class).description(what).build();
  }

  static PositionalParamSpec argument(int index, String label, String what) {
    return PositionalParamSpec.builder()
        .index(Integer.toString(index))
        .arity("1")
        .required(true)
        .paramLabel(label)
        .type(String.class)
        .description(what)
        .build();
  }

  static String argument(ParseResult parsed, int index) {
    return parsed.matchedPositionalValue(index, "");
  }

  static boolean isJson(ParseResult parsed) {
    return parsed.matchedOptionValue("--json", false);
  }

  static Path home(ParseResult parsed, Terminal terminal) {
    String given = parsed.matchedOptionValue("--home", "");
    return given.isEmpty() ? terminal.standardHome() : Path.of(given).toAbsolutePath().normalize();
  }

  static String oneLine(String text) {
    return Text.shortened(text, 2_000);
  }
}
