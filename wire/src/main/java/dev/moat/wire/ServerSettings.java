package dev.moat.wire;

import dev.moat.core.Failure;
import dev.moat.core.Problem;

/**
 * Where one server listens, and what it grants.
 *
 * @param host the address to bind; the loopback address keeps other machines out
 * @param port the port to bind; 0 takes any free one
 */
public record ServerSettings(String host, int port, ServerLimits limits) {
  private static final int PORT_MAX = 65_535;

  /** Checks that the port is one. */
  public ServerSettings {
    if (port < 0 || port > PORT_MAX) {
      throw new Failure(
          new Problem.Invalid(
              "server port: " + port + " is not of 0 to 65535; choose one there", "port"));
    }
  }

  /** A server that only this machine can reach. */
  public static ServerSettings loopback(int port) {
    return new ServerSettings("127.0.0.1", port, ServerLimits.defaults());
  }

  /** The same server with other limits. */
  public ServerSettings with(ServerLimits other) {
    return new ServerSettings(host, port, other);
  }
}
