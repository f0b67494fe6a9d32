package dev.moat.serve;

import dev.moat.serve.LimitSettings.Cap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is set aside for one exchange, and what of it is used; confined to the exchange's loop.
 *
 * <p>What the model says is counted as it comes, in two ways. For the cut: a piece is at least a
 * token, for the usual servers send each token by itself, and no token is longer than {@link
 * #TOKEN_BYTES_MAX}. An honest server is never over this count, one that ignores how long its
 * answer may be soon is. For the charge of an answer that nobody counted, because it was broken off
 * or the server does not count: a byte is at most a token, so that hanging up never is a discount.
 */
final class Reservation {
  /** Longer than the longest token of the vocabularies in use. */
  static final int TOKEN_BYTES_MAX = 128;

  /** What was taken of one account. */
  record Share(Account account, boolean metered, List<Budget> budgets) {
    Share {
      budgets = List.copyOf(budgets);
    }
  }

  /**
   * What was set aside.
   *
   * @param answerTokens zero if nothing counts them
   * @param shortened the limit that has less money left than the caller's answer may cost
   */
  record Terms(
      long promptTokens,
      long answerTokens,
      long cost,
      Optional<Price> price,
      Optional<Cap> shortened) {}

  private final Quotas quotas;
  private final Terms terms;
  private final List<Share> shares;
  private long pieces;
  private long bytes;
  private boolean settled;
  private boolean overrun;
  private OptionalLong charged = OptionalLong.empty();

  Reservation(Quotas quotas, Terms terms, List<Share> shares) {
    this.quotas = quotas;
    this.terms = terms;
    this.shares = List.copyOf(shares);
  }

  Terms terms() {
    return terms;
  }

  List<Share> shares() {
    return shares;
  }

  /** Counts what the model says; false if that is more than was set aside. */
  boolean covers(Piece piece) {
    long more = bytes(piece);
    pieces += more > 0 ? 1 : 0;
    bytes += more;
    return terms.answerTokens == 0
        || Math.max(pieces, Math.ceilDiv(bytes, TOKEN_BYTES_MAX)) <= terms.answerTokens;
  }

  /** Ends it: what was used is charged, the rest given back. Only the first time counts. */
  void settle(Usage usage) {
    if (settled) {
      return;
    }
    settled = true;
    long prompt = usage.exact() ? usage.promptTokens() : terms.promptTokens;
    long answer = usage.exact() ? usage.completionTokens() : uncounted();
    overrun =
        terms.answerTokens > 0 && (prompt > terms.promptTokens || answer > terms.answerTokens);
    long cost = terms.price.map(price -> price.cost(prompt, answer)).orElse(0L);
    charged = terms.price.isPresent() ? OptionalLong.of(cost) : OptionalLong.empty();
    quotas.settle(this, prompt + answer, cost);
  }

  /** Why a stream that ends for its length was not as long as the caller may have wanted. */
  Optional<Refusal> outOfMoney(FinishReason reason) {
    return reason == FinishReason.LENGTH
        ? terms.shortened.map(cap -> Objection.spent(cap).refusal())
        : Optional.empty();
  }

  /** Whether it took more than was set aside, by the server's own count. */
  boolean isOverrun() {
    return overrun;
  }

  /** Nano-dollars that were charged, once it is settled and if a price is known. */
  OptionalLong charged() {
    return charged;
  }

  /** Whether nothing has come from the model. */
  boolean isUnused() {
    return pieces == 0;
  }

  private long uncounted() {
    return terms.answerTokens == 0 ? bytes : Math.min(bytes, terms.answerTokens);
  }

  private static long bytes(Piece piece) {
    return switch (piece) {
      case Piece.Text(String text) -> bytes(text);
      case Piece.Reasoning(String text) -> bytes(text);
      case Piece.Declined(String text) -> bytes(text);
      case Piece.ToolCall(_, _, String name, String arguments) -> bytes(name) + bytes(arguments);
      case Piece.Data _ -> 0;
    };
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
