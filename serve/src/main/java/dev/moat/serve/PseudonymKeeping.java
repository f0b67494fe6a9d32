package dev.moat.serve;

import dev.moat.core.Failure;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;

/**
 * The stage that keeps what the names in a question stand for, before the question leaves: a
 * question whose values could not be given back is refused.
 */
final class PseudonymKeeping implements Stage, AutoCloseable {
  private static final Logger LOG = System.getLogger(PseudonymKeeping.class.getName());
  private static final int THREADS = 2;
  private static final int WAITING_MAX = 1_024;

  private final Optional<PseudonymVault> vault;
  private final WorkPool pool = new WorkPool(THREADS, WAITING_MAX);

  /** Keeps names in {@code vault}; without one, none are made. */
  PseudonymKeeping(Optional<PseudonymVault> vault) {
    this.vault = vault;
  }

  /** Begins the names of a question; where no text can come back, there are none. */
  Optional<Pseudonyms> open(Exchange exchange) {
    return exchange.endpoint() == Endpoint.EMBEDDING
        ? Optional.empty()
        : vault.map(open -> open.open(() -> ConversationScope.of(exchange)));
  }

  @Override
  public void enter(Exchange exchange) {
    Optional<Pseudonyms> used = exchange.pseudonyms().filter(Pseudonyms::used);
    if (used.isEmpty() || vault.isEmpty() || exchange.input().findings().blocked()) {
      exchange.proceed();
      return;
    }
    pool.compute(
        Integer.MAX_VALUE,
        exchange.http(),
        () -> kept(vault.get(), used.get()),
        kept ->
            kept.ifPresentOrElse(
                known -> {
                  used.get().known(known);
                  exchange.proceed();
                },
                () -> exchange.refuse(Refusal.unkept())));
  }

  private static Optional<Map<String, String>> kept(PseudonymVault vault, Pseudonyms names) {
    try {
      return Optional.of(vault.keep(names));
    } catch (Failure failure) {
      LOG.log(Level.ERROR, "the vault of pseudonyms fails: " + failure.getMessage(), failure);
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
