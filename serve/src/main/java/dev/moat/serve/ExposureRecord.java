package dev.moat.serve;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.moat.core.Digest;
import dev.moat.core.Json;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import tools.jackson.databind.node.ObjectNode;

/**
 * The stage that writes down that a unit has met an arm: once, before the model is asked.
 *
 * <p>What was written is remembered in memory, up to a bound. So after a restart, or where more
 * units than that are about, it may be written again: of several exposures of one unit to one arm
 * the first counts.
 */
final class ExposureRecord implements Stage {
  private static final Logger LOG = System.getLogger(ExposureRecord.class.getName());
  private static final String EXPOSED = "experiment-exposed";

  /** About 10 MB. */
  static final int EXPOSURES_MAX = 100_000;

  private final ExchangeLedger ledger;
  private final Cache<Digest, Boolean> written;

  ExposureRecord(ExchangeLedger ledger, int exposuresMax) {
    this.ledger = ledger;
    this.written = Caffeine.newBuilder().maximumSize(exposuresMax).executor(Runnable::run).build();
  }

  @Override
  public void enter(Exchange exchange) {
    if (exchange.opened().isRecorded() && !exchange.input().findings().blocked()) {
      exchange.assignment().ifPresent(assignment -> expose(exchange, assignment));
    }
    exchange.proceed();
  }

  private void expose(Exchange exchange, Assignment assignment) {
    Digest exposure =
        new Digest.Hasher()
            .field(assignment.experiment().name())
            .field(assignment.place().release())
            .field(assignment.unit().hex())
            .digest();
    if (written.asMap().putIfAbsent(exposure, true) != null) {
      return;
    }
    ObjectNode body = assignment.describe(Json.object());
    body.put("model", exchange.served().name()).put("release", exchange.served().release().hex());
    body.put("opened", exchange.opened().index());
    ledger
        .attempt(EXPOSED, exchange.opened().actor(), body)
        .whenComplete(
            (_, error) -> {
              if (error != null) {
                LOG.log(Level.ERROR, "the ledger refuses an exposure: " + error, error);
                written.invalidate(exposure);
              }
            });
  }
}
