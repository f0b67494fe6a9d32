package dev.moat.serve;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How much each conversation looks like an attack: the sum of the scores of those of its texts that
 * reach a floor, which fades with time and with every question. A history is sent again with every
 * question, so each text counts once. Pure arithmetic: the time comes with each call. Safe for
 * several threads.
 */
final class Suspicion {
  /** How many conversations are remembered. */
  static final int CONVERSATIONS_MAX = 20_000;

  /** How many texts of one conversation are known again; who sends more only counts more. */
  static final int TEXTS_MAX = 64;

  /** What is left of a sum after one more question: half after about fourteen honest ones. */
  static final double KEPT_BY_TURN = 0.95;

  /**
   * What a conversation looks like after a question.
   *
   * @param persistent whether what would be flagged is to be blocked
   * @param attempted whether the question is a new attempt, and not only holds an old one
   */
  record Weight(double sum, boolean persistent, boolean attempted) {
    static final Weight NONE = new Weight(0, false, false);
  }

  /** One conversation. */
  private static final class Past {
    private final Set<String> counted = new LinkedHashSet<>();
    private double sum;
    private long atMillis;
  }

  private final Recent<Past> conversations = new Recent<>(CONVERSATIONS_MAX);

  /** Adds the texts of a question that are new to its conversation. */
  Weight weigh(
      String conversation, List<Suspect> suspects, ConversationRules rules, long nowMillis) {
    return suspects.isEmpty()
        ? conversations.ifKnown(conversation, past -> honest(past, rules, nowMillis), Weight.NONE)
        : conversations.with(
            conversation, Past::new, past -> weigh(past, suspects, rules, nowMillis));
  }

  /** How many conversations are remembered now. */
  int size() {
    return conversations.size();
  }

  /** A question that adds nothing, and in which nothing could be blocked. */
  private static Weight honest(Past past, ConversationRules rules, long nowMillis) {
    fade(past, rules, nowMillis);
    return new Weight(past.sum, false, false);
  }

  private static Weight weigh(
      Past past, List<Suspect> suspects, ConversationRules rules, long nowMillis) {
    fade(past, rules, nowMillis);
    boolean flagged = false;
    boolean attempted = false;
    for (Suspect suspect : suspects) {
      boolean fresh = past.counted.add(suspect.digest());
      if (fresh && suspect.score() >= rules.floor()) {
        past.sum += suspect.score();
      }
      flagged |= suspect.flagged();
      attempted |= suspect.flagged() && (fresh || suspect.asked());
    }
    while (past.counted.size() > TEXTS_MAX) {
      past.counted.remove(past.counted.iterator().next());
    }
    boolean over = rules.bound() > 0 && past.sum > rules.bound();
    return new Weight(past.sum, over && flagged, attempted);
  }

  private static void fade(Past past, ConversationRules rules, long nowMillis) {
    past.sum *= faded(nowMillis - past.atMillis, rules.halfLife().toMillis()) * KEPT_BY_TURN;
    past.atMillis = nowMillis;
  }

  /** What is left of one after that time; a clock that was set back leaves all. */
  private static double faded(long millis, long halfLifeMillis) {
    return Math.pow(0.5, Math.max(0, millis) / (double) halfLifeMillis);
  }
}
