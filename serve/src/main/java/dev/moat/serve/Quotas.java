package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.serve.LimitSettings.Cap;
import dev.moat.store.Database;
import dev.moat.store.Migration;
import dev.moat.wire.Headers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Who may use how much: limits in force, and what is used of them.
 *
 * <p>An exchange reserves the most it may use before the model is asked, from all limits that bound
 * it or from none: their accounts are locked in a fixed order, looked at, and only then changed. It
 * settles when it ends. Both only read and write memory, so that an event loop may do them; money
 * comes from leases (see {@link Budget}), and only who finds none waits for the database.
 */
public final class Quotas implements AutoCloseable {
  /** How many accounts there may be; idle ones make room. */
  static final int ACCOUNTS_MAX = 1 << 19;

  private static final Duration SWEEP = Duration.ofMinutes(1);
  private static final int MONTHS_KEPT = 13;

  /** What became of a wish to reserve. */
  sealed interface Decision {
    record Granted(Reservation reservation) implements Decision {}

    record Refused(Objection objection) implements Decision {}

    /** A lease is under way; ask again when it is there. */
    record Awaited(Cap cap, CompletableFuture<Void> lease) implements Decision {}
  }

  private final SpendStore store;
  private final Leases leases;
  private final InstantSource clock;
  private final Map<Subject, Account> accounts = new ConcurrentHashMap<>();
  private final AtomicLong nextSweepMillis = new AtomicLong(Long.MIN_VALUE);
  private volatile LimitSettings settings;

  Quotas(LimitSettings settings, SpendStore store, InstantSource clock) {
    this.settings = settings;
    this.store = store;
    this.clock = clock;
    this.leases = new Leases(store, clock);
  }

  /** Quotas whose spending is kept in {@code database}; close them before it. */
  public static Quotas open(LimitSettings settings, Database database, InstantSource clock) {
    SpendStore store = new SqlSpendStore(database);
    Instant oldest = clock.instant().atOffset(ZoneOffset.UTC).minusMonths(MONTHS_KEPT).toInstant();
    store.forget(Account.period(LimitKind.MONTH, oldest));
    return new Quotas(settings, store, clock);
  }

  /** The tables that they need. */
  public static List<Migration> migrations() {
    return SqlSpendStore.migrations();
  }

  /** No limits, and no place to keep spending in: for a gateway without any. */
  static Quotas unlimited(InstantSource clock) {
    return new Quotas(LimitSettings.none(), new NoSpendStore(), clock);
  }

  /** Puts other limits and prices in force; what is used stays counted. */
  public void configure(LimitSettings next) {
    settings = next;
    for (Account account : accounts.values()) {
      account.lock.lock();
      try {
        account.caps(next.caps(account.subject()));
        account.close(false).forEach(budget -> leases.start(account, budget));
      } finally {
        account.lock.unlock();
      }
    }
  }

  /** Fails if money is limited for one of these models that has no price. */
  public void requirePrices(List<String> models) {
    models.forEach(settings::requirePrice);
  }

  /** What each subject has used of what it may, as {@code {"limits":[...]}}. */
  public JsonNode report() {
    return new LimitReport(settings, clock.instant(), store).json(accounts);
  }

  /** Gives back what was leased and not spent. End the gateway first. */
  @Override
  public void close() {
    for (Account account : accounts.values()) {
      account.lock.lock();
      try {
        account.close(true).forEach(budget -> leases.start(account, budget));
      } finally {
        account.lock.unlock();
      }
    }
    leases.await();
  }

  LimitSettings settings() {
    return settings;
  }

  /** The rate headers of whoever stands behind an exchange. */
  Headers headers(List<Subject> subjects) {
    return RateHeaders.of(find(subjects), clock.millis());
  }

  /**
   * What is in the way of a request before its body is read: looking takes nothing, and saves the
   * work for a caller that is over its rate. {@code bodyBytes} is what the head declares.
   */
  Optional<Objection> preview(List<Subject> subjects, long bodyBytes) {
    Ask ask = new Ask(subjects, bodyBytes, 0, 0, 0);
    return locked(subjects, accounts -> check(accounts, ask).preview());
  }

  /** Reserves for an exchange from all accounts that bound it, or from none. */
  Decision reserve(Ask ask) {
    return locked(ask.subjects(), accounts -> check(accounts, ask).decide());
  }

  /** Counts so many requests more for the caller itself, not for those it shares limits with. */
  void charge(List<Subject> subjects, int requests) {
    long now = clock.millis();
    List<Subject> own =
        subjects.stream()
            .filter(s -> s.kind() == Subject.Kind.KEY || s.kind() == Subject.Kind.PRINCIPAL)
            .toList();
    int _ =
        locked(
            own,
            accounts -> {
              for (Account account : accounts) {
                account
                    .cap(LimitKind.REQUESTS)
                    .map(Cap::value)
                    .ifPresent(most -> account.requests().add(Math.min(requests, most), most, now));
              }
              return accounts.size();
            });
  }

  /** Ends a reservation of which so much was used. */
  void settle(Reservation reservation, long tokens, long cost) {
    Reservation.Terms terms = reservation.terms();
    for (Reservation.Share share : reservation.shares()) {
      Account account = share.account();
      account.lock.lock();
      try {
        account.leave();
        Optional<Cap> rate = account.cap(LimitKind.TOKENS);
        if (share.metered() && rate.isPresent()) {
          long unused = terms.promptTokens() + terms.answerTokens() - tokens;
          account.tokens().add(-unused, rate.get().value(), clock.millis());
        }
        for (Budget budget : share.budgets()) {
          budget.settle(terms.cost(), cost);
          leases.start(account, budget);
        }
      } finally {
        account.lock.unlock();
      }
    }
  }

  private QuotaCheck check(List<Account> accounts, Ask ask) {
    return new QuotaCheck(this, leases, clock.instant(), accounts, ask);
  }

  /** Does the work with the accounts locked that bound these subjects. */
  private <T> T locked(List<Subject> subjects, Function<List<Account>, T> work) {
    while (true) {
      List<Account> all = find(subjects);
      all.forEach(account -> account.lock.lock());
      try {
        if (all.stream().noneMatch(Account::retired)) {
          return work.apply(all);
        }
      } finally {
        all.forEach(account -> account.lock.unlock());
      }
    }
  }

  private List<Account> find(List<Subject> subjects) {
    LimitSettings now = settings;
    if (now.caps().isEmpty()) {
      return List.of();
    }
    List<Account> found = new ArrayList<>(subjects.size());
    for (Subject subject : subjects) {
      if (!now.caps(subject).isEmpty()) {
        found.add(account(subject));
      }
    }
    return found;
  }

  private Account account(Subject subject) {
    Account known = accounts.get(subject);
    if (known != null) {
      return known;
    }
    if (accounts.size() >= ACCOUNTS_MAX) {
      sweep();
    }
    if (accounts.size() >= ACCOUNTS_MAX) {
      throw new Failure(
          new Problem.Busy(
              "gateway: it counts for " + ACCOUNTS_MAX + " callers; try again", SWEEP));
    }
    return accounts.computeIfAbsent(subject, this::opened);
  }

  private Account opened(Subject subject) {
    Account account = new Account(subject);
    account.caps(settings.caps(subject));
    return account;
  }

  /** Takes idle accounts out; no oftener than it can be expected to find some. */
  private void sweep() {
    long now = clock.millis();
    long next = nextSweepMillis.get();
    if (now < next || !nextSweepMillis.compareAndSet(next, now + SWEEP.toMillis())) {
      return;
    }
    for (Account account : accounts.values()) {
      if (account.lock.tryLock()) {
        try {
          retireIdle(account, now);
        } finally {
          account.lock.unlock();
        }
      }
    }
  }

  private void retireIdle(Account account, long nowMillis) {
    if (account.isIdle(nowMillis)) {
      account.retire();
      account.close(true).forEach(budget -> leases.start(account, budget));
      accounts.remove(account.subject());
    }
  }

  /** Without money limits nothing is ever leased. */
  private static final class NoSpendStore implements SpendStore {
    @Override
    public Lease lease(Budget.Name name, long wanted, long cap) {
      return new Lease(0, 0);
    }

    @Override
    public void add(Budget.Name name, long change) {}

    @Override
    public List<Row> rows(List<String> periods) {
      return List.of();
    }

    @Override
    public void forget(String period) {}
  }
}
