package dev.moat.engine;

import dev.moat.core.Failure;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The optimiser AdamW (Loshchilov and Hutter 2019): Adam with decoupled weight decay. */
public final class AdamW {
  private static final VectorSpecies<Float> SPECIES = GemmKernel.SPECIES;
  private static final String FIRST = ".exp_avg";
  private static final String SECOND = ".exp_avg_sq";

  private final SortedMap<String, Tensor> parameters;
  private final Settings settings;
  private final SortedMap<String, Tensor> state = new TreeMap<>();
  private long steps;

  /**
   * What is fixed for a whole run.
   *
   * @param weightDecay applied to matrices only, not to norms and biases
   */
  public record Settings(double beta1, double beta2, double epsilon, double weightDecay) {
    public Settings {
      requireFraction("beta1", beta1);
      requireFraction("beta2", beta2);
      if (!(epsilon > 0) || !(weightDecay >= 0)) {
        throw Failure.invalid(
            "adamw epsilon "
                + epsilon
                + ", weight decay "
                + weightDecay
                + ": must be above 0 and at least 0");
      }
    }

    private static void requireFraction(String name, double value) {
      if (!(value >= 0) || !(value < 1)) {
        throw Failure.invalid("adamw " + name + ": " + value + " is not in [0, 1)");
      }
    }
  }

  /** An optimiser that has taken no step yet. */
  public AdamW(SortedMap<String, Tensor> parameters, Settings settings) {
    this.parameters = parameters;
    this.settings = settings;
    parameters.forEach(
        (name, tensor) -> {
          state.put(name + FIRST, Tensor.zeros(name + FIRST, tensor.shape()));
          state.put(name + SECOND, Tensor.zeros(name + SECOND, tensor.shape()));
        });
  }

  /** Changes the parameters by one step against their gradients. */
  public void step(SortedMap<String, Tensor> gradients, double learningRate) {
    parameters.forEach((name, parameter) -> values(gradients, name, parameter.values().length));
    steps++;
    parameters.forEach(
        (name, parameter) -> {
          float[] gradient = values(gradients, name, parameter.values().length);
          double decay = parameter.shape().length > 1 ? settings.weightDecay : 0;
          update(parameter, gradient, learningRate, 1 - learningRate * decay);
        });
  }

  private void update(Tensor parameter, float[] gradient, double rate, double kept) {
    float[] values = parameter.values();
    float[] first = values(state, parameter.name() + FIRST, values.length);
    float[] second = values(state, parameter.name() + SECOND, values.length);
    float rateNow = (float) (rate / (1 - StrictMath.pow(settings.beta1, (double) steps)));
    float beta1 = (float) settings.beta1;
    float fresh1 = (float) (1 - settings.beta1);
    float beta2 = (float) settings.beta2;
    float fresh2 = (float) (1 - settings.beta2);
    float correction = (float) (1 / Math.sqrt(1 - StrictMath.pow(settings.beta2, (double) steps)));
    float epsilon = (float) settings.epsilon;
    float keep = (float) kept;
    int bound = SPECIES.loopBound(values.length);
    for (int i = 0; i < bound; i += SPECIES.length()) {
      FloatVector g = FloatVector.fromArray(SPECIES, gradient, i);
      FloatVector m = FloatVector.fromArray(SPECIES, first, i).mul(beta1).add(g.mul(fresh1));
      FloatVector v =
          FloatVector.fromArray(SPECIES, second, i).mul(beta2).add(g.mul(g).mul(fresh2));
      m.intoArray(first, i);
      v.intoArray(second, i);
      FloatVector change = m.mul(rateNow).div(v.sqrt().mul(correction).add(epsilon));
      FloatVector.fromArray(SPECIES, values, i).mul(keep).sub(change).intoArray(values, i);
    }
    for (int i = bound; i < values.length; i++) {
      float g = gradient[i];
      first[i] = first[i] * beta1 + g * fresh1;
      second[i] = second[i] * beta2 + g * g * fresh2;
      float change = first[i] * rateNow / ((float) Math.sqrt(second[i]) * correction + epsilon);
      values[i] = values[i] * keep - change;
    }
  }

  private static float[] values(Map<String, Tensor> tensors, String name, int size) {
    Tensor tensor = tensors.get(name);
    if (tensor == null || tensor.values().length != size) {
      throw Failure.invalid("optimiser tensor " + name + ": missing or of another size");
    }
    return tensor.values();
  }

  /** The running means, live: of gradients and of their squares, for checkpoints. */
  public SortedMap<String, Tensor> state() {
    return Collections.unmodifiableSortedMap(state);
  }

  /** The steps taken. */
  public long steps() {
    return steps;
  }

  /** Continues from a checkpoint: the state is copied in. */
  public void restore(Map<String, Tensor> saved, long stepsTaken) {
    if (stepsTaken < 0) {
      throw Failure.invalid("optimiser steps: " + stepsTaken + " is negative");
    }
    state.forEach(
        (name, tensor) -> {
          float[] from = values(saved, name, tensor.values().length);
          System.arraycopy(from, 0, tensor.values(), 0, from.length);
        });
    steps = stepsTaken;
  }
}
