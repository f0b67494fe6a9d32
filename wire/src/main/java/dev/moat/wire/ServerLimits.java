package dev.moat.wire;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.time.Duration;

/**
 * What one server grants its callers at most.
 *
 * @param bodyBytesMax length of a request body
 * @param bodiesBytesMax memory for the bodies of all requests together
 * @param headBytesMax length of all header fields together, and of the request line
 * @param connectionsMax open connections; a further one takes the place of that which has waited
 *     longest without a request, or is closed at once if none waits
 * @param blockingMax blocking handlers at work at a time
 * @param headTimeout from opening a connection to the end of the first request's head
 * @param bodyTimeout from the head to the end of the body
 * @param idleTimeout between two requests of one connection
 * @param writeTimeout how long a caller may leave what was sent to it unread
 * @param exchangeTimeout from the end of the body to the end of the answer
 */
public record ServerLimits(
    int bodyBytesMax,
    long bodiesBytesMax,
    int headBytesMax,
    int connectionsMax,
    int blockingMax,
    Duration headTimeout,
    Duration bodyTimeout,
    Duration idleTimeout,
    Duration writeTimeout,
    Duration exchangeTimeout) {

  /** Checks that all are positive. */
  public ServerLimits {
    positive("body-bytes-max", bodyBytesMax);
    positive("bodies-bytes-max", bodiesBytesMax);
    positive("head-bytes-max", headBytesMax);
    positive("connections-max", connectionsMax);
    positive("blocking-max", blockingMax);
    positive("head-timeout", headTimeout.toMillis());
    positive("body-timeout", bodyTimeout.toMillis());
    positive("idle-timeout", idleTimeout.toMillis());
    positive("write-timeout", writeTimeout.toMillis());
    positive("exchange-timeout", exchangeTimeout.toMillis());
  }

  /**
   * What suits a gateway before language models. A body takes several times its length on its way:
   * as text, judged in several views, and forwarded; so all of them get an eighth of the heap.
   */
  public static ServerLimits defaults() {
    return new ServerLimits(
        8 << 20,
        Math.max(8 << 20, Runtime.getRuntime().maxMemory() / 8),
        16 << 10,
        10_000,
        64,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(75),
        Duration.ofSeconds(30),
        Duration.ofMinutes(15));
  }

  /** The same with another limit of one body, and room for at least one such. */
  public ServerLimits withBodyBytesMax(int bytes) {
    return new ServerLimits(
        bytes,
        Math.max(bytes, bodiesBytesMax),
        headBytesMax,
        connectionsMax,
        blockingMax,
        headTimeout,
        bodyTimeout,
        idleTimeout,
        writeTimeout,
        exchangeTimeout);
  }

  /** The same with other room for all bodies; one body alone must fit. */
  public ServerLimits withBodiesBytesMax(long bytes) {
    if (bytes < bodyBytesMax) {
      throw new Failure(
          new Problem.Invalid(
              "server bodies-bytes-max: "
                  + bytes
                  + " is less than the "
                  + bodyBytesMax
                  + " of one body; raise it",
              "bodies-bytes-max"));
    }
    return new ServerLimits(
        bodyBytesMax,
        bytes,
        headBytesMax,
        connectionsMax,
        blockingMax,
        headTimeout,
        bodyTimeout,
        idleTimeout,
        writeTimeout,
        exchangeTimeout);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new Failure(
          new Problem.Invalid(
              "server " + name + ": " + value + " is not positive; raise it", name));
    }
  }
}
