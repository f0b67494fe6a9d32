package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes exchanges to the ledger: that one was opened, before anything of it leaves, and how it was
 * closed, before the caller can take its answer for complete. Texts never go there.
 */
final class ExchangeRecord implements Stage {
  private static final Logger LOG = System.getLogger(ExchangeRecord.class.getName());
  private static final String OPENED = "exchange-opened";
  private static final String CLOSED = "exchange-closed";

  /** What the ledger knows of an exchange that was opened. */
  record Opened(long index, String actor) {}

  /** How an exchange was closed. */
  record Closing(String finish, Digest answer, GuardReport output, Usage usage, Times times) {}

  /** When the first part of an answer came, if any did, and when all was over, from the start. */
  record Times(OptionalLong firstMillis, long millis) {
    static Times none() {
      return new Times(OptionalLong.empty(), 0);
    }

    void describe(ObjectNode body) {
      body.put("millis", millis);
      firstMillis.ifPresent(first -> body.put("first-millis", first));
    }
  }

  private final ExchangeLedger ledger;

  ExchangeRecord(ExchangeLedger ledger) {
    this.ledger = ledger;
  }

  @Override
  public void enter(Exchange exchange) {
    String actor = exchange.key().principal().name();
    submit(OPENED, actor, opening(exchange))
        .whenComplete(
            (index, error) ->
                exchange
                    .http()
                    .execute(
                        () -> {
                          if (error != null) {
                            LOG.log(Level.ERROR, "the ledger refuses an exchange: " + error, error);
                            exchange.refuse(Refusal.unrecorded());
                          } else {
                            exchange.opened(new Opened(index, actor));
                            opened(exchange);
                          }
                        }));
  }

  /** Records the closing; {@code then} gets the entry's index, or -1 if it cannot be recorded. */
  void close(Exchange exchange, Closing closing, LongConsumer then) {
    exchange.closing(closing);
    Opened opened = exchange.opened();
    ObjectNode body = Json.object().put("opened", opened.index()).put("id", exchange.id());
    body.put("answer", closing.answer().hex());
    body.set("output", closing.output().json(exchange.served().policy()));
    body.set("usage", closing.usage().json().put("exact", closing.usage().exact()));
    exchange.reservation().charged().ifPresent(cost -> body.put("cost", cost));
    body.put("finish", closing.finish());
    closing.times().describe(body);
    submit(CLOSED, opened.actor(), body)
        .whenComplete(
            (index, error) -> {
              if (error != null) {
                LOG.log(Level.ERROR, "the ledger refuses a closing: " + error, error);
              }
              long found = error == null ? index : -1;
              exchange.http().execute(() -> then.accept(found));
            });
  }

  private void opened(Exchange exchange) {
    if (!exchange.isOver()) {
      exchange.proceed();
      return;
    }
    GuardReport none = GuardReport.none();
    close(
        exchange,
        new Closing("cancelled", Digest.of(""), none, Usage.none(), Times.none()),
        _ -> {});
  }

  private CompletionStage<Long> submit(String type, String actor, ObjectNode body) {
    try {
      return ledger.submit(type, actor, body);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private static ObjectNode opening(Exchange exchange) {
    Served served = exchange.served();
    ObjectNode body = Json.object().put("id", exchange.id());
    body.put("principal", exchange.key().principal().id()).put("key", exchange.key().id());
    body.put("endpoint", exchange.endpoint().path());
    body.put("model", served.name()).put("release", served.release().hex());
    body.put("request", exchange.request().digest().hex());
    body.set("input", exchange.input().json(served.policy()));
    exchange.assignment().ifPresent(assignment -> assignment.describe(body));
    exchange
        .cacheUse()
        .ifPresent(use -> use.source().ifPresent(receipt -> body.put("cached", receipt)));
    return body.put("policy", served.guard().policyDigest().hex());
  }
}
