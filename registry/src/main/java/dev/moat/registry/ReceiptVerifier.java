package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.eval.JsonFields;
import dev.moat.registry.Chain.Proved;
import dev.moat.trust.LedgerEvent;
import dev.moat.trust.LedgerReport;
import dev.moat.trust.LedgerVerifier;
import dev.moat.trust.LedgerView;
import dev.moat.trust.VerifyKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Proves what is behind one answer: the whole ledger, the two events of the exchange, and the chain
 * of the release that answered.
 */
public final class ReceiptVerifier {
  /** The type of the event that is durable before the first byte of an answer leaves. */
  public static final String OPENED = "exchange-opened";

  /** The type of the event that is durable before the last byte of an answer leaves. */
  public static final String CLOSED = "exchange-closed";

  private static final long CLOSING_SEARCHED_MAX = 100_000;

  private final LedgerView ledger;
  private final Path directory;
  private final VerifyKey key;
  private final Admission admission;

  /** Verifies receipts of the ledger in {@code directory}, which {@code key} signs. */
  public ReceiptVerifier(LedgerView ledger, Path directory, VerifyKey key, Admission admission) {
    this.ledger = ledger;
    this.directory = directory;
    this.key = key;
    this.admission = admission;
  }

  /** The chain from the answer whose receipt is the ledger index {@code receipt}. */
  public List<Link> verify(long receipt) {
    Chain chain = new Chain();
    Optional<Digest> release = chain.prove("answer", receipt, () -> answer(receipt));
    chain.prove("ledger", key.name(), this::wholeLedger);
    release.ifPresent(digest -> chain.add(admission.verify(digest)));
    return chain.links();
  }

  private Proved<Boolean> wholeLedger() {
    LedgerReport report =
        LedgerVerifier.verify(directory, key.text(), Optional.of(ledger.checkpoint()));
    if (!report.holds()) {
      throw new Failure(
          new Problem.Tampered(
              "ledger " + report.faults().getFirst() + "; restore it from a backup", "ledger"));
    }
    long events = report.size() + report.journalled();
    return new Proved<>(true, events + " events, every hash recomputed, checkpoint signed");
  }

  private Proved<Digest> answer(long receipt) {
    LedgerEvent opened = ledger.event(receipt);
    if (!opened.type().equals(OPENED)) {
      throw new Failure(
          new Problem.Invalid(
              "receipt "
                  + receipt
                  + ": ledger entry of type "
                  + opened.type()
                  + ", not an exchange; give the value of x-moat-receipt",
              "receipt"));
    }
    JsonNode release = opened.body().path("release");
    Digest digest = JsonFields.of(release, "receipt " + receipt + " release").digest("digest");
    String detail =
        "opened "
            + opened.time()
            + " for "
            + opened.actor()
            + ", request "
            + opened.body().path("request").asString("unknown")
            + ", "
            + closing(receipt);
    return new Proved<>(digest, detail);
  }

  private String closing(long receipt) {
    long end = Math.min(ledger.size(), receipt + 1 + CLOSING_SEARCHED_MAX);
    for (long index = receipt + 1; index < end; index++) {
      LedgerEvent event = ledger.event(index);
      JsonNode opened = event.body().path("opened");
      if (event.type().equals(CLOSED)
          && opened.isIntegralNumber()
          && opened.longValue() == receipt) {
        return "closed "
            + event.time()
            + " by entry "
            + index
            + ", answer "
            + event.body().path("answer").asString("unknown");
      }
    }
    return "not closed: the answer was cut off or is still being given";
  }
}
