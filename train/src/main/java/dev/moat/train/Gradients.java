package dev.moat.train;

import dev.moat.engine.Tensor;
import java.util.Map;

/** What training does to gradients before they are applied. */
final class Gradients {
  private Gradients() {}

  /** Shrinks all gradients so that their joint norm is at most {@code most}; returns the norm. */
  static double clip(Map<String, Tensor> gradients, double most) {
    double squares = 0;
    for (Tensor gradient : gradients.values()) {
      for (float value : gradient.values()) {
        squares += (double) value * value;
      }
    }
    double norm = Math.sqrt(squares);
    if (norm > most) {
      float scale = (float) (most / norm);
      for (Tensor gradient : gradients.values()) {
        float[] values = gradient.values();
        for (int i = 0; i < values.length; i++) {
          values[i] *= scale;
        }
      }
    }
    return norm;
  }
}
