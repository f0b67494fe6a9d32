package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.serve.LimitSettings.Cap;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What each subject has used of what it may, for the operator. */
final class LimitReport {
  private final LimitSettings settings;
  private final Instant now;
  private final Map<Budget.Name, Long> leased = new HashMap<>();

  LimitReport(LimitSettings settings, Instant now, SpendStore store) {
    this.settings = settings;
    this.now = now;
    List<String> periods =
        List.of(Account.period(LimitKind.DAY, now), Account.period(LimitKind.MONTH, now));
    for (SpendStore.Row row : store.rows(periods)) {
      leased.put(new Budget.Name(row.subject(), row.period()), row.leased());
    }
  }

  ObjectNode json(Map<Subject, Account> accounts) {
    ObjectNode out = Json.object();
    ArrayNode all = out.putArray("limits");
    for (Subject subject : subjects(accounts.keySet())) {
      Account account = accounts.getOrDefault(subject, new Account(subject));
      account.lock.lock();
      try {
        settings.caps(subject).values().forEach(cap -> all.add(json(subject, cap, account)));
      } finally {
        account.lock.unlock();
      }
    }
    return out;
  }

  /** Those with a limit of their own, those that were seen, and those that spent today. */
  private Set<Subject> subjects(Set<Subject> seen) {
    Comparator<Subject> order = Comparator.comparing(Subject::kind);
    Set<Subject> all = new TreeSet<>(order.thenComparing(Subject::id));
    all.addAll(settings.caps().keySet());
    all.addAll(seen);
    leased.keySet().forEach(name -> all.add(Subject.parse("serve_spend", name.subject())));
    return all;
  }

  private ObjectNode json(Subject subject, Cap cap, Account account) {
    ObjectNode out =
        Json.object()
            .put("subject", subject.text())
            .put("limit", cap.limit())
            .put("kind", cap.kind().key());
    put(out, "cap", cap, cap.value());
    OptionalLong used = subject.isEach() ? OptionalLong.empty() : used(cap, account);
    used.ifPresent(value -> put(out, "used", cap, value));
    return out;
  }

  private OptionalLong used(Cap cap, Account account) {
    long millis = now.toEpochMilli();
    return switch (cap.kind()) {
      case REQUESTS -> OptionalLong.of(cap.value() - account.requests().free(cap.value(), millis));
      case TOKENS -> OptionalLong.of(cap.value() - account.tokens().free(cap.value(), millis));
      case CONCURRENT -> OptionalLong.of(account.open());
      case DAY, MONTH -> OptionalLong.of(spent(cap, account));
      case BODY, PROMPT -> OptionalLong.empty();
    };
  }

  private long spent(Cap cap, Account account) {
    Budget.Name name = new Budget.Name(account.subject().text(), Account.period(cap.kind(), now));
    Predicate<Budget> current = budget -> budget.name().equals(name);
    Optional<Budget> open = account.budget(cap.kind()).filter(current);
    OptionalLong here = open.map(Budget::spent).orElse(OptionalLong.empty());
    return here.orElse(leased.getOrDefault(name, 0L));
  }

  private static void put(ObjectNode out, String name, Cap cap, long value) {
    if (cap.kind().isMoney()) {
      out.put(name, Money.text(value));
    } else {
      out.put(name, value);
    }
  }
}
