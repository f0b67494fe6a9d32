package dev.moat.serve;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The stage that asks a shadow release too, where an experiment has one: after the caller's own
 * question is on its way, and without anyone waiting. A gateway executes no tool, so asking twice
 * changes nothing but the measurements; the tokens are nobody's but the operator's.
 */
final class ShadowTraffic implements Stage {
  /** Which release is asked, and for which experiment. */
  private record Asked(Experiment experiment, Served served) {}

  private final ServedModels models;
  private final KeyedDigest keyed;
  private final ExchangeLedger ledger;
  private final MeterRegistry meters;
  private final InstantSource clock;
  private final Map<String, AtomicInteger> open = new ConcurrentHashMap<>();

  ShadowTraffic(ServedModels models, KeyedDigest keyed, GatewayServices services) {
    this.models = models;
    this.keyed = keyed;
    this.ledger = services.ledger();
    this.meters = services.meters();
    this.clock = services.clock();
  }

  @Override
  public void enter(Exchange exchange) {
    exchange.proceed();
    if (exchange.opened().isRecorded() && !exchange.input().findings().blocked()) {
      models.trial(exchange.served().name()).ifPresent(trial -> shadow(exchange, trial));
    }
  }

  private void shadow(Exchange exchange, Trial trial) {
    Experiment experiment = trial.experiment();
    experiment
        .shadow()
        .filter(shadow -> keyed.point("shadow", experiment.name(), exchange.id()) < shadow.share())
        .ifPresent(
            shadow ->
                ask(shadow, exchange, new Asked(experiment, trial.release(shadow.release()))));
  }

  private void ask(Experiment.Shadow shadow, Exchange exchange, Asked asked) {
    String experiment = asked.experiment().name();
    AtomicInteger count = open.computeIfAbsent(experiment, _ -> new AtomicInteger());
    if (count.incrementAndGet() > shadow.exchangesMax()) {
      count.decrementAndGet();
      count(experiment, "dropped");
      return;
    }
    Optional<Runnable> use = models.use(asked.served());
    if (use.isEmpty()) { // it has just been replaced
      count.decrementAndGet();
      count(experiment, "dropped");
      return;
    }
    Served served = asked.served().of(exchange.key().project(), clock.instant());
    new ShadowAnswer(exchange, asked.experiment(), served, ledger)
        .begin(
            shadow.patience(),
            outcome -> {
              use.get().run();
              count.decrementAndGet();
              count(experiment, outcome);
            });
  }

  private void count(String experiment, String outcome) {
    meters.counter("moat.shadow", "experiment", experiment, "outcome", outcome).increment();
  }
}
