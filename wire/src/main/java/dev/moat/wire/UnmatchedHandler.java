package dev.moat.wire;

/** What answers requests that no route takes, on an event loop. */
@FunctionalInterface
public interface UnmatchedHandler {
  /** Takes the exchange and the refusal (404, or 405 with {@code allow}) that would be sent. */
  void handle(ServerExchange exchange, Response refusal);
}
