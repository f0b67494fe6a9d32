package dev.moat.serve;

import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * A guard that changes by itself when something is no longer allowed. Safe for several threads: it
 * is made anew at most once by each that notices.
 */
final class TimedGuard {
  /** A guard, and from when on it is not the one any more. */
  private record Made(NamedGuard guard, Instant end) {}

  /** What a guard is made of, beside the time. */
  record Recipe(String name, GuardPolicy policy, ConversationRules rules) {}

  private final Recipe recipe;
  private final List<Allowance> allowances;
  private final Function<GuardPolicy, Guard> maker;
  private volatile Made made;

  TimedGuard(
      Recipe recipe, List<Allowance> allowances, Function<GuardPolicy, Guard> maker, Instant now) {
    this.recipe = recipe;
    this.allowances = List.copyOf(allowances);
    this.maker = maker;
    this.made = make(now);
  }

  /** A guard that stays as it is. */
  static TimedGuard fixed(NamedGuard guard) {
    GuardPolicy policy = guard.guard().policy();
    Recipe recipe = new Recipe(guard.name(), policy, guard.rules());
    return new TimedGuard(recipe, List.of(), _ -> guard.guard(), Instant.MIN);
  }

  /** The guard that it is at that time. */
  NamedGuard at(Instant now) {
    Made current = made;
    if (now.isBefore(current.end())) {
      return current.guard();
    }
    Made next = make(now);
    made = next;
    return next.guard();
  }

  /** Whether time does not change it. */
  boolean isFixed() {
    return allowances.isEmpty();
  }

  /** The guard that it was last. */
  NamedGuard last() {
    return made.guard();
  }

  private Made make(Instant now) {
    GuardPolicy policy =
        allowances.isEmpty()
            ? recipe.policy()
            : recipe.policy().with(Allowance.inForce(allowances, now));
    Instant end =
        allowances.stream()
            .map(Allowance::end)
            .filter(now::isBefore)
            .min(Instant::compareTo)
            .orElse(Instant.MAX);
    return new Made(new NamedGuard(recipe.name(), maker.apply(policy), recipe.rules()), end);
  }
}
