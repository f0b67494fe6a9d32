package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The stage that bounds how many exchanges are open. It comes before the body is read, so that it
 * bounds the memory for bodies too. Whoever started the exchange gives its place back.
 */
final class Admission implements Stage {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final AtomicInteger active;
  private final int exchangesMax;

  Admission(AtomicInteger active, int exchangesMax) {
    this.active = active;
    this.exchangesMax = exchangesMax;
  }

  @Override
  public void enter(Exchange exchange) {
    if (active.get() > exchangesMax) {
      throw new Failure(
          new Problem.Busy(
              "gateway: " + exchangesMax + " questions are being answered; try again", RETRY));
    }
    exchange.proceed();
  }
}
