package dev.moat.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How probable the model found one token after those before it, and what it found likeliest.
 *
 * <p>The probabilities are those of the model itself: no temperature and no cut of unlikely tokens
 * is in them.
 *
 * @param token its id
 * @param logprob the natural logarithm of its probability; nothing is known of a first token
 * @param likeliest the likeliest tokens in its place, the likeliest first; equals by id
 */
public record TokenScore(int token, OptionalDouble logprob, List<Likely> likeliest) {
  /** How many likely tokens may be asked for. */
  public static final int LIKELIEST_MAX = 20;

  /** A token and the natural logarithm of its probability. */
  public record Likely(int token, double logprob) {}

  /** Copies the list in. */
  public TokenScore {
    likeliest = List.copyOf(likeliest);
  }

  /** A token with none before it. */
  static TokenScore first(int token) {
    return new TokenScore(token, OptionalDouble.empty(), List.of());
  }

  /** The score of {@code token} by its row of logits, which are used up. */
  static TokenScore of(int token, float[] logits, Range row, int wanted) {
    int at = row.from();
    int count = row.size();
    int[] best = best(logits, row, Math.min(wanted, count));
    float[] bestLogits = new float[best.length];
    for (int i = 0; i < best.length; i++) {
      bestLogits[i] = logits[at + best[i]];
    }
    float own = logits[at + token];
    float max = VectorMath.max(logits, at, count);
    double total = max + StrictMath.log(VectorMath.expInPlace(logits, row, 1f, max));
    if (!Double.isFinite(total)) {
      throw new ArithmeticException("logits are not finite: the model's weights are damaged");
    }
    List<Likely> likeliest = new ArrayList<>(best.length);
    for (int i = 0; i < best.length; i++) {
      likeliest.add(new Likely(best[i], bestLogits[i] - total));
    }
    return new TokenScore(token, OptionalDouble.of(own - total), likeliest);
  }

  /** The places in the row of its largest logits, by insertion: few are wanted. */
  private static int[] best(float[] logits, Range row, int wanted) {
    int[] best = new int[wanted];
    int found = 0;
    for (int i = 0; i < row.size(); i++) {
      float logit = logits[row.from() + i];
      if (found == wanted && (wanted == 0 || logit <= logits[row.from() + best[found - 1]])) {
        continue;
      }
      int place = found < wanted ? found++ : found - 1;
      for (; place > 0 && logits[row.from() + best[place - 1]] < logit; place--) {
        best[place] = best[place - 1];
      }
      best[place] = i;
    }
    return best;
  }
}
