package dev.moat.guard;

import dev.moat.core.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;

/**
 * Sets what the scores of a model mean: 0.5 is what one honest text in two hundred comes to (for an
 * order in a document one in a hundred, for a category of harm one in five hundred), 0.85 what one
 * in a thousand comes to.
 */
final class Bounds {
  /** The score from which a text stands out. */
  static final double FLAGGED_SCORE = 0.5;

  private static final double BLOCKED = 0.001;

  /** The least distance of the two bounds, where few honest texts tell them apart. */
  private static final float APART_MIN = 1;

  /** Where the bound lies when no honest text is known. */
  private static final float UNKNOWN = 2;

  private Bounds() {}

  /** The same model with bounds by the {@code honest} among those texts. */
  static HeadModel set(HeadModel model, List<PreparedExample> honest) {
    float[][] logits = new float[honest.size()][];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = honest.get(i).strongest(model);
    }
    ArrayNode flagAt = Json.array();
    ArrayNode blockAt = Json.array();
    for (Head head : Head.ALL) {
      float[] sorted = sorted(honest, logits, head.lane());
      float flag = quantile(sorted, flagged(head));
      flagAt.add(flag);
      blockAt.add(Math.max(quantile(sorted, BLOCKED), flag + APART_MIN));
    }
    return model.with(Map.of("flag-at", flagAt, "block-at", blockAt));
  }

  /** The share of honest texts that may stand out; six heads of harm share theirs. */
  private static double flagged(Head head) {
    return switch (head) {
      case INJECTION -> 0.005;
      case INSTRUCTION -> 0.01;
      case HATE, HARASSMENT, SELF_HARM, VIOLENCE, SEXUAL, ILLICIT -> 0.002;
    };
  }

  private static float[] sorted(List<PreparedExample> examples, float[][] logits, int head) {
    float[] honest = new float[logits.length];
    int count = 0;
    for (int i = 0; i < logits.length; i++) {
      boolean empty = examples.get(i).segments() == 0; // it is like anything
      if (!empty && examples.get(i).label(head) == 0) {
        honest[count++] = logits[i][head];
      }
    }
    float[] sorted = Arrays.copyOf(honest, count);
    Arrays.sort(sorted);
    return sorted;
  }

  private static float quantile(float[] sorted, double above) {
    if (sorted.length == 0) {
      return UNKNOWN;
    }
    return sorted[Math.max(0, (int) Math.ceil(sorted.length * (1 - above)) - 1)];
  }
}
