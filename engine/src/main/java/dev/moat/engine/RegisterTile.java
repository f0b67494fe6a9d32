package dev.moat.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of matrix multiplication, over operands set beforehand: a few rows of the
 * left operand by one panel of the right one, the results in registers all the while.
 *
 * <p>Each loop is written out because the accumulators must be local variables: the compiler keeps
 * no array of vectors in registers.
 */
final class RegisterTile {
  private static final VectorSpecies<Float> SPECIES = GemmKernel.SPECIES;
  private static final int LANES = GemmKernel.LANES;
  private static final int PANEL = GemmKernel.PANEL;
  private static final float[] NOTHING = {};

  private float[] a = NOTHING;
  private float[] b = NOTHING;
  private float[] c = NOTHING;
  private int aStride;
  private int bOffset;
  private int cStride;
  private int depth;
  private boolean accumulate;

  void left(float[] values, int stride) {
    a = values;
    aStride = stride;
  }

  void right(float[] panels, int offset) {
    b = panels;
    bOffset = offset;
  }

  void result(float[] values, int stride) {
    c = values;
    cStride = stride;
  }

  /** Sets the depth to sum over, and whether to start from what the result holds. */
  void sum(int depth, boolean accumulate) {
    this.depth = depth;
    this.accumulate = accumulate;
  }

  /**
   * Computes so many rows of one panel of the result, from the given offsets of left and result.
   */
  void tile(boolean transposed, int rows, int a0, int c0) {
    if (transposed) {
      switch (rows) {
        case 12 -> twelveColumns(a0, c0);
        case 4 -> fourColumns(a0, c0);
        default -> oneColumn(a0, c0);
      }
    } else {
      switch (rows) {
        case 12 -> twelveRows(a0, c0);
        case 4 -> fourRows(a0, c0);
        default -> oneRow(a0, c0);
      }
    }
  }

  private FloatVector start(float[] c, int offset) {
    return accumulate ? FloatVector.fromArray(SPECIES, c, offset) : FloatVector.zero(SPECIES);
  }

  /** Twelve rows of a row-major left operand. */
  private void twelveRows(int at, int c0) {
    float[] a = this.a;
    float[] b = this.b;
    float[] c = this.c;
    int b0 = this.bOffset;
    int a0 = at;
    int a1 = at + aStride;
    int a2 = at + 2 * aStride;
    int a3 = at + 3 * aStride;
    int a4 = at + 4 * aStride;
    int a5 = at + 5 * aStride;
    int a6 = at + 6 * aStride;
    int a7 = at + 7 * aStride;
    int a8 = at + 8 * aStride;
    int a9 = at + 9 * aStride;
    int a10 = at + 10 * aStride;
    int a11 = at + 11 * aStride;
    int c1 = c0 + cStride;
    int c2 = c0 + 2 * cStride;
    int c3 = c0 + 3 * cStride;
    int c4 = c0 + 4 * cStride;
    int c5 = c0 + 5 * cStride;
    int c6 = c0 + 6 * cStride;
    int c7 = c0 + 7 * cStride;
    int c8 = c0 + 8 * cStride;
    int c9 = c0 + 9 * cStride;
    int c10 = c0 + 10 * cStride;
    int c11 = c0 + 11 * cStride;
    FloatVector s0 = start(c, c0);
    FloatVector t0 = start(c, c0 + LANES);
    FloatVector s1 = start(c, c1);
    FloatVector t1 = start(c, c1 + LANES);
    FloatVector s2 = start(c, c2);
    FloatVector t2 = start(c, c2 + LANES);
    FloatVector s3 = start(c, c3);
    FloatVector t3 = start(c, c3 + LANES);
    FloatVector s4 = start(c, c4);
    FloatVector t4 = start(c, c4 + LANES);
    FloatVector s5 = start(c, c5);
    FloatVector t5 = start(c, c5 + LANES);
    FloatVector s6 = start(c, c6);
    FloatVector t6 = start(c, c6 + LANES);
    FloatVector s7 = start(c, c7);
    FloatVector t7 = start(c, c7 + LANES);
    FloatVector s8 = start(c, c8);
    FloatVector t8 = start(c, c8 + LANES);
    FloatVector s9 = start(c, c9);
    FloatVector t9 = start(c, c9 + LANES);
    FloatVector s10 = start(c, c10);
    FloatVector t10 = start(c, c10 + LANES);
    FloatVector s11 = start(c, c11);
    FloatVector t11 = start(c, c11 + LANES);
    int depth = this.depth;
    for (int k = 0; k < depth; k++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * PANEL + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
      s0 = x.fma(left, s0);
      t0 = x.fma(right, t0);
      x = FloatVector.broadcast(SPECIES, a[a1 + k]);
      s1 = x.fma(left, s1);
      t1 = x.fma(right, t1);
      x = FloatVector.broadcast(SPECIES, a[a2 + k]);
      s2 = x.fma(left, s2);
      t2 = x.fma(right, t2);
      x = FloatVector.broadcast(SPECIES, a[a3 + k]);
      s3 = x.fma(left, s3);
      t3 = x.fma(right, t3);
      x = FloatVector.broadcast(SPECIES, a[a4 + k]);
      s4 = x.fma(left, s4);
      t4 = x.fma(right, t4);
      x = FloatVector.broadcast(SPECIES, a[a5 + k]);
      s5 = x.fma(left, s5);
      t5 = x.fma(right, t5);
      x = FloatVector.broadcast(SPECIES, a[a6 + k]);
      s6 = x.fma(left, s6);
      t6 = x.fma(right, t6);
      x = FloatVector.broadcast(SPECIES, a[a7 + k]);
      s7 = x.fma(left, s7);
      t7 = x.fma(right, t7);
      x = FloatVector.broadcast(SPECIES, a[a8 + k]);
      s8 = x.fma(left, s8);
      t8 = x.fma(right, t8);
      x = FloatVector.broadcast(SPECIES, a[a9 + k]);
      s9 = x.fma(left, s9);
      t9 = x.fma(right, t9);
      x = FloatVector.broadcast(SPECIES, a[a10 + k]);
      s10 = x.fma(left, s10);
      t10 = x.fma(right, t10);
      x = FloatVector.broadcast(SPECIES, a[a11 + k]);
      s11 = x.fma(left, s11);
      t11 = x.fma(right, t11);
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + LANES);
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + LANES);
    s3.intoArray(c, c3);
    t3.intoArray(c, c3 + LANES);
    s4.intoArray(c, c4);
    t4.intoArray(c, c4 + LANES);
    s5.intoArray(c, c5);
    t5.intoArray(c, c5 + LANES);
    s6.intoArray(c, c6);
    t6.intoArray(c, c6 + LANES);
    s7.intoArray(c, c7);
    t7.intoArray(c, c7 + LANES);
    s8.intoArray(c, c8);
    t8.intoArray(c, c8 + LANES);
    s9.intoArray(c, c9);
    t9.intoArray(c, c9 + LANES);
    s10.intoArray(c, c10);
    t10.intoArray(c, c10 + LANES);
    s11.intoArray(c, c11);
    t11.intoArray(c, c11 + LANES);
  }

  /** Four rows of a row-major left operand. */
  private void fourRows(int at, int c0) {
    float[] a = this.a;
    float[] b = this.b;
    float[] c = this.c;
    int b0 = this.bOffset;
    int a0 = at;
    int a1 = at + aStride;
    int a2 = at + 2 * aStride;
    int a3 = at + 3 * aStride;
    int c1 = c0 + cStride;
    int c2 = c0 + 2 * cStride;
    int c3 = c0 + 3 * cStride;
    FloatVector s0 = start(c, c0);
    FloatVector t0 = start(c, c0 + LANES);
    FloatVector s1 = start(c, c1);
    FloatVector t1 = start(c, c1 + LANES);
    FloatVector s2 = start(c, c2);
    FloatVector t2 = start(c, c2 + LANES);
    FloatVector s3 = start(c, c3);
    FloatVector t3 = start(c, c3 + LANES);
    int depth = this.depth;
    for (int k = 0; k < depth; k++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * PANEL + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
      s0 = x.fma(left, s0);
      t0 = x.fma(right, t0);
      x = FloatVector.broadcast(SPECIES, a[a1 + k]);
      s1 = x.fma(left, s1);
      t1 = x.fma(right, t1);
      x = FloatVector.broadcast(SPECIES, a[a2 + k]);
      s2 = x.fma(left, s2);
      t2 = x.fma(right, t2);
      x = FloatVector.broadcast(SPECIES, a[a3 + k]);
      s3 = x.fma(left, s3);
      t3 = x.fma(right, t3);
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + LANES);
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + LANES);
    s3.intoArray(c, c3);
    t3.intoArray(c, c3 + LANES);
  }

  /** One row of a row-major left operand. */
  private void oneRow(int at, int c0) {
    float[] a = this.a;
    float[] b = this.b;
    float[] c = this.c;
    int b0 = this.bOffset;
    int a0 = at;
    FloatVector s0 = start(c, c0);
    FloatVector t0 = start(c, c0 + LANES);
    int depth = this.depth;
    for (int k = 0; k < depth; k++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * PANEL + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
      s0 = x.fma(left, s0);
      t0 = x.fma(right, t0);
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
  }

  /** Twelve columns of a left operand that is read transposed. */
  private void twelveColumns(int at, int c0) {
    float[] a = this.a;
    float[] b = this.b;
    float[] c = this.c;
    int b0 = this.bOffset;
    int aStep = this.aStride;
    int c1 = c0 + cStride;
    int c2 = c0 + 2 * cStride;
    int c3 = c0 + 3 * cStride;
    int c4 = c0 + 4 * cStride;
    int c5 = c0 + 5 * cStride;
    int c6 = c0 + 6 * cStride;
    int c7 = c0 + 7 * cStride;
    int c8 = c0 + 8 * cStride;
    int c9 = c0 + 9 * cStride;
    int c10 = c0 + 10 * cStride;
    int c11 = c0 + 11 * cStride;
    FloatVector s0 = start(c, c0);
    FloatVector t0 = start(c, c0 + LANES);
    FloatVector s1 = start(c, c1);
    FloatVector t1 = start(c, c1 + LANES);
    FloatVector s2 = start(c, c2);
    FloatVector t2 = start(c, c2 + LANES);
    FloatVector s3 = start(c, c3);
    FloatVector t3 = start(c, c3 + LANES);
    FloatVector s4 = start(c, c4);
    FloatVector t4 = start(c, c4 + LANES);
    FloatVector s5 = start(c, c5);
    FloatVector t5 = start(c, c5 + LANES);
    FloatVector s6 = start(c, c6);
    FloatVector t6 = start(c, c6 + LANES);
    FloatVector s7 = start(c, c7);
    FloatVector t7 = start(c, c7 + LANES);
    FloatVector s8 = start(c, c8);
    FloatVector t8 = start(c, c8 + LANES);
    FloatVector s9 = start(c, c9);
    FloatVector t9 = start(c, c9 + LANES);
    FloatVector s10 = start(c, c10);
    FloatVector t10 = start(c, c10 + LANES);
    FloatVector s11 = start(c, c11);
    FloatVector t11 = start(c, c11 + LANES);
    int depth = this.depth;
    for (int k = 0; k < depth; k++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * PANEL + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[at + k * aStep]);
      s0 = x.fma(left, s0);
      t0 = x.fma(right, t0);
      x = FloatVector.broadcast(SPECIES, a[at + k * aStep + 1]);
      s1 = x.fma(left, s1);
      t1 = x.fma(right, t1);
      x = FloatVector.broadcast(SPECIES, a[at + k * aStep + 2]);
      s2 = x.fma(left, s2);
      t2 = x.fma(right, t2);
      x = FloatVector.broadcast(SPECIES, a[at + k * aStep + 3]);
      s3 = x.fma(left, s3);
      t3 = x.fma(right, t3);
      x = FloatVector.broadcast(SPECIES, a[at + k * aStep + 4]);
      s4 = x.fma(left, s4);
      t4 = x.fma(right, t4);
      x = FloatVector.broadcast(SPECIES, a[at + k * aStep + 5]);
      s5 = x.fma(left, s5);
      t5 = x.fma(right, t5);
      x = FloatVector.broadcast(SPECIES, a[at + k * aStep + 6]);
      s6 = x.fma(left, s6);
      t6 = x.fma(right, t6);
      x = FloatVector.broadcast(SPECIES, a[at + k * aStep + 7]);
      s7 = x.fma(left, s7);
      t7 = x.fma(right, t7);
      x = FloatVector.broadcast(SPECIES, a[at + k * aStep + 8]);
      s8 = x.fma(left, s8);
      t8 = x.fma(right, t8);
      x = FloatVector.broadcast(SPECIES, a[at + k * aStep + 9]);
      s9 = x.fma(left, s9);
      t9 = x.fma(right, t9);
      x = FloatVector.broadcast(SPECIES, a[at + k * aStep + 10]);
      s10 = x.fma(left, s10);
      t10 = x.fma(right, t10);
      x = FloatVector.broadcast(SPECIES, a[at + k * aStep + 11]);
      s11 = x.fma(left, s11);
      t11 = x.fma(right, t11);
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + LANES);
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + LANES);
    s3.intoArray(c, c3);
    t3.intoArray(c, c3 + LANES);
    s4.intoArray(c, c4);
    t4.intoArray(c, c4 + LANES);
    s5.intoArray(c, c5);
    t5.intoArray(c, c5 + LANES);
    s6.intoArray(c, c6);
    t6.intoArray(c, c6 + LANES);
    s7.intoArray(c, c7);
    t7.intoArray(c, c7 + LANES);
    s8.intoArray(c, c8);
    t8.intoArray(c, c8 + LANES);
    s9.intoArray(c, c9);
    t9.intoArray(c, c9 + LANES);
    s10.intoArray(c, c10);
    t10.intoArray(c, c10 + LANES);
    s11.intoArray(c, c11);
    t11.intoArray(c, c11 + LANES);
  }

  /** Four columns of a left operand that is read transposed. */
  private void fourColumns(int at, int c0) {
    float[] a = this.a;
    float[] b = this.b;
    float[] c = this.c;
    int b0 = this.bOffset;
    int aStep = this.aStride;
    int c1 = c0 + cStride;
    int c2 = c0 + 2 * cStride;
    int c3 = c0 + 3 * cStride;
    FloatVector s0 = start(c, c0);
    FloatVector t0 = start(c, c0 + LANES);
    FloatVector s1 = start(c, c1);
    FloatVector t1 = start(c, c1 + LANES);
    FloatVector s2 = start(c, c2);
    FloatVector t2 = start(c, c2 + LANES);
    FloatVector s3 = start(c, c3);
    FloatVector t3 = start(c, c3 + LANES);
    int depth = this.depth;
    for (int k = 0; k < depth; k++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * PANEL + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[at + k * aStep]);
      s0 = x.fma(left, s0);
      t0 = x.fma(right, t0);
      x = FloatVector.broadcast(SPECIES, a[at + k * aStep + 1]);
      s1 = x.fma(left, s1);
      t1 = x.fma(right, t1);
      x = FloatVector.broadcast(SPECIES, a[at + k * aStep + 2]);
      s2 = x.fma(left, s2);
      t2 = x.fma(right, t2);
      x = FloatVector.broadcast(SPECIES, a[at + k * aStep + 3]);
      s3 = x.fma(left, s3);
      t3 = x.fma(right, t3);
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + LANES);
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + LANES);
    s3.intoArray(c, c3);
    t3.intoArray(c, c3 + LANES);
  }

  /** One column of a left operand that is read transposed. */
  private void oneColumn(int at, int c0) {
    float[] a = this.a;
    float[] b = this.b;
    float[] c = this.c;
    int b0 = this.bOffset;
    int aStep = this.aStride;
    FloatVector s0 = start(c, c0);
    FloatVector t0 = start(c, c0 + LANES);
    int depth = this.depth;
    for (int k = 0; k < depth; k++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + k * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + k * PANEL + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[at + k * aStep]);
      s0 = x.fma(left, s0);
      t0 = x.fma(right, t0);
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
  }
}
