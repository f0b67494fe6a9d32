package dev.moat.app;

import dev.moat.core.Json;
import dev.moat.core.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code moat config}: the settings in force, or the reference of all of them. */
final class ConfigCommand implements Command {
  @Override
  public CommandSpec spec() {
    return Options.homeCommand("config", "Prints the settings in force; secrets show as ***.")
        .addOption(Options.flag("--reference", "Prints the reference of all settings.").build());
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    if (parsed.matchedOptionValue("--reference", false)) {
      terminal.print(reference());
      return FINE;
    }
    Settings settings =
        Installation.settings(Options.home(parsed, terminal), terminal.environment());
    AppSettings.read(settings);
    if (Options.isJson(parsed)) {
      terminal.print(
          Json.parseYaml(settings.effective().getBytes(StandardCharsets.UTF_8), "settings"));
    } else {
      terminal.print(settings.effective().stripTrailing());
    }
    return FINE;
  }

  /** The text of {@code docs/config.md}. */
  static String reference() {
    Settings settings = Settings.standard();
    AppSettings.read(settings);
    StringBuilder out =
        new StringBuilder(
            """
            # Settings

            Settings stand in `moat.yaml` in the home folder, as sections of `key: value` lines.
            An unknown key is refused. A secret may be written as `env:NAME`: it is then taken from
            the environment. `moat config` prints what is in force. This page is made by
            `moat config --reference`.
            """);
    String section = "";
    List<Settings.Key> keys = settings.reference();
    for (Settings.Key key : keys) {
      if (!key.section().equals(section)) {
        section = key.section();
        out.append("\n## ").append(section);
        out.append("\n\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n");
      }
      out.append("| `").append(key.name()).append("` | ").append(key.type()).append(" | ");
      out.append(key.standard().isEmpty() ? "" : "`" + key.standard() + "`");
      out.append(" | ").append(key.meaning()).append(" |\n");
    }
    return out.toString().stripTrailing();
  }
}
