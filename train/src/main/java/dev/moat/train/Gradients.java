package dev.moat.train;

import dev.moat.engine.Tensor;
import java.util.Map;

/** What training does to gradients before they are applied. */
final class Gradients {
  private Gradients() {}

  /** Multiplies all by {@code factor}, and then so that their joint norm is at most {@code clip}. */
  static double scaleAndClip(Map<String, Tensor> gradients, double factor, double clip) {
    double squares = 0;
    for (Tensor gradient : gradients.values()) {
      for (float value : gradient.values()) {
        squares += (double) value * value;
      }
    }
    double norm = Math.sqrt(squares) * factor;
    float scale = (float) (norm > clip ? factor * clip / norm : factor);
    if (scale != 1) {
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
