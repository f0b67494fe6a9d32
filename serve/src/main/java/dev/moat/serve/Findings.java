package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.guard.Channel;
import dev.moat.guard.Span;
import dev.moat.guard.Verdict;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What a guard said of several texts: the gravest verdict, what was found, and why. */
final class Findings {
  /** The rule of what a guard blocked that could not judge. */
  static final String GUARD_FAILED = "guard-failed";

  /** The verdict on what went on although the guard could not judge it. */
  static final String UNJUDGED = "unjudged";

  /** The view of what shows only in several texts together. */
  static final String TOGETHER = "turns";

  private static final int TYPES_MAX = 64;
  private static final int BLOCK = 3;
  private static final double CENTS = 100;

  private final Map<String, Integer> found = new TreeMap<>();
  private final Set<Channel> channels = EnumSet.noneOf(Channel.class);
  private final Explanation explanation = new Explanation();
  private int grade;
  private String word = "pass";
  private String rule = "";
  private boolean redacted;
  private int allowed;
  private double suspicion;
  private @Nullable Findings shadowed;

  /** Adds what was said of a text of an answer. */
  void add(Verdict verdict) {
    add(Channel.OUTPUT, "", verdict);
  }

  /** Adds what was said of a text; {@code text} is its number, or empty. */
  void add(Channel channel, String text, Verdict verdict) {
    channels.add(channel);
    int next = raise(verdict);
    explanation.add(next, text, verdict);
    verdict.spans().forEach(this::count);
    if (verdict instanceof Verdict.Pass pass) {
      pass.shadowed().ifPresent(instead -> shadowed().add(channel, text, instead));
    }
  }

  /** Adds what was said of several texts together, each of which is counted by itself. */
  void addTogether(Channel channel, Verdict verdict) {
    List<Span> seen =
        verdict.spans().stream()
            .limit(Explanation.PLACES_MAX)
            .map(span -> new Span(span.type(), span.start(), span.end(), TOGETHER))
            .toList();
    Verdict told =
        switch (verdict) {
          case Verdict.Block block -> new Verdict.Block(block.rule(), block.scores(), seen);
          case Verdict.Flag flag -> new Verdict.Flag(flag.rule(), flag.scores(), seen);
          case Verdict.Redact _, Verdict.Pass _ -> verdict;
        };
    add(channel, "", told);
  }

  /** Says that what would be flagged is blocked for that reason. */
  void block(String reason) {
    grade = BLOCK;
    word = "block";
    rule = reason;
  }

  /** Says how suspicious the conversation is. */
  void suspicion(double sum) {
    suspicion = sum;
  }

  /** Says that a text was let through as a whole because it is allowed. */
  void allow() {
    allowed++;
  }

  private int raise(Verdict verdict) {
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
      rule = verdict.rule();
    }
    return next;
  }

  private void count(Span span) {
    if (span.isAllowed()) {
      allowed++;
    } else if (found.size() < TYPES_MAX || found.containsKey(span.type())) {
      found.merge(span.type(), 1, Integer::sum);
    }
  }

  private Findings shadowed() {
    Findings known = shadowed == null ? new Findings() : shadowed;
    shadowed = known;
    return known;
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

  /** The verdict there would be, were no channel in shadow mode; empty if none is. */
  Optional<String> shadowWord() {
    return Optional.ofNullable(shadowed).map(Findings::word);
  }

  /** Which channels the texts were of. */
  Set<Channel> channels() {
    return channels;
  }

  /** Whether there is something to explain. */
  boolean foundSomething() {
    return !explanation.isEmpty();
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
    if (allowed > 0) {
      json.put("allowed", allowed);
    }
    if (suspicion > 0) {
      json.put("suspicion", Math.round(suspicion * CENTS) / CENTS);
    }
    explanation.describe(json);
    Findings instead = shadowed;
    if (instead != null) {
      ObjectNode would = json.put("shadow", true).putObject("would").put("verdict", instead.word);
      if (!instead.rule.isEmpty()) {
        would.put("rule", instead.rule);
      }
    }
    return json;
  }
}
