package dev.moat.serve;

import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;

/** The last stage: asks the model and relays its answer. */
final class Forwarding implements Stage {
  private final Relay.Tools tools;
  private final InstantSource clock;
  private final AnswerIds ids;
  private final Observation observation;

  Forwarding(Relay.Tools tools, InstantSource clock, AnswerIds ids, Observation observation) {
    this.tools = tools;
    this.clock = clock;
    this.ids = ids;
    this.observation = observation;
  }

  @Override
  public void enter(Exchange exchange) {
    Served served = exchange.served();
    Instant now = clock.instant();
    ExchangeRecord.Opened opened = exchange.opened();
    AnswerHead head =
        new AnswerHead(
            exchange.endpoint(),
            opened.isRecorded()
                ? ids.make(now, opened.index(), exchange.key().principal())
                : ids.unrecorded(exchange.id()),
            now.getEpochSecond(),
            served.name(),
            served.release(),
            opened.isRecorded() ? OptionalLong.of(opened.index()) : OptionalLong.empty(),
            exchange.cacheUse().map(CacheUse::word).orElse(""));
    Relay relay = new Relay(exchange, tools, head, exchange.startNanos());
    exchange.relay(relay);
    exchange.answerId(head.answerId());
    if (!exchange.input().findings().blocked()) {
      observation.asking(exchange);
    }
    ModelBackend model = served.backend();
    relay.start(
        exchange.cacheUse().map(use -> use.backend(model)).orElse(model),
        exchange.call().traced(exchange.traceParent()).of(exchange.key().tenant()));
  }
}
