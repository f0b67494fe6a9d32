package dev.moat.wire;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.time.Duration;

/**
 * How one client treats the servers it calls.
 *
 * @param connectionsMax open connections to one address
 * @param waitingMax calls that wait for a connection
 * @param connectTimeout until a connection is there
 * @param headTimeout from the end of the request to the beginning of the answer
 * @param idleTimeout between two pieces of the answer; what counts as one, the sink says
 */
public record ClientSettings(
    int connectionsMax,
    int waitingMax,
    Duration connectTimeout,
    Duration headTimeout,
    Duration idleTimeout) {

  /** Checks that all are positive. */
  public ClientSettings {
    positive("connections-max", connectionsMax);
    positive("waiting-max", waitingMax);
    positive("connect-timeout", connectTimeout.toMillis());
    positive("head-timeout", headTimeout.toMillis());
    positive("idle-timeout", idleTimeout.toMillis());
  }

  /** What suits calls to language models, which think long before they begin. */
  public static ClientSettings defaults() {
    return new ClientSettings(
        256, 1024, Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofMinutes(1));
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new Failure(
          new Problem.Invalid(
              "client " + name + ": " + value + " is not positive; raise it", name));
    }
  }
}
