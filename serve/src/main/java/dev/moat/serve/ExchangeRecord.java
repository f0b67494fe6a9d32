package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.serve.UnrecordedExchanges.Missing;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes exchanges to the ledger: that one was opened, before anything of it leaves, and how it was
 * closed, before the caller can take its answer for complete. Texts never go there.
 */
final class ExchangeRecord implements Stage {
  private static final Logger LOG = System.getLogger(ExchangeRecord.class.getName());
  private static final String OPENED = "exchange-opened";
  private static final String CLOSED = "exchange-closed";

  /** Says, on answers without a whole record, that they have none. */
  static final String RECORDED = "x-moat-recorded";

  private static final long NOWHERE = -1;

  /** What the ledger knows of an exchange that was opened. */
  record Opened(long index, String actor) {
    /** An exchange that goes on although the ledger could not be written. */
    static Opened unrecorded(String actor) {
      return new Opened(NOWHERE, actor);
    }

    boolean isRecorded() {
      return index != NOWHERE;
    }
  }

  /** Told whether an answer may go to its caller as complete. */
  interface Closed {
    void closed(boolean complete);
  }

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
  private final GatewaySettings.LedgerFailure onFailure;
  private final UnrecordedExchanges unrecorded;

  ExchangeRecord(
      ExchangeLedger ledger,
      GatewaySettings.LedgerFailure onFailure,
      UnrecordedExchanges unrecorded) {
    this.ledger = ledger;
    this.onFailure = onFailure;
    this.unrecorded = unrecorded;
  }

  @Override
  public void enter(Exchange exchange) {
    String actor = exchange.key().principal().name();
    ledger
        .attempt(OPENED, actor, opening(exchange))
        .whenComplete(
            (index, error) ->
                exchange
                    .http()
                    .execute(
                        () -> {
                          if (error == null) {
                            exchange.opened(new Opened(index, actor));
                            unrecorded.settle();
                            opened(exchange);
                          } else if (goesOn(exchange, Missing.EXCHANGE, error)) {
                            exchange.opened(Opened.unrecorded(actor));
                            opened(exchange);
                          } else {
                            LOG.log(Level.ERROR, "the ledger refuses an exchange: " + error, error);
                            exchange.refuse(Refusal.unrecorded());
                          }
                        }));
  }

  /** Counts and marks what goes on without a record, if it may. */
  private boolean goesOn(Exchange exchange, Missing missing, Throwable error) {
    boolean may =
        onFailure == GatewaySettings.LedgerFailure.SERVE && UnrecordedExchanges.isOutage(error);
    if (may) {
      unrecorded.add(missing, error);
      exchange.unrecorded();
    }
    return may;
  }

  /** Records the closing of an exchange whose opening is recorded. */
  void close(Exchange exchange, Closing closing, Closed then) {
    exchange.closing(closing);
    Opened opened = exchange.opened();
    if (!opened.isRecorded()) {
      exchange.http().execute(() -> then.closed(true));
      return;
    }
    ObjectNode body = Json.object().put("opened", opened.index()).put("id", exchange.id());
    body.put("answer", closing.answer().hex());
    ObjectNode output = closing.output().json(exchange.served().policy());
    exchange.pseudonyms().ifPresent(names -> names.describeAnswer(output));
    body.set("output", output);
    body.set("usage", closing.usage().json().put("exact", closing.usage().exact()));
    exchange.reservation().charged().ifPresent(cost -> body.put("cost", cost));
    body.put("finish", closing.finish());
    closing.times().describe(body);
    ledger
        .attempt(CLOSED, opened.actor(), body)
        .whenComplete(
            (_, error) ->
                exchange
                    .http()
                    .execute(
                        () -> {
                          boolean complete =
                              error == null || goesOn(exchange, Missing.CLOSING, error);
                          if (!complete) {
                            LOG.log(Level.ERROR, "the ledger refuses a closing: " + error, error);
                          }
                          then.closed(complete);
                        }));
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

  private static ObjectNode opening(Exchange exchange) {
    Served served = exchange.served();
    ObjectNode body = Json.object().put("id", exchange.id());
    body.put("principal", exchange.key().principal().id()).put("key", exchange.key().id());
    body.put("endpoint", exchange.endpoint().path());
    body.put("model", served.name()).put("release", served.release().hex());
    body.put("request", exchange.request().digest().hex());
    ObjectNode input = exchange.input().json(served.policy());
    exchange.pseudonyms().ifPresent(names -> names.describeQuestion(input));
    body.set("input", input);
    exchange.assignment().ifPresent(assignment -> assignment.describe(body));
    exchange
        .cacheUse()
        .ifPresent(use -> use.source().ifPresent(receipt -> body.put("cached", receipt)));
    return body.put("policy", served.policy().named().digest().hex());
  }
}
