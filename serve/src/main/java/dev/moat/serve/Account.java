package dev.moat.serve;

import dev.moat.serve.LimitSettings.Cap;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one subject has used of its limits. Whoever calls holds {@link #lock}; nothing is waited for
 * under it.
 */
final class Account {
  private static final int MONTH_CHARACTERS = 7;

  private final Subject subject;
  private final RateMeter requests = new RateMeter();
  private final RateMeter tokens = new RateMeter();
  private final Map<LimitKind, Budget> budgets = new EnumMap<>(LimitKind.class);
  private Map<LimitKind, Cap> caps = Map.of();
  private long open;
  private boolean retired;

  /** Guards all of it. The accounts of one exchange are locked in the order of their kinds. */
  final ReentrantLock lock = new ReentrantLock();

  Account(Subject subject) {
    this.subject = subject;
  }

  Subject subject() {
    return subject;
  }

  /** Whether it has left the register: whoever still holds it must look it up again. */
  boolean retired() {
    return retired;
  }

  void retire() {
    retired = true;
  }

  Optional<Cap> cap(LimitKind kind) {
    return Optional.ofNullable(caps.get(kind));
  }

  void caps(Map<LimitKind, Cap> next) {
    caps = next;
  }

  RateMeter requests() {
    return requests;
  }

  RateMeter tokens() {
    return tokens;
  }

  long open() {
    return open;
  }

  void enter() {
    open++;
  }

  void leave() {
    open--;
  }

  /** The budget of that kind in the period that it is now. */
  Budget budget(LimitKind kind, Instant now, List<Budget> ended) {
    String period = period(kind, now);
    Budget budget = budgets.get(kind);
    if (budget == null || !budget.name().period().equals(period)) {
      if (budget != null) {
        budget.close();
        ended.add(budget);
      }
      budget = new Budget(new Budget.Name(subject.text(), period));
      budgets.put(kind, budget);
    }
    return budget;
  }

  Optional<Budget> budget(LimitKind kind) {
    return Optional.ofNullable(budgets.get(kind));
  }

  /** Takes out the budgets that have no cap any more, or all of them. */
  List<Budget> close(boolean all) {
    List<Budget> ended = new ArrayList<>();
    budgets
        .entrySet()
        .removeIf(
            entry -> {
              boolean ends = all || !caps.containsKey(entry.getKey());
              if (ends) {
                entry.getValue().close();
                ended.add(entry.getValue());
              }
              return ends;
            });
    return ended;
  }

  /** What bounds a budget: the cap of its kind, also after its period has ended. */
  long cap(Budget budget) {
    boolean month = budget.name().period().length() == MONTH_CHARACTERS;
    return cap(month ? LimitKind.MONTH : LimitKind.DAY).map(Cap::value).orElse(0L);
  }

  /** Whether nothing is under way and nothing is left to run out. */
  boolean isIdle(long nowMillis) {
    return open == 0
        && cap(LimitKind.REQUESTS)
            .map(cap -> requests.millisUntilEmpty(cap.value(), nowMillis) == 0)
            .orElse(true)
        && cap(LimitKind.TOKENS)
            .map(cap -> tokens.millisUntilEmpty(cap.value(), nowMillis) == 0)
            .orElse(true);
  }

  static String period(LimitKind kind, Instant now) {
    String day = LocalDate.ofInstant(now, ZoneOffset.UTC).toString();
    return kind == LimitKind.DAY ? day : day.substring(0, MONTH_CHARACTERS);
  }
}
