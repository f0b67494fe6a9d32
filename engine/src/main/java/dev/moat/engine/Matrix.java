package dev.moat.engine;

/**
 * A view of a matrix inside an array: element (r, c) lies at {@code offset + r * stride + c}, or at
 * {@code offset + c * stride + r} where it is read transposed.
 */
@SuppressWarnings("ArrayRecordComponent") // live arrays, never compared
record Matrix(float[] values, int offset, int stride, boolean transposed) {
  static Matrix of(float[] values, int stride) {
    return new Matrix(values, 0, stride, false);
  }

  /** The same values seen from another offset. */
  Matrix at(int newOffset) {
    return new Matrix(values, newOffset, stride, transposed);
  }

  Matrix transpose() {
    return new Matrix(values, offset, stride, !transposed);
  }
}
