package dev.moat.serve;

import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.Replacer;
import dev.moat.guard.Spotlight;
import dev.moat.guard.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The stage that judges every text of the question, and replaces what must not go on. */
final class InputGuard implements Stage {
  private record Judged(
      ModelCall call, GuardReport report, List<Suspect> suspects, Optional<Pseudonyms> names) {}

  private static final int DELIMITER_DIGITS = 16;

  private final Judging judging;
  private final GatewayMetrics metrics;
  private final AttemptCheck attempts;
  private final KeyedDigest delimiters;
  private final PseudonymKeeping keeping;

  InputGuard(
      Judging judging,
      GatewayMetrics metrics,
      AttemptCheck attempts,
      KeyedDigest delimiters,
      PseudonymKeeping keeping) {
    this.judging = judging;
    this.metrics = metrics;
    this.attempts = attempts;
    this.delimiters = delimiters;
    this.keeping = keeping;
  }

  @Override
  public void enter(Exchange exchange) {
    ParsedRequest request = exchange.request();
    RoutePolicy policy = exchange.served().policy();
    Optional<Pseudonyms> names = keeping.open(exchange);
    judging.run(
        request.body().length,
        policy.guarding(),
        exchange.http(),
        () -> judge(policy, request, names),
        outcome ->
            proceed(
                exchange,
                switch (outcome) {
                  case Judging.Outcome.Judged<Judged>(Judged judged) -> judged;
                  case Judging.Outcome.Failed<Judged> _ -> failed(policy.guarding(), request);
                }));
  }

  private void proceed(Exchange exchange, Judged judged) {
    Findings findings = judged.report().findings();
    attempts.weigh(exchange, judged.suspects(), findings);
    metrics.judged("input", findings.word());
    findings.shadowWord().ifPresent(word -> metrics.shadowed("input", word));
    exchange.judged(judged.call(), judged.report());
    judged.names().ifPresent(exchange::pseudonyms);
    exchange.proceed();
  }

  private static Judged failed(RoutePolicy.Guarding guarding, ParsedRequest request) {
    GuardReport nothing = GuardReport.none();
    nothing.findings().failed(guarding.onFailure());
    return new Judged(new ModelCall(request, Map.of()), nothing, List.of(), Optional.empty());
  }

  private Judged judge(RoutePolicy policy, ParsedRequest request, Optional<Pseudonyms> names) {
    Replacer replacer = names.<Replacer>map(made -> made).orElse(Replacer.placeholders());
    NamedGuard named = policy.named();
    Guard guard = named.guard();
    Suspects suspects = new Suspects(named, request);
    Findings findings = new Findings();
    JudgedTexts judged = new JudgedTexts();
    Map<Integer, String> redactions = new HashMap<>();
    List<TextSpan> texts = request.texts();
    for (int i = 0; i < texts.size() && !findings.blocked(); i++) {
      judged.add(texts.get(i).channel(), texts.get(i).text());
      Verdict verdict = guard.judge(texts.get(i).channel(), texts.get(i).text(), replacer);
      findings.add(texts.get(i).channel(), Integer.toString(i), verdict);
      if (guard.allows(texts.get(i).channel(), texts.get(i).text())) {
        findings.allow();
      } else {
        suspects.add(i, verdict);
      }
      String text = texts.get(i).text();
      names.ifPresent(made -> made.read(text));
      if (verdict instanceof Verdict.Redact redact) {
        redactions.put(i, redact.text());
      }
    }
    spotlight(policy.guarding().spotlight(), request, redactions);
    suspects.judgeTurns(findings);
    return new Judged(
        new ModelCall(request, redactions),
        GuardReport.of(findings, judged),
        suspects.found(),
        names);
  }

  /** Marks the contents of messages that were retrieved, and no name or id beside them. */
  private void spotlight(
      Spotlight spotlight, ParsedRequest request, Map<Integer, String> replaced) {
    if (spotlight == Spotlight.OFF) {
      return;
    }
    // Equal questions get equal marks, so that a kept answer is found again.
    String number = delimiters.of(request.digest().hex()).hex().substring(0, DELIMITER_DIGITS);
    for (ParsedRequest.Turn turn : request.turns()) {
      for (int text : turn.contents()) {
        TextSpan span = request.texts().get(text);
        if (span.channel() == Channel.DATA) {
          String read = replaced.getOrDefault(text, span.text());
          replaced.put(text, spotlight.applied(read, number));
        }
      }
    }
  }
}
