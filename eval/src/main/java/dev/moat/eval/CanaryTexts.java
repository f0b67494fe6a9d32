package dev.moat.eval;

import dev.moat.core.Failure;
import dev.moat.data.Canary;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The planted canary and, after it, the same sentence with other secrets, drawn at random from the
 * canary's space: each is as likely as the secret was before it was planted.
 */
record CanaryTexts(List<String> texts, long space, int copies) {
  private static final int CANDIDATES_LEAST = 15;
  private static final int CANDIDATES_MOST = 1 << 20;
  private static final int DRAWS_PER_CANDIDATE = 8;

  CanaryTexts {
    texts = List.copyOf(texts);
  }

  /** The canary among {@code candidates} others, or among as many as its space is large. */
  static CanaryTexts of(Canary canary, int candidates, long seed) {
    if (candidates < CANDIDATES_LEAST || candidates > CANDIDATES_MOST) {
      throw Failure.invalid(
          "canary: "
              + candidates
              + " candidates; give "
              + CANDIDATES_LEAST
              + " to "
              + CANDIDATES_MOST);
    }
    Set<String> texts = new LinkedHashSet<>();
    texts.add(canary.sentence());
    SplittableRandom random = new SplittableRandom(seed);
    long draws = (long) candidates * DRAWS_PER_CANDIDATE;
    for (long draw = 0; draw < draws && texts.size() <= candidates; draw++) {
      texts.add(canary.candidate(random.nextLong(canary.space())));
    }
    if (texts.size() <= CANDIDATES_LEAST) {
      throw Failure.invalid(
          "canary: its space of "
              + canary.space()
              + " is too small to rank in; plant one with more digits");
    }
    return new CanaryTexts(List.copyOf(texts), canary.space(), canary.copies());
  }
}
