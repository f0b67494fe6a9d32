package dev.moat.engine;

/**
 * A named array of 32-bit floats in row-major order. The arrays are live, not copied: who changes
 * the values of a model's tensor changes the model.
 */
@SuppressWarnings("ArrayRecordComponent") // live arrays, never compared
public record Tensor(String name, int[] shape, float[] values) {
  public Tensor {
    if (elements(shape) != values.length) {
      throw new IllegalArgumentException(
          "tensor "
              + name
              + " has "
              + values.length
              + " values; its shape takes "
              + elements(shape));
    }
  }

  /** A tensor of zeros. */
  public static Tensor zeros(String name, int... shape) {
    return new Tensor(name, shape, new float[Math.toIntExact(elements(shape))]);
  }

  private static long elements(int[] shape) {
    long product = 1;
    for (int size : shape) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }
}
