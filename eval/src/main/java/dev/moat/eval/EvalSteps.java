package dev.moat.eval;

import dev.moat.flow.Step;
import java.util.List;

/** The steps that this room gives to pipelines. */
public final class EvalSteps {
  private EvalSteps() {}

  /** All of them; local models run on {@code threads} threads, which never changes a result. */
  public static List<Step> steps(int threads) {
    return List.of(new CompareStep(threads));
  }
}
