package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Settings;
import dev.moat.flow.Pipeline;
import dev.moat.flow.RunOutcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The main job: pipeline, first logins, gateway. */
final class Up implements AutoCloseable {
  private static final String SOURCES_STEP = "documents";

  /**
   * What is to be brought up.
   *
   * @param sources folders and repositories instead of those of the last start or of the pipeline
   * @param json whether a machine reads what is announced
   */
  record Order(Path home, Settings settings, Path pipeline, List<Path> sources, boolean json) {
    Order {
      sources = List.copyOf(sources);
    }
  }

  private final Order order;
  private final Terminal terminal;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable Installation installation;
  private volatile @Nullable Serving serving;

  Up(Order order, Terminal terminal) {
    this.order = order;
    this.terminal = terminal;
  }

  /** Brings it up; returns with the exit status as soon as it serves, or cannot. */
  int start() {
    Installation on = Installation.open(order.home(), order.settings());
    installation = on;
    requireFreePort(on.settings.listen());
    int status = outside(on.settings) ? OutsideReleases.admit(on, terminal) : pipeline(on);
    if (status != Command.FINE) {
      if (on.registry.names().isEmpty()) {
        terminal.error("nothing to serve, for the reason above; mend it and run moat up again");
        return status;
      }
      terminal.error(
          "pipeline: not done, for the reason above; what is served was made by an earlier run");
    }
    Optional<JsonNode> admin = firstUser(on);
    Optional<JsonNode> key = firstKey(on);
    Serving begun = Serving.start(on);
    serving = begun;
    new NextStart(order.home()).serves(begun.runsEngine());
    announce(begun, admin, key);
    return Command.FINE;
  }

  /** Waits until {@link #stop} is called. */
  void await() {
    try {
      stopped.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the waiting, and cancels the pipeline if it still runs. */
  void stop() {
    Installation on = installation;
    if (on != null) {
      on.flow.cancel();
    }
    stopped.countDown();
  }

  /** The address that is served. */
  String address() {
    Serving begun = serving;
    if (begun == null) {
      throw new IllegalStateException("not served yet");
    }
    return begun.address();
  }

  @Override
  public void close() {
    Serving begun = serving;
    if (begun != null) {
      begun.close();
    }
    Installation on = installation;
    if (on != null) {
      on.close();
    }
  }

  /** Tells a port that is taken now, and not after minutes of work. */
  private static void requireFreePort(AppSettings.Listen listen) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(listen.host(), listen.port()));
    } catch (IOException e) {
      throw Failure.broken(
          "address "
              + listen.host()
              + " port "
              + listen.port()
              + ": cannot be bound ("
              + e.getMessage()
              + "); stop what holds it, or choose another with --port or --host",
          e);
    }
  }

  private int pipeline(Installation on) {
    new NextStart(order.home()).needsEngine();
    Pipeline pipeline = RunCommand.pipeline(order.pipeline());
    List<String> told = order.sources().stream().map(Path::toString).toList();
    List<String> sources = new LastSources(order.home()).orThese(told);
    if (!sources.isEmpty()) {
      ArrayNode list = Json.array();
      sources.forEach(list::add);
      pipeline = pipeline.with(SOURCES_STEP, "sources", list);
      terminal.note("sources  " + String.join(", ", sources));
    }
    RunOutcome outcome = RunCommand.run(on, pipeline, terminal);
    return RunCommand.status(outcome);
  }

  private static boolean outside(AppSettings settings) {
    return settings.upstream().url().isPresent() || !settings.routing().models().isEmpty();
  }

  private static Optional<JsonNode> firstUser(Installation on) {
    return on.users.list().isEmpty()
        ? Optional.of(new LocalAdministration(on, "owner").createUser("admin", "ADMIN"))
        : Optional.empty();
  }

  private static Optional<JsonNode> firstKey(Installation on) {
    return on.apiKeys.list().isEmpty()
        ? Optional.of(
            new LocalAdministration(on, "owner").createKey(KeyOrder.everything("first-client")))
        : Optional.empty();
  }

  private void announce(Serving begun, Optional<JsonNode> admin, Optional<JsonNode> key) {
    List<String> names = begun.names();
    if (names.isEmpty()) {
      throw new Failure(
          new Problem.Missing(
              "release: none can be served; see moat status for the reason", "release"));
    }
    if (order.json()) {
      ObjectNode out = Json.object().put("address", begun.address());
      names.forEach(out.putArray("releases")::add);
      admin.ifPresent(user -> out.set("login", user));
      key.ifPresent(made -> out.set("key", made));
      terminal.print(out);
    } else {
      forPeople(begun.address(), names, admin, key);
    }
  }

  private void forPeople(
      String address, List<String> names, Optional<JsonNode> admin, Optional<JsonNode> key) {
    terminal.print("");
    terminal.print("serving  " + address + "  (stop with Ctrl-C)");
    terminal.print("release  " + String.join(", ", names));
    admin.ifPresent(
        user ->
            terminal.print(
                "login    admin / " + user.path("password").asString() + "  (shown once)"));
    Optional<String> secret = key.map(made -> made.path("secret").asString());
    terminal.print(
        "key      "
            + secret
                .map(text -> text + "  (shown once)")
                .orElse("export MOAT_KEY, the key of the first start or of: moat key create NAME"));
    terminal.print("");
    terminal.print(curl(address, names.getFirst(), secret.orElse("$MOAT_KEY")));
    terminal.print("");
  }

  private static String curl(String address, String model, String secret) {
    JsonNode body =
        Json.object()
            .put("model", model)
            .put("prompt", "/** Returns the number of")
            .put("max_tokens", 80)
            .put("temperature", 0.2)
            .put("stream", true);
    return "curl -iN "
        + address
        + "/v1/completions -H \"Authorization: Bearer "
        + secret
        + "\" -H 'Content-Type: application/json' -d '"
        + Json.text(body)
        + "'";
  }
}
