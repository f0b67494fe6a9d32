package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Settings;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code moat warm-up}: goes once through what a start does, in a home that it throws away, so that
 * the build can record an ahead-of-time cache (JEP 483, JEP 515).
 */
final class WarmUpCommand implements Command {
  @Override
  public CommandSpec spec() {
    CommandSpec spec = Options.command("warm-up", "Used by the build to make starts faster.");
    spec.usageMessage().hidden(true);
    return spec;
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    Path folder = temporary();
    try {
      Path file = folder.resolve("pipeline.yaml");
      Files.writeString(file, pipeline(terminal.root().resolve("models/base")));
      Settings settings = Settings.standard().with("gateway", "port", "0");
      Up.Order order = new Up.Order(folder.resolve("home"), settings, file, List.of());
      Guard.of(GuardPolicy.defaults()).judge(Channel.USER, "warm up");
      for (int start = 0; start < 2; start++) {
        try (Up up = new Up(order, terminal)) {
          up.start();
          ask(up.address());
        }
      }
      return FINE;
    } catch (IOException e) {
      throw Failure.broken(folder + ": cannot be used (" + e.getMessage() + ")", e);
    } finally {
      delete(folder);
    }
  }

  private static String pipeline(Path model) {
    return """
        pipeline: warm-up
        steps:
          base: {uses: registry/model, with: {path: "%s"}}
          scan: {uses: registry/scan, in: {subject: base}}
          release:
            uses: registry/base-release
            in: {base: base, base-scan: scan}
            with: {name: base}
        """
        .formatted(model);
  }

  private static void ask(String address) throws IOException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/readyz")).build();
      client.send(request, HttpResponse.BodyHandlers.discarding());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.broken("warm-up: interrupted", e);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("moat-warm-up");
    } catch (IOException e) {
      throw Failure.broken("temporary folder: cannot be made (" + e.getMessage() + ")", e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw Failure.broken(folder + ": cannot be deleted (" + e.getMessage() + ")", e);
    }
  }
}
