package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import dev.moat.trust.ApiKey;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The stage that finds the release that is asked for, among those that the key may use; where an
 * experiment is over it, the release of an arm.
 */
final class ModelSelection implements Stage {
  private final ServedModels models;
  private final ExperimentChoice experiments;
  private final GatewayMetrics metrics;
  private final InstantSource clock;

  ModelSelection(
      ServedModels models,
      ExperimentChoice experiments,
      GatewayMetrics metrics,
      InstantSource clock) {
    this.models = models;
    this.experiments = experiments;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public void enter(Exchange exchange) {
    ExperimentChoice.Choice choice = choose(exchange);
    Optional<Runnable> use = models.use(choice.served());
    while (use.isEmpty()) {
      Thread.onSpinWait(); // replaced between the two lines above: what is found now is newer
      choice = choose(exchange);
      use = models.use(choice.served());
    }
    exchange.atEnd(use.get());
    requireAnswers(choice.served(), exchange.endpoint());
    exchange.served(choice.served().of(exchange.key().project(), clock.instant()));
    choice.assignment().ifPresent(assignment -> assigned(exchange, assignment));
    exchange.proceed();
  }

  private static void requireAnswers(Served served, Endpoint endpoint) {
    if (!served.backend().answers(endpoint)) {
      throw new Failure(
          new Problem.Invalid(
              "model \""
                  + served.name()
                  + "\": does not answer "
                  + endpoint.path()
                  + "; use another model or endpoint",
              "model"));
    }
  }

  private void assigned(Exchange exchange, Assignment assignment) {
    metrics.assigned(assignment);
    exchange.assigned(assignment);
  }

  private ExperimentChoice.Choice choose(Exchange exchange) {
    Served asked = require(exchange.key(), exchange.request().fields().model());
    return experiments.choose(exchange, asked);
  }

  /** The release; one that the key may not use looks like one that is not there. */
  Served require(ApiKey key, String name) {
    return models
        .find(name)
        .filter(model -> key.permits(model.name()))
        .orElseThrow(
            () ->
                new Failure(
                    new Problem.Missing(
                        "model \""
                            + Text.shortened(name, 100)
                            + "\": does not exist or is not for this key; list /v1/models",
                        "model")));
  }
}
