package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Secret;
import dev.moat.core.Settings;
import dev.moat.core.Text;
import java.net.URI;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which servers there are behind the gateway, and which of them answer for which release. What is
 * not here is not called.
 */
public final class RoutingSettings {
  /** The backend that {@code upstream.url} is, beside those with a name of their own. */
  private static final String UPSTREAM = "upstream";

  private final Map<String, BackendSettings> backends;
  private final Map<String, RouteSettings> routes;

  private RoutingSettings(
      Map<String, BackendSettings> backends, Map<String, RouteSettings> routes) {
    this.backends = backends;
    this.routes = routes;
  }

  /** Reads the groups {@code backend} and {@code route}; {@code upstream} is one backend more. */
  public static RoutingSettings read(
      Settings settings, Optional<String> upstream, Optional<Secret> token) {
    Map<String, BackendSettings> backends =
        new LinkedHashMap<>(settings.named("backend", BackendSettings::read));
    if (upstream.isPresent()) {
      if (backends.containsKey(UPSTREAM)) {
        throw new Failure(
            new Problem.Invalid(
                "backend.upstream: upstream.url is called so; rename it", "backend.upstream"));
      }
      URI base = UpstreamSettings.base(upstream.get(), "upstream.url");
      backends.put(UPSTREAM, BackendSettings.upstream(base, token));
    }
    Set<String> known = backends.keySet();
    Map<String, RouteSettings> routes =
        settings.named(
            "route",
            section -> {
              RouteSettings route = RouteSettings.read(section);
              requireKnown(section, "backends", route.backends(), known);
              requireKnown(section, "fallback", route.fallback(), known);
              requireOnce(section, route);
              return route;
            });
    return new RoutingSettings(backends, routes);
  }

  /** The address that a text means, with the path that is usual. */
  public static URI base(String address) {
    return UpstreamSettings.base(address, UPSTREAM);
  }

  /** The releases that the settings give backends to, in the order of the file. */
  public List<String> models() {
    return routes.entrySet().stream()
        .filter(route -> !route.getValue().backends().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The addresses of all backends that may answer for the release; none if there are none. */
  public List<String> addresses(String model) {
    return route(model).stream()
        .flatMap(route -> Stream.concat(route.backends().stream(), route.fallback().stream()))
        .map(name -> backend(name).base().toString())
        .distinct()
        .sorted()
        .toList();
  }

  /** All backends. */
  Collection<BackendSettings> backends() {
    return backends.values();
  }

  /** The route of the release, if any backend answers for it. */
  Optional<RouteSettings> route(String model) {
    RouteSettings said = routes.getOrDefault(model, RouteSettings.standard());
    if (!said.backends().isEmpty()) {
      return Optional.of(said);
    }
    return backends.containsKey(UPSTREAM) ? Optional.of(said.over(UPSTREAM)) : Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RoutingSettings settings
        && backends.equals(settings.backends)
        && routes.equals(settings.routes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(backends, routes);
  }

  private BackendSettings backend(String name) {
    BackendSettings found = backends.get(name);
    if (found == null) {
      throw new IllegalStateException("backend " + name + " was not read");
    }
    return found;
  }

  private static void requireKnown(
      Settings.Section section, String key, List<String> names, Set<String> known) {
    for (String name : names) {
      if (!known.contains(name)) {
        String remedy =
            Text.nearest(name, known)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse("describe it in a section backend." + Text.shortened(name, 60));
        throw RouteSettings.invalid(
            section, key, "no backend \"" + Text.shortened(name, 60) + "\"; " + remedy);
      }
    }
  }

  private static void requireOnce(Settings.Section section, RouteSettings route) {
    if (route.backends().isEmpty() && !route.fallback().isEmpty()) {
      throw RouteSettings.invalid(section, "fallback", "there are no backends before; name some");
    }
    Set<String> seen = new HashSet<>();
    Stream.concat(route.backends().stream(), route.fallback().stream())
        .forEach(
            name -> {
              if (!seen.add(name)) {
                throw RouteSettings.invalid(
                    section, "backends", "\"" + name + "\" stands there twice; name it once");
              }
            });
  }
}
