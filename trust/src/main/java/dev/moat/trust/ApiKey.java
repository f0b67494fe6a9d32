package dev.moat.trust;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is known of an API key, but not its secret: whose it is, what it may be used for, and how
 * long.
 */
public record ApiKey(
    String id,
    String name,
    String prefix,
    Principal principal,
    Project project,
    Scope scope,
    Life life) {
  /**
   * The times of one key.
   *
   * @param retires when it makes room for the key that replaces it
   * @param revoked when it was ended by hand
   */
  public record Life(Instant created, Optional<Instant> retires, Optional<Instant> revoked) {
    /** The life of a key that nobody has ended yet. */
    public static Life from(Instant created) {
      return new Life(created, Optional.empty(), Optional.empty());
    }
  }

  /** Whose data this key may see: those of its principal in its project. */
  public String tenant() {
    return project + "/" + principal.id();
  }

  /** Whether the key may be used for that model. */
  public boolean permits(String model) {
    return scope.permitsModel(model);
  }

  /** Whether the key is good at that time. */
  public boolean isLive(Instant now) {
    return life.revoked().isEmpty()
        && isBefore(now, scope.expires())
        && isBefore(now, life.retires());
  }

  /** When the key ends of itself. */
  public Optional<Instant> end() {
    return Stream.of(scope.expires(), life.retires())
        .flatMap(Optional::stream)
        .min(Instant::compareTo);
  }

  ApiKey revokedAt(Instant time) {
    return with(new Life(life.created(), life.retires(), Optional.of(time)));
  }

  /** The same key, ending at that time if it does not end earlier. */
  ApiKey retiredAt(Instant time) {
    return with(
        isBefore(time, life.retires())
            ? new Life(life.created(), Optional.of(time), life.revoked())
            : life);
  }

  private ApiKey with(Life other) {
    return new ApiKey(id, name, prefix, principal, project, scope, other);
  }

  private static boolean isBefore(Instant time, Optional<Instant> end) {
    return end.isEmpty() || time.isBefore(end.get());
  }
}
