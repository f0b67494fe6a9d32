package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.serve.LimitSettings.Cap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Looks once at all accounts that bound one exchange, and takes from all or from none. The caller
 * holds all their locks.
 */
final class QuotaCheck {
  private static final List<LimitKind> MONEY = List.of(LimitKind.DAY, LimitKind.MONTH);

  /** An answer that money must shorten further than this is not worth to begin. */
  private static final int ANSWER_TOKENS_LEAST = 64;

  private final Quotas quotas;
  private final Leases leases;
  private final Instant now;
  private final List<Account> accounts;
  private final Ask ask;
  private final Optional<Price> price;
  private long answerTokens;
  private @Nullable Objection objection;
  private @Nullable Cap shortened;
  private @Nullable Cap awaited;
  private CompletableFuture<Void> lease = new CompletableFuture<>();

  QuotaCheck(Quotas quotas, Leases leases, Instant now, List<Account> accounts, Ask ask) {
    this.quotas = quotas;
    this.leases = leases;
    this.now = now;
    this.accounts = accounts;
    this.ask = ask;
    LimitSettings settings = quotas.settings();
    this.price = settings.price(ask.model());
    this.answerTokens = ask.answerTokens() > 0 ? ask.answerTokens() : settings.answerTokensMax();
    accounts.forEach(account -> account.caps(settings.caps(account.subject())));
  }

  /** What is in the way of a request whose body has not been read. */
  Optional<Objection> preview() {
    accounts.forEach(this::look);
    return Optional.ofNullable(objection);
  }

  Quotas.Decision decide() {
    for (Account account : accounts) {
      look(account);
      lookAtTokens(account);
    }
    if (objection == null) {
      accounts.forEach(this::lookAtMoney);
    }
    if (objection != null) {
      return new Quotas.Decision.Refused(objection);
    }
    if (awaited != null) {
      return new Quotas.Decision.Awaited(awaited, lease);
    }
    return new Quotas.Decision.Granted(take());
  }

  private void look(Account account) {
    account
        .cap(LimitKind.BODY)
        .filter(cap -> ask.bodyBytes() > cap.value())
        .ifPresent(cap -> object(Objection.body(cap, ask.bodyBytes())));
    account
        .cap(LimitKind.CONCURRENT)
        .filter(cap -> account.open() >= cap.value())
        .ifPresent(cap -> object(Objection.concurrent(cap)));
    account.cap(LimitKind.REQUESTS).ifPresent(cap -> fit(cap, account.requests(), 1));
  }

  private void lookAtTokens(Account account) {
    account
        .cap(LimitKind.PROMPT)
        .filter(cap -> ask.promptTokens() > cap.value())
        .ifPresent(cap -> object(Objection.prompt(cap, ask.promptTokens())));
    long most = ask.promptTokensMax() + answerTokens;
    Optional<Cap> rate = account.cap(LimitKind.TOKENS);
    if (rate.isPresent() && most > rate.get().value()) {
      object(Objection.neverFits(rate.get(), most));
    } else {
      rate.ifPresent(cap -> fit(cap, account.tokens(), most));
    }
  }

  private void fit(Cap cap, RateMeter meter, long amount) {
    long millis = meter.millisUntil(amount, cap.value(), now.toEpochMilli());
    if (millis > 0) {
      object(Objection.rate(cap, millis));
    }
  }

  private void lookAtMoney(Account account) {
    for (LimitKind kind : MONEY) {
      Optional<Cap> cap = account.cap(kind);
      if (cap.isPresent()) {
        pay(account, cap.get());
      }
    }
  }

  private void pay(Account account, Cap cap) {
    Price known = price.orElseThrow(() -> unpriced(ask.model()));
    Budget budget = budget(account, cap.kind());
    long need = known.cost(ask.promptTokensMax(), answerTokens);
    long room = budget.room(cap.value());
    if (room >= need) {
      return;
    }
    if (budget.mayGrow(now.toEpochMilli())) {
      awaited = cap;
      lease = budget.want(need);
      leases.start(account, budget);
      return;
    }
    if (budget.unspent(cap.value()) >= need) {
      object(Objection.held(cap));
      return;
    }
    long affordable = known.answerTokens(ask.promptTokensMax(), Math.min(room, need));
    if (ask.answerTokens() == 0 && affordable >= ANSWER_TOKENS_LEAST) {
      answerTokens = affordable;
      shortened = cap;
    } else {
      object(Objection.spent(cap));
    }
  }

  private Reservation take() {
    long millis = now.toEpochMilli();
    boolean counted = false;
    List<Reservation.Share> shares = new ArrayList<>();
    long tokens = ask.promptTokensMax() + answerTokens;
    long cost = price.map(known -> known.cost(ask.promptTokensMax(), answerTokens)).orElse(0L);
    for (Account account : accounts) {
      account.enter();
      account
          .cap(LimitKind.REQUESTS)
          .ifPresent(cap -> account.requests().add(1, cap.value(), millis));
      Optional<Cap> rate = account.cap(LimitKind.TOKENS);
      rate.ifPresent(cap -> account.tokens().add(tokens, cap.value(), millis));
      List<Budget> budgets = new ArrayList<>();
      for (LimitKind kind : MONEY) {
        if (account.cap(kind).isPresent()) {
          Budget budget = budget(account, kind);
          budget.reserve(cost);
          leases.start(account, budget);
          budgets.add(budget);
        }
      }
      counted |= rate.isPresent() || !budgets.isEmpty();
      shares.add(new Reservation.Share(account, rate.isPresent(), budgets));
    }
    Reservation.Terms terms =
        new Reservation.Terms(
            ask.promptTokensMax(),
            counted ? answerTokens : 0,
            cost,
            price,
            Optional.ofNullable(shortened));
    return new Reservation(quotas, terms, shares);
  }

  private Budget budget(Account account, LimitKind kind) {
    List<Budget> ended = new ArrayList<>();
    Budget budget = account.budget(kind, now, ended);
    ended.forEach(old -> leases.start(account, old));
    return budget;
  }

  private void object(Objection next) {
    objection = objection == null ? next : Objection.graver(objection, next);
  }

  private static Failure unpriced(String model) {
    return new Failure(
        new Problem.Broken(
            "gateway: money is limited and model " + model + " has no price; tell the operator"));
  }
}
