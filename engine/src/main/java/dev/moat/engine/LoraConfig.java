package dev.moat.engine;

import dev.moat.core.Failure;
import java.util.List;
import java.util.Set;

/**
 * Hyperparameters of low-rank adaptation (Hu et al. 2021): the change of each weight is {@code
 * alpha / rank * B * A}.
 *
 * @param targetModules the projections to adapt, such as {@code q_proj}
 */
public record LoraConfig(int rank, float alpha, List<String> targetModules) {
  /** The projections that can be adapted. */
  public static final List<String> ALL_PROJECTIONS =
      List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

  private static final int RANK_MAX = 1_024;

  public LoraConfig {
    targetModules = List.copyOf(targetModules);
    if (rank < 1 || rank > RANK_MAX) {
      throw Failure.invalid("lora r: " + rank + " is not between 1 and " + RANK_MAX);
    }
    if (!(alpha > 0) || Float.isInfinite(alpha)) {
      throw Failure.invalid("lora alpha: " + alpha + " is not a positive number");
    }
    if (targetModules.isEmpty() || Set.copyOf(targetModules).size() != targetModules.size()) {
      throw Failure.invalid("lora target modules: " + targetModules + " must be some, each once");
    }
    for (String module : targetModules) {
      if (!ALL_PROJECTIONS.contains(module)) {
        throw Failure.invalid(
            "lora target module " + module + ": unknown; the known are " + ALL_PROJECTIONS);
      }
    }
  }

  /** The factor of {@code B * A}. */
  public float scale() {
    return alpha / rank;
  }
}
