package dev.moat.engine;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The Muon optimiser for matrices (Jordan et al. 2024): the momentum of each gradient is replaced
 * by the nearest orthogonal matrix before it is applied, so that no direction of a weight dominates
 * its update. Embeddings and norms belong to {@link AdamW}.
 *
 * <p>The orthogonal matrix is found by five Newton-Schulz steps of a quintic polynomial. An update
 * is scaled by {@code 0.2 sqrt(max(rows, columns))}, so that its root mean square is that of an
 * AdamW update at the same learning rate (Liu et al. 2025, "Muon is scalable for LLM training").
 */
public final class Muon implements AutoCloseable {
  /** What does not change while training. */
  public record Settings(double momentum, double weightDecay) {}

  private static final int ITERATIONS = 5;
  private static final float LINEAR = 3.4445f;
  private static final float CUBIC = -4.7750f;
  private static final float QUINTIC = 2.0315f;
  private static final double SCALE = 0.2;
  private static final double NORM_EPSILON = 1e-7;
  private static final String MOMENTUM = ".momentum";

  private final SortedMap<String, Tensor> parameters;
  private final SortedMap<String, Tensor> momenta = new TreeMap<>();
  private final Settings settings;
  private final Workers workers;
  private final Gemm gemm;
  private final PackedMatrix packed = new PackedMatrix();
  private float[] wide = new float[0];
  private float[] next = new float[0];
  private float[] square = new float[0];
  private float[] mixed = new float[0];

  /** Optimises matrices in place; every tensor must have two dimensions. */
  public Muon(SortedMap<String, Tensor> parameters, Settings settings, int threads) {
    for (Tensor parameter : parameters.values()) {
      if (parameter.shape().length != 2) {
        throw new IllegalArgumentException(parameter.name() + " is no matrix; give it to AdamW");
      }
      momenta.put(
          parameter.name() + MOMENTUM,
          Tensor.zeros(parameter.name() + MOMENTUM, parameter.shape().clone()));
    }
    this.parameters = new TreeMap<>(parameters);
    this.settings = settings;
    workers = new Workers(threads);
    gemm = new Gemm(workers);
  }

  /** Applies one update; the gradients are only read. */
  public void step(Map<String, Tensor> gradients, double learningRate) {
    parameters.forEach(
        (name, parameter) -> {
          Tensor gradient = gradients.get(name);
          Tensor momentum = momenta.get(name + MOMENTUM);
          if (gradient == null || momentum == null) {
            throw new IllegalArgumentException("no gradient for " + name);
          }
          update(parameter, momentum.values(), gradient.values(), learningRate);
        });
  }

  /** The momenta, for a checkpoint. */
  public SortedMap<String, Tensor> state() {
    return java.util.Collections.unmodifiableSortedMap(momenta);
  }

  /** Takes over the momenta of a checkpoint. */
  public void restore(Map<String, Tensor> state) {
    momenta.forEach(
        (name, momentum) -> {
          Tensor saved = state.get(name);
          if (saved == null || saved.values().length != momentum.values().length) {
            throw new IllegalArgumentException(
                "state lacks " + name + " or has it in another shape");
          }
          System.arraycopy(saved.values(), 0, momentum.values(), 0, saved.values().length);
        });
  }

  @Override
  public void close() {
    workers.close();
  }

  private void update(Tensor parameter, float[] momentum, float[] gradient, double learningRate) {
    int rows = parameter.shape()[0];
    int columns = parameter.shape()[1];
    float[] values = parameter.values();
    reserve(values.length, Math.min(rows, columns));
    float beta = (float) settings.momentum();
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      momentum[i] = beta * momentum[i] + (1 - beta) * gradient[i];
      float ahead = beta * momentum[i] + (1 - beta) * gradient[i];
      squares += (double) ahead * ahead;
      wide[i] = ahead;
    }
    float scale = (float) (1 / (Math.sqrt(squares) + NORM_EPSILON));
    boolean tall = rows > columns;
    if (tall) {
      transpose(wide, next, rows, columns);
      swap();
    }
    for (int i = 0; i < values.length; i++) {
      wide[i] *= scale;
    }
    orthogonalise(Math.min(rows, columns), Math.max(rows, columns));
    if (tall) {
      transpose(wide, next, columns, rows);
      swap();
    }
    float rate = (float) (learningRate * SCALE * Math.sqrt(Math.max(rows, columns)));
    float kept = (float) (1 - learningRate * settings.weightDecay());
    for (int i = 0; i < values.length; i++) {
      values[i] = kept * values[i] - rate * wide[i];
    }
  }

  /** X becomes aX + (bA + cAA)X with A = XX', five times, X being {@code rows x columns}. */
  private void orthogonalise(int rows, int columns) {
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      Matrix x = Matrix.of(wide, columns);
      packed.shape(columns, rows);
      packed.packTransposed(x, Range.of(rows), 0);
      gemm.multiply(x, packed, Matrix.of(square, rows), rows, false);
      gemm.packRows(Matrix.of(square, rows), rows, rows, packed);
      gemm.multiply(Matrix.of(square, rows), packed, Matrix.of(mixed, rows), rows, false);
      for (int i = 0; i < rows * rows; i++) {
        mixed[i] = CUBIC * square[i] + QUINTIC * mixed[i];
      }
      for (int i = 0; i < rows * columns; i++) {
        next[i] = LINEAR * wide[i];
      }
      gemm.packRows(x, rows, columns, packed);
      gemm.multiply(Matrix.of(mixed, rows), packed, Matrix.of(next, columns), rows, true);
      swap();
    }
  }

  private void swap() {
    float[] other = wide;
    wide = next;
    next = other;
  }

  private static void transpose(float[] from, float[] to, int rows, int columns) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        to[column * rows + row] = from[row * columns + column];
      }
    }
  }

  private void reserve(int size, int side) {
    if (wide.length < size) {
      wide = Arrays.copyOf(wide, size);
      next = Arrays.copyOf(next, size);
    }
    if (square.length < side * side) {
      square = new float[side * side];
      mixed = new float[side * side];
    }
  }
}
