package dev.moat.train;

import dev.moat.engine.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** How far a tuning run is: steps done, the best matrices so far, the loss curve. */
final class LoraState {
  private long steps;
  private double bestLoss = Double.POSITIVE_INFINITY;
  private long bestStep;
  private int worse;
  private final SortedMap<String, Tensor> best = new TreeMap<>();
  private final List<LoraOutcome.Point> curve = new ArrayList<>();

  LoraState(long steps) {
    this.steps = steps;
  }

  long steps() {
    return steps;
  }

  double bestLoss() {
    return bestLoss;
  }

  long bestStep() {
    return bestStep;
  }

  /** Measurements since the best one. */
  int worse() {
    return worse;
  }

  /** Copies of the best matrices; empty until something was measured. */
  SortedMap<String, Tensor> best() {
    return best;
  }

  List<LoraOutcome.Point> curve() {
    return curve;
  }

  void restoreBest(double loss, long step, int worseSince) {
    bestLoss = loss;
    bestStep = step;
    worse = worseSince;
  }

  void stepped() {
    steps++;
  }

  /** Takes a validation loss; keeps a copy of the matrices if it is the lowest so far. */
  void measured(double loss, SortedMap<String, Tensor> matrices) {
    if (!(loss < bestLoss)) {
      worse++;
      return;
    }
    restoreBest(loss, steps, 0);
    matrices.forEach(
        (name, tensor) ->
            best.put(name, new Tensor(name, tensor.shape(), tensor.values().clone())));
  }
}
