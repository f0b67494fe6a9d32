package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import dev.moat.trust.ApiKey;

/** The stage that finds the release that is asked for, among those that the key may use. */
final class ModelSelection implements Stage {
  private final ServedModels models;

  ModelSelection(ServedModels models) {
    this.models = models;
  }

  @Override
  public void enter(Exchange exchange) {
    exchange.served(require(exchange.key(), exchange.request().fields().model()));
    exchange.proceed();
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
