package dev.moat.trust;

import dev.moat.core.Network;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Scopes that tests give to keys. */
final class Scopes {
  private Scopes() {}

  static Scope models(String... models) {
    return models(Optional.empty(), models);
  }

  static Scope until(Instant end) {
    return models(Optional.of(end), Scope.ALL);
  }

  static Scope models(Optional<Instant> end, String... models) {
    Set<String> all = Set.of(Scope.ALL);
    return new Scope(Set.of(models), all, all, Set.of(), end);
  }

  /** One that narrows everything. */
  static Scope narrow(Instant end) {
    return new Scope(
        Set.of("model-a", "model-b"),
        Set.of("/v1/chat/completions", "/v1/models"),
        Set.of("search", "fetch"),
        Set.of(Network.parse("10.0.0.0/8"), Network.parse("2001:db8::/32")),
        Optional.of(end));
  }
}
