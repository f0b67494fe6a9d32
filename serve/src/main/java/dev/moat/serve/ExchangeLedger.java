package dev.moat.serve;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.JsonNode;

/** Where exchanges are recorded. */
@FunctionalInterface
public interface ExchangeLedger {
  /** Records an event without blocking; completes with its index once it is durable. */
  CompletionStage<Long> submit(String type, String actor, JsonNode body);

  /** The same, where an event that is refused at once completes with the failure too. */
  default CompletionStage<Long> attempt(String type, String actor, JsonNode body) {
    try {
      return submit(type, actor, body);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }
}
