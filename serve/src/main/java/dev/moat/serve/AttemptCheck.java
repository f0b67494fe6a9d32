package dev.moat.serve;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * What attempts cost: the stage that turns a caller away of whom too many were blocked, and what
 * the judge of a question tells each attempt to.
 */
final class AttemptCheck implements Stage {
  /** What is known of callers and conversations, whatever the settings. */
  record Known(Suspicion suspicion, Attempts attempts) {
    static Known nothing() {
      return new Known(new Suspicion(), new Attempts());
    }
  }

  /** The rule of what is blocked only because its conversation was suspicious before. */
  static final String PERSISTENT = "injection.persistent";

  private final Known known;
  private final GatewaySettings.Attempted rules;
  private final Quotas quotas;
  private final GatewayMetrics metrics;
  private final InstantSource clock;

  AttemptCheck(
      Known known,
      GatewaySettings.Attempted rules,
      GatewayServices services,
      GatewayMetrics metrics) {
    this.known = known;
    this.rules = rules;
    this.quotas = services.quotas();
    this.metrics = metrics;
    this.clock = services.clock();
  }

  @Override
  public void enter(Exchange exchange) {
    String principal = exchange.key().principal().id();
    Duration wait =
        rules.blockedMax() == 0
            ? Duration.ZERO
            : known.attempts().pause(principal, rules.blockedMax(), clock.millis());
    if (wait.isZero()) {
      exchange.proceed();
      return;
    }
    metrics.suspected("refused");
    String message =
        "guard: "
            + rules.blockedMax()
            + " questions of this caller were blocked within an hour; try again in "
            + RateHeaders.text(wait.toMillis());
    exchange.refuse(
        new Refusal(429, "rate_limit_error", message, "", "content_policy_violation", wait));
  }

  /** Weighs a question in its conversation, and blocks or charges what must be. */
  void weigh(Exchange exchange, List<Suspect> suspects, Findings findings) {
    if (suspects.isEmpty() && known.suspicion().size() == 0) {
      return; // nothing to remember, and nothing that could fade
    }
    NamedGuard guard = exchange.served().policy().named();
    Suspicion.Weight weight =
        known
            .suspicion()
            .weigh(ConversationScope.of(exchange).id(), suspects, guard.rules(), clock.millis());
    findings.suspicion(weight.sum());
    if (weight.persistent() && !findings.blocked() && Suspects.mayBlock(guard.guard())) {
      findings.block(PERSISTENT);
      metrics.suspected("persistent");
    }
    if (weight.attempted()) {
      attempted(exchange, findings.blocked());
    }
  }

  private void attempted(Exchange exchange, boolean blocked) {
    metrics.suspected("attempt");
    if (rules.requests() > 0) {
      quotas.charge(Subject.of(exchange.key()), rules.requests());
    }
    if (blocked && rules.blockedMax() > 0) {
      String principal = exchange.key().principal().id();
      known.attempts().blocked(principal, rules.blockedMax(), clock.millis());
    }
  }
}
