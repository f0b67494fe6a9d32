package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
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
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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
  private final Map<Digest, String> builtIn;

  /** Verifies receipts of the ledger in {@code directory}, which {@code key} signs. */
  public ReceiptVerifier(LedgerView ledger, Path directory, VerifyKey key, Admission admission) {
    this(ledger, directory, key, admission, Map.of());
  }

  /** Knows the models too that ship with the program, by the digests of their files. */
  public ReceiptVerifier(
      LedgerView ledger,
      Path directory,
      VerifyKey key,
      Admission admission,
      Map<Digest, String> builtIn) {
    this.ledger = ledger;
    this.directory = directory;
    this.key = key;
    this.admission = admission;
    this.builtIn = Map.copyOf(builtIn);
  }

  /** The chain from the answer whose receipt is the ledger index {@code receipt}. */
  public List<Link> verify(long receipt) {
    Chain chain = new Chain();
    Optional<Opened> opened = chain.prove("answer", receipt, () -> answer(receipt));
    chain.prove("ledger", key.name(), this::wholeLedger);
    opened.ifPresent(exchange -> behind(exchange, chain));
    return chain.links();
  }

  /**
   * What the ledger says of the guards of that exchange: {@code input}, {@code output} if known.
   */
  public JsonNode guards(long receipt) {
    LedgerEvent event = ledger.event(receipt);
    ObjectNode out = Json.object();
    if (event.type().equals(OPENED)) {
      out.set("input", event.body().path("input"));
      closing(receipt).ifPresent(closing -> out.set("output", closing.body().path("output")));
    }
    return out;
  }

  private void behind(Opened exchange, Chain chain) {
    Digest release = exchange.release();
    if (builtIn.containsKey(release)) {
      chain.note(
          "built-in model",
          release,
          "\"" + builtIn.get(release) + "\" ships with Moat; its files are checked at every load");
      chain.note("guard policy", exchange.policy(), "in force then");
    } else {
      chain.add(admission.verify(release));
      chain.prove("guard policy", exchange.policy(), () -> policy(exchange));
    }
    GuardRecord.link(chain, "input guard", exchange.input(), exchange.policy());
    GuardRecord.link(chain, "output guard", exchange.output(), exchange.policy());
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
    Optional<Closing> closing = closing(receipt);
    Opened opened =
        new Opened(
            fields.text("id"),
            fields.digest("release"),
            fields.digest("policy"),
            event.body().path("input"),
            closing.map(Closing::body).orElseGet(Json::object).path("output"));
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
            + closing
                .map(found -> closed(found, opened))
                .orElse("not closed: the answer was cut off or is still being given");
    return new Proved<>(opened, detail);
  }

  private Optional<Closing> closing(long receipt) {
    long end = Math.min(ledger.size(), receipt + 1 + CLOSING_SEARCHED_MAX);
    for (long index = receipt + 1; index < end; index++) {
      LedgerEvent event = ledger.event(index);
      if (event.type().equals(CLOSED) && closes(event, receipt)) {
        return Optional.of(new Closing(index, event.body()));
      }
    }
    return Optional.empty();
  }

  private static boolean closes(LedgerEvent event, long receipt) {
    JsonNode opened = event.body().path("opened");
    return opened.isIntegralNumber() && opened.longValue() == receipt;
  }

  private static String closed(Closing closing, Opened opened) {
    String where = "ledger entry " + closing.index();
    JsonFields fields = JsonFields.of(closing.body(), where);
    if (!fields.text("id").equals(opened.id())) {
      throw Evidence.broken(
          where,
          "it closes exchange " + fields.text("id") + ", not " + opened.id(),
          "report it: two exchanges were mixed up");
    }
    return "answer "
        + fields.digest("answer")
        + " closed in entry "
        + closing.index()
        + " with "
        + fields.text("finish");
  }

  /** What the opening of an exchange says of what answered. */
  private record Opened(
      String id, Digest release, Digest policy, JsonNode input, JsonNode output) {}

  private record Closing(long index, JsonNode body) {}
}
