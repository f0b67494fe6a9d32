package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.HeadModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** Models that give every text the same scores, so that a test says them and no training does. */
final class FixedModel {
  private static final int HEADS = 8;
  private static final int TABLE_BYTES = Long.BYTES << 19;
  private static final double NEVER = -30;

  /** The root of the number of features that a text of some fifty characters has. */
  private static final double LONG = 13;

  private FixedModel() {}

  /** A maker of guards that give every text that score as an attack, and none as harm. */
  static Function<GuardPolicy, Guard> attack(double score) {
    return of(logit(score), NEVER);
  }

  /** A maker of guards that give every text that score as hate, and none as an attack. */
  static Function<GuardPolicy, Guard> hate(double score) {
    return of(NEVER, logit(score));
  }

  /** A maker of guards to which no text looks like anything. */
  static Function<GuardPolicy, Guard> nothing() {
    return of(NEVER, NEVER);
  }

  /** A maker of guards to which a text is the more an attack the longer it is. */
  static Function<GuardPolicy, Guard> longTexts() {
    return made(1, -LONG, NEVER);
  }

  private static double logit(double score) {
    return Math.log(score / (1 - score));
  }

  private static Function<GuardPolicy, Guard> of(double attack, double hate) {
    return made(0, attack, hate);
  }

  /**
   * Each feature of a text weighs one as an attack, so that the logit is the root of how many there
   * are, times {@code scale}, and the offset. With these bounds a score is the logistic function of
   * a logit.
   */
  private static Function<GuardPolicy, Guard> made(int scale, double attack, double hate) {
    ObjectNode card = Json.object();
    for (int head = 0; head < HEADS; head++) {
      card.withArray("scales").add(head == 0 ? scale : 0);
      card.withArray("offsets").add(head == 0 ? attack : head == 2 ? hate : NEVER);
      card.withArray("flag-at").add(0);
      card.withArray("block-at").add(Math.log(0.85 / 0.15));
    }
    byte[] table = new byte[TABLE_BYTES];
    Arrays.fill(table, (byte) (128 + 1));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(("moat-heads 1\n" + Json.text(card) + "\n").getBytes(StandardCharsets.UTF_8));
    file.writeBytes(table);
    try {
      HeadModel model =
          HeadModel.read(new ByteArrayInputStream(file.toByteArray()), "the fixed model");
      return policy -> Guard.of(policy, model);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
