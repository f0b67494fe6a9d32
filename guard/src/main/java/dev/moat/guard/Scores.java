package dev.moat.guard;

import java.util.Map;

/**
 * How much a text looks like what a guard knows, each from 0 (not at all) to 1 (certainly).
 *
 * @param injection like an attack on the model's instructions
 * @param leak like an answer that tells the instructions
 * @param harm like each category of harm; empty where nobody looked
 */
public record Scores(double injection, double leak, Map<String, Double> harm) {
  /** Copies the map in. */
  public Scores {
    harm = Map.copyOf(harm);
  }

  /** Only a score of an attack. */
  public static Scores of(double injection) {
    return new Scores(injection, 0, Map.of());
  }

  /** The largest score of any category of harm. */
  public double harmMax() {
    return harm.values().stream().mapToDouble(score -> score).max().orElse(0);
  }
}
