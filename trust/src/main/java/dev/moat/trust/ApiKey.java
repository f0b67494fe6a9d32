package dev.moat.trust;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of an API key, but not its secret: whose it is, which models it may use ({@code *}
 * is all), and how long.
 */
public record ApiKey(
    String id,
    String name,
    String prefix,
    Principal principal,
    Set<String> models,
    Optional<Instant> expires,
    Optional<Instant> revoked,
    Instant created) {
  /** Stands for every model in the scope of a key. */
  public static final String ALL_MODELS = "*";

  /** Copies the scope in. */
  public ApiKey {
    models = Set.copyOf(models);
  }

  /** Whether the key may be used for that model. */
  public boolean permits(String model) {
    return models.contains(ALL_MODELS) || models.contains(model);
  }

  /** Whether the key is good at that time. */
  public boolean isLive(Instant now) {
    return revoked.isEmpty() && expires.map(now::isBefore).orElse(true);
  }

  ApiKey revokedAt(Instant time) {
    return new ApiKey(id, name, prefix, principal, models, expires, Optional.of(time), created);
  }
}
