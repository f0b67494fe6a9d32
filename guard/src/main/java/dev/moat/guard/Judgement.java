package dev.moat.guard;

import dev.moat.guard.GuardPolicy.ChannelPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Applies a policy to findings: keeps the score, the spans and the text that may be handed on. */
final class Judgement implements Findings {
  private static final String TOO_LONG = "limit.text-length";

  /** How many spans a verdict lists; those beyond are acted on but not listed. */
  private static final int SPANS_MAX = 4096;

  private final ChannelPolicy policy;
  private final Optional<Reading> reading;
  private final Evidence evidence;
  private final Set<String> told = new HashSet<>();
  private final Replacer replacer;
  private final StringBuilder held = new StringBuilder();
  private final StringBuilder released = new StringBuilder();
  private final List<Span> spans = new ArrayList<>();
  private int heldFrom;
  private int head;
  private String strongest = "";
  private double strongestWeight;
  private boolean redacted;
  private boolean flagged;
  private boolean blocked;

  /**
   * Applies {@code policy}; what gets a pseudonym gets it from {@code replacer}, and if heads read
   * the text they have the last word on attacks.
   */
  Judgement(ChannelPolicy policy, Replacer replacer, Optional<Reading> reading) {
    this.policy = policy;
    this.replacer = replacer;
    this.reading = reading;
    this.evidence = new Evidence(reading.isPresent());
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
    if (policy.allowed().concerns(Span.kind(type))) {
      head = headEnd; // whether it is allowed shows when it is closed: nothing of it leaves before
    } else {
      act(type, start, headEnd);
    }
  }

  private void act(String type, int start, int headEnd) {
    switch (policy.action(type)) {
      case BLOCK -> {
        release(start);
        block(type, 1, new Span(type, start, headEnd));
      }
      case REDACT -> {
        release(start);
        released.append(Replacer.placeholder(type));
        redacted = true;
      }
      case PSEUDONYM -> {
        release(start); // the name itself needs the whole value
        redacted = true;
      }
      case FLAG, NOTE, PASS -> {
        // decided when closed
      }
    }
  }

  @Override
  public void closed(String type, int start, int end) {
    if (policy.allowed().concerns(Span.kind(type))) {
      if (policy.allowed().allows(type, held.substring(start - heldFrom, end - heldFrom))) {
        spared(type, start, end);
        return;
      }
      act(type, start, head);
      if (blocked) {
        return;
      }
    }
    Span span = new Span(type, start, end);
    Action action = policy.action(type);
    if (action == Action.PSEUDONYM) {
      released.append(replacement(type, start, end));
    }
    if (action.replaces()) {
      discard(end);
    }
    note(action, type, span);
  }

  private void note(Action action, String type, Span span) {
    if (action != Action.PASS) {
      list(span);
      acted(action, type, 1);
    }
  }

  /** A value that is longer than any match with an end has a placeholder. */
  private String replacement(String type, int start, int end) {
    return end - start > Window.REACH
        ? Replacer.placeholder(type)
        : replacer.replacement(type, held.substring(start - heldFrom, end - heldFrom));
  }

  @Override
  public void sign(Sign sign, int start, int end) {
    Action action = policy.action(sign.rule());
    if (action == Action.PASS) {
      return;
    }
    evidence.add(sign);
    list(new Span(sign.rule(), start, end));
    boolean leak = Span.kind(sign.rule()) == Kind.LEAK;
    if (!leak && reading.isPresent()) {
      reading.get().found(sign);
      return;
    }
    double score = leak ? evidence.leak() : evidence.injection();
    if (score >= policy.flagAt()) {
      Sign strongestSign = evidence.strongest(sign);
      acted(action, strongestSign.rule(), strongestSign.weight());
    }
    if (action == Action.BLOCK && score >= policy.blockAt()) {
      release(start);
      blocked = true;
    }
  }

  /** Takes what a head says of a part of the text. */
  void told(Head head, double score, Span span) {
    Action action = policy.action(span.type());
    if (action == Action.PASS) {
      return;
    }
    evidence.add(head, score);
    if (score < policy.flagAt()) {
      return;
    }
    boolean asItStands = span.view().isEmpty();
    boolean whole = asItStands && span.start() == 0 && span.end() == heldFrom + held.length();
    if (told.add(span.type()) || !whole) {
      list(span);
    }
    acted(action, evidence.named(span.type()), score);
    blocked |= action == Action.BLOCK && score >= policy.blockAt();
  }

  @Override
  public void noticed(String type, int start, int end) {
    Action action = policy.action(type);
    Span span = new Span(type, start, end);
    if (span.kind() == Kind.LEAK && action != Action.PASS) {
      evidence.addLeak();
    }
    if (action == Action.BLOCK) {
      release(start);
      block(type, 1, span);
    } else {
      note(action, type, span);
    }
  }

  @Override
  public boolean replaces(String type) {
    return policy.action(type).replaces();
  }

  @Override
  public boolean stopped() {
    return blocked;
  }

  /** What is known so far. */
  Verdict verdict() {
    Scores scores = evidence.scores(policy.looksFor(Kind.HARM));
    if (blocked) {
      return new Verdict.Block(strongest, scores, told());
    }
    if (redacted) {
      return new Verdict.Redact(released.toString(), told(), scores);
    }
    return flagged ? new Verdict.Flag(strongest, scores, told()) : new Verdict.Pass(scores, told());
  }

  /** The spans in text order; what rules found speaks of an attack only if there is one. */
  private List<Span> told() {
    return spans.stream()
        .filter(span -> holds(span.kind()))
        .sorted(Comparator.comparingInt(Span::start))
        .toList();
  }

  private boolean holds(Kind kind) {
    return switch (kind) {
      case INJECTION -> evidence.injection() >= policy.flagAt();
      case LEAK -> evidence.leak() >= policy.flagAt();
      default -> true;
    };
  }

  private void spared(String type, int start, int end) {
    if (policy.action(type) != Action.PASS) {
      list(Span.allowed(type, start, end));
    }
  }

  private void block(String rule, double weight, Span span) {
    list(span);
    acted(Action.BLOCK, rule, weight);
    blocked = true;
  }

  private void acted(Action action, String rule, double weight) {
    if (action == Action.PASS || action == Action.NOTE) {
      return;
    }
    flagged = true;
    if (weight > strongestWeight) {
      strongest = rule;
      strongestWeight = weight;
    }
  }

  private void list(Span span) {
    if (spans.size() < SPANS_MAX) {
      spans.add(span);
    }
  }

  private void discard(int offset) {
    held.delete(0, offset - heldFrom);
    heldFrom = offset;
  }
}
