package dev.moat.app;

import dev.moat.core.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code moat up}: runs the main job, then serves until it is told to stop. */
final class UpCommand implements Command {
  private static final String EXAMPLE = "examples/code-assistant/pipeline.yaml";

  @Override
  public CommandSpec spec() {
    return Options.homeCommand("up", "Goes from your files to a served model, and serves it.")
        .addOption(Options.integer("--port", "PORT", "The port (default 8080; 0 is any)."))
        .addOption(Options.text("--host", "ADDRESS", "The address to bind.").build())
        .addOption(
            Options.texts(
                "--source",
                "PATH",
                "A folder or git repository (default: as last time, else this repository)."))
        .addOption(Options.text("--upstream", "URL", "Serves the models of this service.").build())
        .addOption(
            Options.text("--pipeline", "FILE", "Another pipeline than the example.").build());
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    Path home = Options.home(parsed, terminal);
    Settings settings = Installation.settings(home, terminal.environment());
    Optional<Integer> port = Optional.ofNullable(parsed.matchedOptionValue("--port", null));
    Optional<String> host = Optional.ofNullable(parsed.matchedOptionValue("--host", null));
    Optional<String> upstream = Optional.ofNullable(parsed.matchedOptionValue("--upstream", null));
    if (port.isPresent()) {
      settings = settings.with("gateway", "port", Integer.toString(port.get()));
    }
    if (host.isPresent()) {
      settings = settings.with("gateway", "host", host.get());
    }
    if (upstream.isPresent()) {
      settings = settings.with("upstream", "url", upstream.get());
    }
    String pipeline = parsed.matchedOptionValue("--pipeline", "");
    Up.Order order =
        new Up.Order(
            home,
            settings,
            pipeline.isEmpty() ? terminal.root().resolve(EXAMPLE) : Path.of(pipeline),
            parsed.matchedOptionValue("--source", List.<String>of()).stream()
                .map(source -> Path.of(source).toAbsolutePath().normalize())
                .toList(),
            Options.isJson(parsed));
    return serve(new Up(order, terminal));
  }

  /** What is under way when the process is told to end gets its time. */
  private static int serve(Up up) {
    try (Stopping stopping = Stopping.inOrder();
        up) {
      stopping.act(up::stop);
      int status = up.start();
      if (status == FINE) {
        up.await();
      }
      return status;
    }
  }
}
