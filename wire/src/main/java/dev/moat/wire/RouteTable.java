package dev.moat.wire;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The routes of one server, ready for look-up. */
final class RouteTable {
  /** What a look-up finds. */
  sealed interface Match {
    record Found(Handler handler, Map<String, String> parameters) implements Match {}

    /** Nobody; {@code allowed} are the methods that the path does have. */
    record Nobody(List<String> allowed, Optional<UnmatchedHandler> instead) implements Match {}
  }

  private final Map<String, Map<String, Route>> literal = new HashMap<>();
  private final List<Route> patterns = new ArrayList<>();
  private final List<Route.Unmatched> unmatched;

  RouteTable(List<Route> routes, List<Route.Unmatched> unmatched) {
    this.unmatched = List.copyOf(unmatched);
    for (Route route : routes) {
      if (!route.path().literal()) {
        patterns.add(route);
      } else if (literal
              .computeIfAbsent(route.path().text(), _ -> new HashMap<>())
              .put(route.method(), route)
          != null) {
        throw new IllegalArgumentException(
            "route " + route.method() + " " + route.path().text() + " is there twice");
      }
    }
  }

  Match find(String method, String path) {
    String wanted = method.equals("HEAD") ? "GET" : method;
    Map<String, Route> byMethod = literal.getOrDefault(path, Map.of());
    Route exact = byMethod.get(wanted);
    if (exact != null) {
      return new Match.Found(exact.handler(), Map.of());
    }
    TreeSet<String> allowed = new TreeSet<>(byMethod.keySet());
    for (Route route : patterns) {
      Optional<Map<String, String>> named = route.path().match(path);
      if (named.isPresent() && route.method().equals(wanted)) {
        return new Match.Found(route.handler(), named.get());
      }
      named.ifPresent(_ -> allowed.add(route.method()));
    }
    return new Match.Nobody(List.copyOf(allowed), instead(path));
  }

  private Optional<UnmatchedHandler> instead(String path) {
    return unmatched.stream()
        .filter(one -> one.covers(path))
        .map(Route.Unmatched::handler)
        .findFirst();
  }
}
