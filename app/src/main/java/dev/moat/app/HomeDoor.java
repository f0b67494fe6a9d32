package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** Opens a home for one administrative act: directly, or through the server that holds it. */
final class HomeDoor {
  private HomeDoor() {}

  static <T> T with(Path home, Terminal terminal, Function<Administration, T> act) {
    if (!Files.isDirectory(home)) {
      throw new Failure(
          new Problem.Missing(
              home + ": no such home; start one with moat up, or name it with --home", "home"));
    }
    Optional<RunningServer> server = RunningServer.find(home);
    try (Installation installation = open(home, terminal)) {
      return act.apply(new LocalAdministration(installation, "owner"));
    } catch (Failure failure) {
      if (failure.problem() instanceof Problem.Busy && server.isPresent()) {
        return act.apply(new RemoteAdministration(server.get()));
      }
      throw failure;
    }
  }

  private static Installation open(Path home, Terminal terminal) {
    return Installation.open(home, Installation.settings(home, terminal.environment()));
  }
}
