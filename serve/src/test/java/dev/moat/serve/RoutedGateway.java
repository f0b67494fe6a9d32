package dev.moat.serve;

import dev.moat.core.Settings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** A gateway over the backends of some settings, called a, b, c in the order of their addresses. */
final class RoutedGateway implements AutoCloseable {
  final TestGateway gateway = TestGateway.start();
  final Backends backends;

  /** The backends have {@code each} as further settings, the route has {@code route}. */
  RoutedGateway(String each, String route, String... bases) {
    StringBuilder yaml = new StringBuilder("backend:\n");
    List<String> names = new ArrayList<>();
    for (String base : bases) {
      String name = Character.toString('a' + names.size());
      names.add(name);
      yaml.append("  ").append(name).append(": {url: \"").append(base).append("\"");
      yaml.append(each).append("}\n");
    }
    yaml.append("route:\n  \"").append(TestGateway.MODEL).append("\": {");
    yaml.append(route.isEmpty() ? "backends: " + names : route).append("}\n");
    Settings settings =
        Settings.parse(yaml.toString().getBytes(StandardCharsets.UTF_8), "moat.yaml", Map.of());
    RoutingSettings routing = RoutingSettings.read(settings, Optional.empty(), Optional.empty());
    backends =
        new Backends(routing, gateway.wire, gateway.meters, new Locked(new SplittableRandom(1)));
    ModelBackend route1 =
        backends.serve(TestGateway.MODEL, routing.addresses(TestGateway.MODEL)).orElseThrow();
    gateway.models.replace(List.of(TestGateway.served(TestGateway.MODEL, route1)));
  }

  /** A generator for several threads. */
  private record Locked(SplittableRandom random) implements java.util.random.RandomGenerator {
    @Override
    public synchronized long nextLong() {
      return random.nextLong();
    }
  }

  TestGateway.Answer chat(String more) {
    return gateway.chat("hi", more);
  }

  /** How the last exchange was closed, by the ledger. */
  JsonNode closing() {
    JsonNode event = gateway.ledger.next();
    return event.path("type").asString().equals("exchange-closed") ? event : closing();
  }

  double open() {
    return gateway.meters.find("moat.backend.open").gauges().stream()
        .mapToDouble(gauge -> gauge.value())
        .sum();
  }

  double count(String meter, String... tags) {
    return gateway.meters.find(meter).tags(tags).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  String state(String name) {
    for (JsonNode backend : backends.states()) {
      if (backend.path("name").asString().equals(name)) {
        return backend.path("state").asString();
      }
    }
    throw new AssertionError("no backend " + name);
  }

  /** Waits until the condition holds. */
  static void await(String what, java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain: " + what);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }

  @Override
  public void close() {
    backends.close();
    gateway.close();
  }
}
