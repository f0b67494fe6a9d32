package dev.moat.serve;

import java.time.InstantSource;

/** The last stage: asks the model and relays its answer. */
final class Forwarding implements Stage {
  private final Relay.Tools tools;
  private final InstantSource clock;

  Forwarding(Relay.Tools tools, InstantSource clock) {
    this.tools = tools;
    this.clock = clock;
  }

  @Override
  public void enter(Exchange exchange) {
    Served served = exchange.served();
    AnswerHead head =
        new AnswerHead(
            exchange.endpoint(),
            exchange.id(),
            clock.instant().getEpochSecond(),
            served.name(),
            served.release(),
            exchange.opened().index());
    Relay relay = new Relay(exchange, tools, head, exchange.startNanos());
    exchange.relay(relay);
    relay.start(served.backend(), exchange.call());
  }
}
