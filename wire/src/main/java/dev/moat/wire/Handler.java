package dev.moat.wire;

/** What answers requests on an event loop: it must return at once and never block. */
@FunctionalInterface
public interface Handler {
  /** Takes the request whose head has arrived; a {@code Failure} thrown becomes its answer. */
  void handle(ServerExchange exchange);
}
