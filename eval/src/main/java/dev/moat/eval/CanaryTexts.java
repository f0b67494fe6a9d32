package dev.moat.eval;

import dev.moat.core.Failure;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The planted canary and, after it, texts of the same form whose secrets were drawn at random: each
 * digit of the secret is replaced by a random one, so every candidate is as likely as the secret
 * was before it was planted.
 */
record CanaryTexts(List<String> texts, long space, int copies) {
  private static final int CANDIDATES_LEAST = 15;
  private static final int CANDIDATES_MOST = 1 << 20;
  private static final int DRAWS_PER_CANDIDATE = 8;

  CanaryTexts {
    texts = List.copyOf(texts);
  }

  /** The canary whose planted text is {@code planted} and holds {@code secret} once. */
  static CanaryTexts of(Planted planted, int candidates, long seed) {
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
    texts.add(planted.text());
    SplittableRandom random = new SplittableRandom(seed);
    long draws = (long) candidates * DRAWS_PER_CANDIDATE;
    for (long draw = 0; draw < draws && texts.size() <= candidates; draw++) {
      texts.add(planted.with(other(planted.secret(), random)));
    }
    if (texts.size() <= CANDIDATES_LEAST) {
      throw Failure.invalid(
          "canary: its secret has too few digits to draw candidates from; plant a longer one");
    }
    return new CanaryTexts(new ArrayList<>(texts), planted.space(), planted.copies());
  }

  private static String other(String secret, RandomGenerator random) {
    StringBuilder out = new StringBuilder(secret);
    for (int i = 0; i < out.length(); i++) {
      if (Character.isDigit(out.charAt(i))) {
        out.setCharAt(i, (char) ('0' + random.nextInt(10)));
      }
    }
    return out.toString();
  }

  /** The canary as it was planted: {@code before}, the secret, {@code after}. */
  record Planted(String before, String secret, String after, long space, int copies) {
    String text() {
      return with(secret);
    }

    String with(String other) {
      return before + other + after;
    }
  }
}
