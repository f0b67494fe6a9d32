package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.guard.Action;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy.ChannelPolicy;
import dev.moat.guard.Kind;
import dev.moat.guard.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the texts of one question that look like attacks of its user, and the user's last short
 * messages, which may be one attack cut up.
 */
final class Suspects {
  /** A longer message is judged by itself only. */
  static final int SHORT_CHARACTERS_MAX = 200;

  private static final String USER = "user";

  private final NamedGuard guard;
  private final ParsedRequest request;
  private final List<Suspect> found = new ArrayList<>();
  private final Map<Integer, Double> scores = new HashMap<>();
  private final List<ParsedRequest.Turn> turns;

  Suspects(NamedGuard guard, ParsedRequest request) {
    this.guard = guard;
    this.request = request;
    this.turns = request.turns();
  }

  /** Whether an attack of a user is blocked by that guard at all. */
  static boolean mayBlock(Guard guard) {
    return guard.policy().channel(Channel.USER).action(Kind.INJECTION) == Action.BLOCK;
  }

  /** Adds the verdict on the text of that number. */
  void add(int number, Verdict verdict) {
    TextSpan text = request.texts().get(number);
    if (text.channel() != Channel.USER || !acts()) {
      return;
    }
    double score = verdict.scores().injection();
    scores.put(number, score);
    boolean flagged = isAttack(verdict);
    if (flagged || score >= guard.rules().floor()) {
      found.add(new Suspect(Digest.of(text.text()).hex(), score, flagged, isAsked(number)));
    }
  }

  /** Judges the last short messages as one, and tells {@code findings} if that shows more. */
  void judgeTurns(Findings findings) {
    List<Integer> last = findings.blocked() ? List.of() : lastShort();
    if (last.size() < 2) {
      return;
    }
    List<String> texts = last.stream().map(number -> request.texts().get(number).text()).toList();
    Verdict verdict = guard.guard().judgeTogether(Channel.USER, texts);
    double alone = last.stream().mapToDouble(n -> scores.getOrDefault(n, 0.0)).max().orElse(0);
    double together = verdict.scores().injection();
    boolean attack = isAttack(verdict);
    if (together > alone && (attack || !(verdict instanceof Verdict.Pass))) {
      findings.addTogether(Channel.USER, verdict);
      if (attack && acts()) { // messages slide on: their digest would never be known again
        found.add(new Suspect(Findings.TOGETHER, together, true, false));
      }
    }
  }

  /** What was found, in the order of the question. */
  List<Suspect> found() {
    return found;
  }

  /** Whether the policy does more than note an attack of a user. */
  private boolean acts() {
    ChannelPolicy policy = guard.guard().policy().channel(Channel.USER);
    Action action = policy.action(Kind.INJECTION);
    return !policy.shadow() && (action == Action.FLAG || action == Action.BLOCK);
  }

  /** Whether it is an attack on the model; harm is another matter, and no attempt of one. */
  private boolean isAttack(Verdict verdict) {
    return verdict.scores().injection() >= guard.guard().policy().channel(Channel.USER).flagAt();
  }

  private boolean isAsked(int number) {
    return !turns.isEmpty()
        && turns.getLast().role().equals(USER)
        && turns.getLast().contents().contains(number);
  }

  /** The numbers of the short texts at the end, in order; none where nothing is a conversation. */
  private List<Integer> lastShort() {
    List<Integer> last = new ArrayList<>();
    int left = guard.rules().turnsCharacters();
    if (request.places().messages() == 0) {
      return last; // prompts and inputs beside each other are no conversation
    }
    for (int i = turns.size() - 1; i >= 0; i--) {
      ParsedRequest.Turn turn = turns.get(i);
      for (int j = turn.contents().size() - 1; j >= 0 && turn.role().equals(USER); j--) {
        int number = turn.contents().get(j);
        TextSpan text = request.texts().get(number);
        if (text.channel() != Channel.USER
            || text.text().length() >= SHORT_CHARACTERS_MAX
            || guard.guard().allows(Channel.USER, text.text())) {
          continue;
        }
        left -= text.text().length() + 1;
        if (left < 0) {
          return last.reversed();
        }
        last.add(number);
      }
    }
    return last.reversed();
  }
}
