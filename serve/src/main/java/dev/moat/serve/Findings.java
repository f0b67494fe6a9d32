package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.guard.Verdict;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** What a guard said of several texts together: the gravest verdict and what was found. */
final class Findings {
  private static final int TYPES_MAX = 64;

  private final Map<String, Integer> found = new TreeMap<>();
  private int grade;
  private String word = "pass";
  private String rule = "";

  void add(Verdict verdict) {
    int next =
        switch (verdict) {
          case Verdict.Pass _ -> 0;
          case Verdict.Flag _ -> 1;
          case Verdict.Redact _ -> 2;
          case Verdict.Block _ -> 3;
        };
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

  boolean blocked() {
    return grade == 3;
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
    if (!found.isEmpty()) {
      ObjectNode counts = json.putObject("found");
      found.forEach(counts::put);
    }
    return json;
  }
}
