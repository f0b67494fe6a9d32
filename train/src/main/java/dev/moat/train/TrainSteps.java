package dev.moat.train;

import dev.moat.flow.Step;
import java.util.List;

/** The steps that this room gives to pipelines. */
public final class TrainSteps {
  private TrainSteps() {}

  /** All of them; models run on {@code threads} threads, which never changes a result. */
  public static List<Step> steps(int threads) {
    return List.of(new LoraStep(threads));
  }
}
