package dev.moat.serve;

import java.util.concurrent.CompletionStage;
import tools.jackson.databind.JsonNode;

/** Where exchanges are recorded. */
@FunctionalInterface
public interface ExchangeLedger {
  /** Records an event without blocking; completes with its index once it is durable. */
  CompletionStage<Long> submit(String type, String actor, JsonNode body);
}
