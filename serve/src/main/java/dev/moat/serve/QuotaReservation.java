package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.serve.LimitSettings.Cap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The stage that sets aside the most that an exchange may use, before the model is asked. */
final class QuotaReservation implements Stage {
  /** How long a caller waits for one lease of a budget. */
  static final long LEASE_WAIT_MILLIS = 1_000;

  /** For how many leases it waits: others may be quicker to take what one brings. */
  static final int LEASES_MAX = 4;

  private final Quotas quotas;
  private final GatewayMetrics metrics;

  QuotaReservation(Quotas quotas, GatewayMetrics metrics) {
    this.quotas = quotas;
    this.metrics = metrics;
  }

  @Override
  public void enter(Exchange exchange) {
    reserve(exchange, PromptBound.ask(exchange), LEASES_MAX);
  }

  private void reserve(Exchange exchange, Ask ask, int leasesLeft) {
    switch (quotas.reserve(ask)) {
      case Quotas.Decision.Granted(Reservation reservation) -> begin(exchange, reservation);
      case Quotas.Decision.Refused(Objection objection) -> refuse(exchange, objection);
      case Quotas.Decision.Awaited awaited when leasesLeft > 0 ->
          await(exchange, ask, leasesLeft, awaited);
      case Quotas.Decision.Awaited awaited -> refuse(exchange, Objection.unleased(awaited.cap()));
    }
  }

  private void await(Exchange exchange, Ask ask, int leasesLeft, Quotas.Decision.Awaited awaited) {
    var _ =
        awaited
            .lease()
            .copy()
            .orTimeout(LEASE_WAIT_MILLIS, TimeUnit.MILLISECONDS)
            .handle(
                (_, error) -> {
                  Runnable next =
                      error == null
                          ? () -> again(exchange, ask, leasesLeft - 1)
                          : () -> unleased(exchange, awaited.cap(), error);
                  exchange.http().execute(next);
                  return next;
                });
  }

  private void begin(Exchange exchange, Reservation reservation) {
    exchange.reservation(reservation);
    ParsedRequest request = exchange.request();
    boolean counted = reservation.terms().answerTokens() > 0;
    if (counted && request.fields().names().containsAll(ModelCall.LENGTHS)) {
      throw new Failure(
          new Problem.Invalid(
              "max_tokens: stands beside max_completion_tokens; send one of them", "max_tokens"));
    }
    if (counted) {
      long each = reservation.terms().answerTokens() / exchange.call().answersWanted();
      ModelCall bounded = exchange.call().bounded((int) Math.max(1, each));
      exchange.judged(bounded, exchange.input());
    }
    exchange.proceed();
  }

  private void refuse(Exchange exchange, Objection objection) {
    metrics.limited(objection.cap());
    exchange.refuse(objection.refusal());
  }

  private void again(Exchange exchange, Ask ask, int leasesLeft) {
    if (!exchange.isOver()) { // if nobody waits any more, nothing must be reserved
      try {
        reserve(exchange, ask, leasesLeft);
      } catch (Failure failure) {
        exchange.refuse(Refusal.of(failure.problem()));
      }
    }
  }

  private void unleased(Exchange exchange, Cap cap, Throwable error) {
    if (error instanceof TimeoutException) {
      refuse(exchange, Objection.unleased(cap));
    } else {
      exchange.refuse(Refusal.unbooked());
    }
  }
}
