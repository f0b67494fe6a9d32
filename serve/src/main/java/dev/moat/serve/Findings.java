package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.guard.Verdict;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** What a guard said of several texts together: the gravest verdict and what was found. */
final class Findings {
  /** The rule of what a guard blocked that could not judge. */
  static final String GUARD_FAILED = "guard-failed";

  /** The verdict on what went on although the guard could not judge it. */
  static final String UNJUDGED = "unjudged";

  private static final int TYPES_MAX = 64;
  private static final int BLOCK = 3;

  private final Map<String, Integer> found = new TreeMap<>();
  private int grade;
  private String word = "pass";
  private String rule = "";
  private boolean redacted;

  void add(Verdict verdict) {
    int next =
        switch (verdict) {
          case Verdict.Pass _ -> 0;
          case Verdict.Flag _ -> 1;
          case Verdict.Redact _ -> 2;
          case Verdict.Block _ -> BLOCK;
        };
    redacted |= verdict instanceof Verdict.Redact;
    if (next > grade) {
      grade = next;
      word = verdict.word();
      rule =
          switch (verdict) {
            case Verdict.Flag flag -> flag.rule();
            case Verdict.Block block -> block.rule();
            default -> "";
          };
    }
    verdict
        .spans()
        .forEach(
            span -> {
              if (found.size() < TYPES_MAX || found.containsKey(span.type())) {
                found.merge(span.type(), 1, Integer::sum);
              }
            });
  }

  /** Says that the guard failed; what it could not judge counts as that mode says. */
  void failed(RoutePolicy.OnFailure mode) {
    grade = mode == RoutePolicy.OnFailure.CLOSED ? BLOCK : grade;
    word = mode == RoutePolicy.OnFailure.CLOSED ? "block" : UNJUDGED;
    rule = GUARD_FAILED;
  }

  boolean blocked() {
    return grade == BLOCK;
  }

  String word() {
    return word;
  }

  /** For the ledger: verdict, rule and counts, never a text. */
  ObjectNode json() {
    ObjectNode json = Json.object().put("verdict", word);
    if (!rule.isEmpty()) {
      json.put("rule", rule);
    }
    if (redacted) {
      json.put("redacted", true);
    }
    if (!found.isEmpty()) {
      ObjectNode counts = json.putObject("found");
      found.forEach(counts::put);
    }
    return json;
  }
}
