package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.wire.Client;
import dev.moat.wire.ClientSettings;
import dev.moat.wire.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * The servers behind the gateway: what they are called with, how they do, and the routes over them.
 *
 * <p>The client of each backend is bound to the address of that backend: no code that uses it can
 * call another, whatever a request says.
 */
public final class Backends implements AutoCloseable {
  private static final Duration CHECK_PATIENCE = Duration.ofSeconds(5);
  private static final int CHECKS_WAITING_MAX = 4;

  /** One backend with all that belongs to it. */
  private record Kept(
      BackendSettings settings, Client client, BackendState state, Client health, HealthCheck check)
      implements AutoCloseable {
    @Override
    public void close() {
      check.close();
      health.close();
      client.close();
    }
  }

  private final RoutingSettings settings;
  private final ThreadTimers timers = new ThreadTimers();
  private final RoutingTools tools;
  private final Map<String, Kept> all = new LinkedHashMap<>();

  /** Whoever made this, and each backend that it serves. */
  private final AtomicInteger users = new AtomicInteger(1);

  /** Gets ready to call; {@code random} must be safe for several threads. */
  public Backends(
      RoutingSettings settings, Wire wire, MeterRegistry meters, RandomGenerator random) {
    this.settings = settings;
    this.tools = new RoutingTools(System::nanoTime, random, timers, new BackendMetrics(meters));
    for (BackendSettings backend : settings.backends()) {
      Kept kept = kept(backend, wire);
      all.put(backend.name(), kept);
      tools.metrics().watch(kept.state());
      kept.check().start();
    }
  }

  /**
   * What answers for a release that binds these addresses; nothing if the settings do not name
   * exactly these for it: an address that the settings do not list is not called, and one that the
   * release does not bind is not served under its name.
   */
  public Optional<ModelBackend> serve(String model, List<String> addresses) {
    List<String> bound =
        addresses.stream()
            .map(address -> RoutingSettings.base(address).toString())
            .distinct()
            .sorted()
            .toList();
    if (!bound.equals(settings.addresses(model))) {
      return Optional.empty();
    }
    return settings
        .route(model)
        .map(
            route ->
                new RoutedBackend(
                    route,
                    targets(route.backends(), model),
                    targets(route.fallback(), model),
                    tools,
                    used()));
  }

  /** How each backend does, for people. */
  public JsonNode states() {
    ArrayNode list = Json.array();
    for (Kept kept : all.values()) {
      list.addObject()
          .put("name", kept.settings().name())
          .put("url", kept.settings().base().toString())
          .put("state", kept.state().condition().word())
          .put("open", kept.state().open());
    }
    return list;
  }

  /** Ends checks, timers and connections, once all that it serves is closed too. */
  @Override
  public void close() {
    left();
  }

  /** Counts one more who needs all this, until what this gives is run. */
  private Runnable used() {
    users.incrementAndGet();
    return this::left;
  }

  private void left() {
    if (users.decrementAndGet() == 0) {
      end();
    }
  }

  private void end() {
    timers.close();
    all.values().forEach(Kept::close);
    tools.metrics().close();
  }

  private List<RouteTarget> targets(List<String> names, String model) {
    List<RouteTarget> targets = new ArrayList<>();
    for (String name : names) {
      Kept kept = all.get(name);
      if (kept != null) {
        targets.add(new RouteTarget(kept.state(), speaking(kept, model)));
      }
    }
    return targets;
  }

  /** The one place that knows which languages there are. */
  private static ModelBackend speaking(Kept kept, String model) {
    BackendSettings settings = kept.settings();
    UpstreamSettings there =
        new UpstreamSettings(settings.base(), settings.token(), settings.model().orElse(model));
    return switch (settings.kind()) {
      case OPENAI -> new UpstreamBackend(kept.client(), there);
      case ANTHROPIC -> new AnthropicBackend(kept.client(), there);
    };
  }

  private Kept kept(BackendSettings backend, Wire wire) {
    BackendState state = new BackendState(backend, tools.nanos());
    List<URI> only = List.of(backend.base());
    Client health =
        wire.client(
            new ClientSettings(
                1, CHECKS_WAITING_MAX, CHECK_PATIENCE, CHECK_PATIENCE, CHECK_PATIENCE),
            only);
    return new Kept(
        backend,
        wire.client(backend.client(), only),
        state,
        health,
        new HealthCheck(health, backend, state, timers));
  }
}
