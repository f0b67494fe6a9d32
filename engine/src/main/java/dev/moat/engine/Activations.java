package dev.moat.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * What the forward pass leaves for the backward pass; the arrays grow with the largest batch and
 * are used again.
 */
final class Activations {
  private final ModelConfig config;
  private final List<Layer> layers = new ArrayList<>();
  private int capacity;

  /** The residual stream behind the last layer, its norm, and the norm's reciprocals. */
  private float[] last = new float[0];

  private float[] lastNorm = new float[0];
  private float[] lastReciprocals = new float[0];

  /** The arrays of one layer; a row for each position. */
  static final class Layer {
    final float[] input;
    final float[] inputNorm;
    final float[] inputReciprocals;

    /** Queries and keys before their norms; empty in models without such norms. */
    final float[] rawQueryKey;

    final float[] queryKeyReciprocals;
    final float[] queryKeyValue;
    final float[] attended;
    final float[] logSums;
    final float[] middle;
    final float[] middleNorm;
    final float[] middleReciprocals;
    final float[] gateUp;
    final float[] activated;

    Layer(ModelConfig config, int positions) {
      int hidden = config.hiddenSize();
      int heads = config.heads() + config.keyValueHeads();
      int normed = config.queryKeyNorm() ? positions * heads : 0;
      input = new float[positions * hidden];
      inputNorm = new float[positions * hidden];
      inputReciprocals = new float[positions];
      rawQueryKey = new float[normed * config.headSize()];
      queryKeyReciprocals = new float[normed];
      queryKeyValue = new float[positions * (heads + config.keyValueHeads()) * config.headSize()];
      attended = new float[positions * config.heads() * config.headSize()];
      logSums = new float[positions * config.heads()];
      middle = new float[positions * hidden];
      middleNorm = new float[positions * hidden];
      middleReciprocals = new float[positions];
      gateUp = new float[positions * 2 * config.intermediateSize()];
      activated = new float[positions * config.intermediateSize()];
    }
  }

  Activations(ModelConfig config) {
    this.config = config;
  }

  /** Makes room for so many positions in so many layers. */
  void reach(int positions, int layerCount) {
    if (positions > capacity) {
      capacity = positions;
      layers.clear();
      last = new float[positions * config.hiddenSize()];
      lastNorm = new float[positions * config.hiddenSize()];
      lastReciprocals = new float[positions];
    }
    while (layers.size() < layerCount) {
      layers.add(new Layer(config, capacity));
    }
  }

  Layer layer(int index) {
    return layers.get(index);
  }

  float[] last() {
    return last;
  }

  float[] lastNorm() {
    return lastNorm;
  }

  float[] lastReciprocals() {
    return lastReciprocals;
  }
}
