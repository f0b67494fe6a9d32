package dev.moat.serve;

import dev.moat.guard.Guard;
import dev.moat.guard.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The stage that judges every text of the question, and replaces what must not go on. */
final class InputGuard implements Stage {
  private record Judged(ModelCall call, GuardReport report) {}

  private final Judging judging;
  private final GatewayMetrics metrics;

  InputGuard(Judging judging, GatewayMetrics metrics) {
    this.judging = judging;
    this.metrics = metrics;
  }

  @Override
  public void enter(Exchange exchange) {
    ParsedRequest request = exchange.request();
    RoutePolicy policy = exchange.served().policy();
    judging.run(
        request.body().length,
        policy.guarding(),
        exchange.http(),
        () -> judge(policy.guard(), request),
        outcome ->
            proceed(
                exchange,
                switch (outcome) {
                  case Judging.Outcome.Judged<Judged>(Judged judged) -> judged;
                  case Judging.Outcome.Failed<Judged> _ -> failed(policy.guarding(), request);
                }));
  }

  private void proceed(Exchange exchange, Judged judged) {
    metrics.judged("input", judged.report().findings().word());
    exchange.judged(judged.call(), judged.report());
    exchange.proceed();
  }

  private static Judged failed(RoutePolicy.Guarding guarding, ParsedRequest request) {
    GuardReport nothing = GuardReport.none();
    nothing.findings().failed(guarding.onFailure());
    return new Judged(new ModelCall(request, Map.of()), nothing);
  }

  private static Judged judge(Guard guard, ParsedRequest request) {
    Findings findings = new Findings();
    JudgedTexts judged = new JudgedTexts();
    Map<Integer, String> redactions = new HashMap<>();
    List<TextSpan> texts = request.texts();
    for (int i = 0; i < texts.size() && !findings.blocked(); i++) {
      judged.add(texts.get(i).channel(), texts.get(i).text());
      Verdict verdict = guard.judge(texts.get(i).channel(), texts.get(i).text());
      findings.add(verdict);
      if (verdict instanceof Verdict.Redact redact) {
        redactions.put(i, redact.text());
      }
    }
    return new Judged(new ModelCall(request, redactions), GuardReport.of(findings, judged));
  }
}
