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
    Optional<Opened> opened = chain.prove("answer", receipt, () -> answer(receipt));
    chain.prove("ledger", key.name(), this::wholeLedger);
    opened.ifPresent(
        exchange -> {
          chain.add(admission.verify(exchange.release()));
          chain.prove("guard policy", exchange.policy(), () -> policy(exchange));
        });
    return chain.links();
  }

  private Proved<Boolean> policy(Opened exchange) {
    Optional<Digest> bound = admission.read(exchange.release()).policy();
    if (bound.isPresent() && !bound.get().equals(exchange.policy())) {
      throw Evidence.broken(
          "guard policy " + exchange.policy(),
          "the release demands " + bound.get(),
          "find out who changed the gateway's settings");
    }
    return new Proved<>(true, bound.isPresent() ? "as the release demands" : "in force then");
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

  private Proved<Opened> answer(long receipt) {
    LedgerEvent event = ledger.event(receipt);
    if (!event.type().equals(OPENED)) {
      throw new Failure(
          new Problem.Invalid(
              "receipt "
                  + receipt
                  + ": ledger entry of type "
                  + event.type()
                  + ", not an exchange; give the value of x-moat-receipt",
              "receipt"));
    }
    JsonFields fields = JsonFields.of(event.body(), "ledger entry " + receipt);
    Opened opened =
        new Opened(fields.text("id"), fields.digest("release"), fields.digest("policy"));
    String detail =
        "\""
            + fields.text("model")
            + "\" asked by "
            + event.actor()
            + " at "
            + event.time()
            + ", request "
            + fields.digest("request")
            + ", "
            + closing(receipt, opened);
    return new Proved<>(opened, detail);
  }

  private String closing(long receipt, Opened opened) {
    long end = Math.min(ledger.size(), receipt + 1 + CLOSING_SEARCHED_MAX);
    for (long index = receipt + 1; index < end; index++) {
      LedgerEvent event = ledger.event(index);
      if (event.type().equals(CLOSED) && closes(event, receipt)) {
        return closed(index, event, opened);
      }
    }
    return "not closed: the answer was cut off or is still being given";
  }

  private static boolean closes(LedgerEvent event, long receipt) {
    JsonNode opened = event.body().path("opened");
    return opened.isIntegralNumber() && opened.longValue() == receipt;
  }

  private static String closed(long index, LedgerEvent event, Opened opened) {
    JsonFields fields = JsonFields.of(event.body(), "ledger entry " + index);
    if (!fields.text("id").equals(opened.id())) {
      throw Evidence.broken(
          "ledger entry " + index,
          "it closes exchange " + fields.text("id") + ", not " + opened.id(),
          "report it: two exchanges were mixed up");
    }
    return "answer "
        + fields.digest("answer")
        + " closed in entry "
        + index
        + " with "
        + fields.text("finish");
  }

  /** What the opening of an exchange says of what answered. */
  private record Opened(String id, Digest release, Digest policy) {}
}
