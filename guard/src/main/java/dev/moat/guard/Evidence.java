package dev.moat.guard;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What speaks for an attack, a leak or harm in one text: what rules found and what heads said. */
final class Evidence {
  private final boolean modelled;
  private final Set<String> rules = new HashSet<>();
  private final Map<Kind, Sign> strongest = new EnumMap<>(Kind.class);
  private final double[] heads = new double[Head.COUNT];
  private double notInjection = 1;
  private double notLeak = 1;

  /** Evidence in which a model has the last word on attacks, or in which there are only rules. */
  Evidence(boolean modelled) {
    this.modelled = modelled;
  }

  /** Adds a rule's find; a rule counts once. */
  void add(Sign sign) {
    if (!rules.add(sign.rule())) {
      return;
    }
    Kind kind = Span.kind(sign.rule());
    strongest.merge(kind, sign, (old, now) -> now.weight() > old.weight() ? now : old);
    if (kind == Kind.LEAK) {
      notLeak *= 1 - sign.weight();
    } else {
      notInjection *= 1 - sign.weight();
    }
  }

  /** The strongest sign of its kind so far, which is {@code sign} if there is no other. */
  Sign strongest(Sign sign) {
    return strongest.getOrDefault(Span.kind(sign.rule()), sign);
  }

  /** Takes for certain what was seen to leak. */
  void addLeak() {
    notLeak = 0;
  }

  /** Adds what a head says of the text or of a part of it; the most counts. */
  void add(Head head, double score) {
    heads[head.lane()] = Math.max(heads[head.lane()], score);
  }

  /** The rule that best names an attack of that type: what people know it by. */
  String named(String type) {
    Sign sign = strongest.get(Kind.INJECTION);
    return sign == null || Span.kind(type) != Kind.INJECTION ? type : sign.rule();
  }

  double injection() {
    return modelled
        ? Math.max(heads[Head.INJECTION.lane()], heads[Head.INSTRUCTION.lane()])
        : 1 - notInjection;
  }

  double leak() {
    return 1 - notLeak;
  }

  Scores scores(boolean harmLookedFor) {
    Map<String, Double> harm = new HashMap<>();
    for (Head head : Head.ALL) {
      if (harmLookedFor && head.isHarm()) {
        harm.put(head.word(), heads[head.lane()]);
      }
    }
    return new Scores(injection(), leak(), harm);
  }
}
