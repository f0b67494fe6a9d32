package dev.moat.guard;

import dev.moat.guard.GuardPolicy.ChannelPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Applies a policy to findings: keeps the score, the spans and the text that may be handed on. */
final class Judgement implements Findings {
  private static final String TOO_LONG = "limit.text-length";

  /** How many spans a verdict lists; those beyond are acted on but not listed. */
  private static final int SPANS_MAX = 4096;

  private final ChannelPolicy policy;
  private final StringBuilder held = new StringBuilder();
  private final StringBuilder released = new StringBuilder();
  private final List<Span> spans = new ArrayList<>();
  private final Set<String> rules = new HashSet<>();
  private int heldFrom;
  private double innocence = 1;
  private String strongest = "";
  private double strongestWeight;
  private boolean redacted;
  private boolean flagged;
  private boolean blocked;

  Judgement(ChannelPolicy policy) {
    this.policy = policy;
  }

  /** Keeps original text until it is decided. */
  void hold(CharSequence text, int start, int end) {
    held.append(text, start, end);
  }

  /** Hands on what is held of the original before {@code offset}. */
  void release(int offset) {
    if (blocked || offset <= heldFrom) {
      return;
    }
    released.append(held.substring(0, offset - heldFrom)); // a string is appended as one block
    discard(offset);
  }

  /** Blocks a text that goes on after {@code length} characters. */
  void refuseLength(int length) {
    if (!blocked) {
      block(TOO_LONG, 1, new Span(TOO_LONG, length, length));
    }
  }

  String held() {
    return held.toString();
  }

  int releasedLength() {
    return released.length();
  }

  String releasedSince(int length) {
    return released.substring(length);
  }

  @Override
  public void opened(String type, int start, int headEnd) {
    switch (policy.action(type)) {
      case BLOCK -> {
        release(start);
        block(type, 1, new Span(type, start, headEnd));
      }
      case REDACT, PSEUDONYM -> {
        release(start);
        released.append("[redacted:").append(type).append(']');
        redacted = true;
      }
      case FLAG, NOTE, PASS -> {
        // decided when closed
      }
    }
  }

  @Override
  public void closed(String type, int start, int end) {
    Span span = new Span(type, start, end);
    Action action = policy.action(type);
    if (action.replaces()) {
      discard(end);
    }
    note(action, type, 1, span);
  }

  @Override
  public void sign(Sign sign, int start, int end) {
    Span span = new Span(sign.rule(), start, end);
    Action action = policy.action(sign.rule());
    if (action == Action.PASS) {
      return;
    }
    if (rules.add(sign.rule())) {
      innocence *= 1 - sign.weight();
    }
    note(action, sign.rule(), sign.weight(), span);
    if (action == Action.BLOCK && score() >= policy.blockAt()) {
      release(start);
      blocked = true;
    }
  }

  @Override
  public boolean stopped() {
    return blocked;
  }

  /** What is known so far. */
  Verdict verdict() {
    if (blocked) {
      return new Verdict.Block(strongest, Math.max(score(), strongestWeight), spans);
    }
    if (redacted) {
      return new Verdict.Redact(released.toString(), spans, score());
    }
    if (flagged && (strongestWeight == 1 || score() >= policy.flagAt())) {
      return new Verdict.Flag(strongest, Math.max(score(), strongestWeight), spans);
    }
    return new Verdict.Pass(Scores.of(score()), spans);
  }

  private double score() {
    return 1 - innocence;
  }

  private void block(String rule, double weight, Span span) {
    note(Action.BLOCK, rule, weight, span);
    blocked = true;
  }

  private void note(Action action, String rule, double weight, Span span) {
    if (action == Action.PASS) {
      return;
    }
    if (action != Action.NOTE) {
      if (weight > strongestWeight) {
        strongest = rule;
        strongestWeight = weight;
      }
      flagged = true;
    }
    if (spans.size() < SPANS_MAX) {
      spans.add(span);
    }
  }

  private void discard(int offset) {
    held.delete(0, offset - heldFrom);
    heldFrom = offset;
  }
}
