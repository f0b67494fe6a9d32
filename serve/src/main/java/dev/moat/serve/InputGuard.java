package dev.moat.serve;

import dev.moat.guard.Guard;
import dev.moat.guard.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The stage that judges every text of the question, and replaces what must not go on. */
final class InputGuard implements Stage {
  private record Judged(ModelCall call, Findings findings) {}

  private final WorkPool pool;
  private final GatewayMetrics metrics;

  InputGuard(WorkPool pool, GatewayMetrics metrics) {
    this.pool = pool;
    this.metrics = metrics;
  }

  @Override
  public void enter(Exchange exchange) {
    ParsedRequest request = exchange.request();
    Guard guard = exchange.served().guard();
    pool.compute(
        request.body().length,
        exchange.http(),
        () -> judge(guard, request),
        judged -> {
          metrics.judged("input", judged.findings().word());
          exchange.judged(judged.call(), judged.findings());
          exchange.proceed();
        });
  }

  private static Judged judge(Guard guard, ParsedRequest request) {
    Findings findings = new Findings();
    Map<Integer, String> redactions = new HashMap<>();
    List<TextSpan> texts = request.texts();
    for (int i = 0; i < texts.size() && !findings.blocked(); i++) {
      Verdict verdict = guard.judge(texts.get(i).channel(), texts.get(i).text());
      findings.add(verdict);
      if (verdict instanceof Verdict.Redact redact) {
        redactions.put(i, redact.text());
      }
    }
    return new Judged(new ModelCall(request, redactions), findings);
  }
}
