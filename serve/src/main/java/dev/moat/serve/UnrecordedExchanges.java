package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The gap that a ledger which cannot be written leaves: counted while it grows, told to the
 * operator, and recorded itself as one event as soon as the ledger takes one again.
 */
final class UnrecordedExchanges {
  static final String EVENT = "exchanges-unrecorded";

  private static final Logger LOG = System.getLogger(UnrecordedExchanges.class.getName());
  private static final Duration LOG_PAUSE = Duration.ofMinutes(1);

  /** What of an exchange is missing in the ledger. */
  enum Missing {
    /** All of it. */
    EXCHANGE("exchange"),
    /** How it was closed. */
    CLOSING("closing");

    private final String word;

    Missing(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  private record Gap(long exchanges, long closings, Instant from, Instant to) {
    static Gap of(Missing missing, Instant now) {
      return missing == Missing.EXCHANGE ? new Gap(1, 0, now, now) : new Gap(0, 1, now, now);
    }

    /** The same together with a later one. */
    Gap with(Gap later) {
      return new Gap(exchanges + later.exchanges, closings + later.closings, from, later.to);
    }

    ObjectNode json() {
      return Json.object()
          .put("exchanges", exchanges)
          .put("closings", closings)
          .put("from", from.toString())
          .put("to", to.toString());
    }
  }

  private final ExchangeLedger ledger;
  private final GatewayMetrics metrics;
  private final InstantSource clock;
  private volatile boolean alarm;
  private @Nullable Gap gap;
  private boolean recording;
  private @Nullable Instant logged;

  UnrecordedExchanges(ExchangeLedger ledger, GatewayMetrics metrics, InstantSource clock) {
    this.ledger = ledger;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Whether this failure is the ledger's own, such as a full disk. An event that it refuses for
   * what the event is must not get past it: a caller could bring that about.
   */
  static boolean isOutage(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    return cause instanceof Failure failure && failure.problem() instanceof Problem.Broken;
  }

  /** Whether the gap is not recorded yet. */
  boolean alarm() {
    return alarm;
  }

  /** Counts what goes on without a record. */
  void add(Missing missing, Throwable error) {
    metrics.unrecorded(missing.word());
    if (grow(missing, clock.instant())) {
      LOG.log(
          Level.ERROR,
          "exchanges go on unrecorded, as gateway.ledger-failure says: "
              + error.getMessage()
              + "; set it to stop if they must not",
          error);
    }
  }

  /** Whether it is time to tell of it. */
  private synchronized boolean grow(Missing missing, Instant now) {
    Gap one = Gap.of(missing, now);
    gap = gap == null ? one : gap.with(one);
    alarm = true;
    boolean due = logged == null || !now.isBefore(logged.plus(LOG_PAUSE));
    if (due) {
      logged = now;
    }
    return due;
  }

  /** Tries to record the gap, if there is one; call it when the ledger may take events again. */
  void settle() {
    if (!alarm) {
      return;
    }
    Gap trying;
    synchronized (this) {
      if (gap == null || recording) {
        return;
      }
      trying = gap;
      recording = true;
      gap = null;
    }
    ledger
        .attempt(EVENT, "gateway", trying.json())
        .whenComplete(
            (_, error) -> {
              if (settled(trying, error == null)) {
                LOG.log(Level.INFO, "exchanges are recorded again, and the gap is: " + trying);
              }
            });
  }

  /** Whether nothing is left to record. */
  private synchronized boolean settled(Gap tried, boolean recorded) {
    recording = false;
    if (!recorded) {
      gap = gap == null ? tried : tried.with(gap);
    } else if (gap == null) {
      alarm = false;
    }
    return !alarm;
  }
}
