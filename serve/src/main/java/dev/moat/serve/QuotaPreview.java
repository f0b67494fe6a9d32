package dev.moat.serve;

import dev.moat.wire.ServerExchange;
import java.util.List;
import java.util.OptionalLong;

/**
 * The stage that turns callers away who are over their limits before their body is read; from here
 * on every answer says what is left of them. It takes nothing: {@link QuotaReservation} does.
 */
final class QuotaPreview implements Stage {
  private final Quotas quotas;
  private final GatewayMetrics metrics;

  QuotaPreview(Quotas quotas, GatewayMetrics metrics) {
    this.quotas = quotas;
    this.metrics = metrics;
  }

  @Override
  public void enter(Exchange exchange) {
    ServerExchange http = exchange.http();
    List<Subject> subjects = Subject.of(exchange.key());
    exchange.limits(() -> quotas.headers(subjects(exchange)));
    quotas
        .preview(subjects, declared(http).orElse(0))
        .ifPresentOrElse(
            objection -> {
              metrics.limited(objection.cap());
              exchange.refuse(objection.refusal());
            },
            exchange::proceed);
  }

  /** With the model among them as soon as it is known. */
  private static List<Subject> subjects(Exchange exchange) {
    return exchange
        .found()
        .map(served -> Subject.of(exchange.key(), served.name()))
        .orElseGet(() -> Subject.of(exchange.key()));
  }

  /** A length that is not a plain number is for the reader of the body to refuse. */
  private static OptionalLong declared(ServerExchange http) {
    String length = http.request().headers().first("content-length").orElse("");
    try {
      return OptionalLong.of(Long.parseLong(length));
    } catch (NumberFormatException _) {
      return OptionalLong.empty();
    }
  }
}
