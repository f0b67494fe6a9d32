package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Products against the definition: one chain of fused multiply-adds for each element. */
class GemmTest {
  private static final int[] SIZES = {
    1, 2, 3, 4, 5, 11, 12, 13, 17, 31, 32, 33, 47, 64, 65, 97, 255, 256, 257, 300
  };

  private final SplittableRandom random = new SplittableRandom(7);

  private float[] randoms(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  private int size() {
    return SIZES[random.nextInt(SIZES.length)];
  }

  /** Element by element, in ascending order of depth. */
  private static float[] defined(
      Matrix left, float[] right, float[] start, int rows, int columns, int depth) {
    float[] result = start.clone();
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        float sum = start[r * columns + c];
        for (int k = 0; k < depth; k++) {
          int at =
              left.offset() + (left.transposed() ? k * left.stride() + r : r * left.stride() + k);
          sum = Math.fma(left.values()[at], right[k * columns + c], sum);
        }
        result[r * columns + c] = sum;
      }
    }
    return result;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Case(int rows, int columns, int depth, Matrix left, float[] right) {}

  private Case randomCase() {
    int rows = size();
    int columns = size();
    int depth = size();
    boolean transposed = random.nextBoolean();
    int stride = (transposed ? rows : depth) + random.nextInt(4);
    int offset = random.nextInt(3);
    float[] values = randoms(offset + stride * (transposed ? depth : rows));
    Matrix left = new Matrix(values, offset, stride, transposed);
    return new Case(rows, columns, depth, left, randoms(depth * columns));
  }

  @Test
  void computesTheBitsOfTheDefinition() {
    try (Workers workers = new Workers(3)) {
      Gemm gemm = new Gemm(workers);
      PackedMatrix packed = new PackedMatrix();
      for (int round = 0; round < 120; round++) {
        Case it = randomCase();
        float[] zeros = new float[it.rows * it.columns];
        float[] expected = defined(it.left, it.right, zeros, it.rows, it.columns, it.depth);
        gemm.packRows(Matrix.of(it.right, it.columns), it.depth, it.columns, packed);
        float[] actual = randoms(zeros.length);
        gemm.multiply(it.left, packed, Matrix.of(actual, it.columns), it.rows, false);
        assertArrayEquals(expected, actual, it.toString());
      }
    }
  }

  @Test
  void addsToWhatTheResultHolds() {
    try (Workers workers = new Workers(2)) {
      Gemm gemm = new Gemm(workers);
      PackedMatrix packed = new PackedMatrix();
      for (int round = 0; round < 60; round++) {
        Case it = randomCase();
        float[] actual = randoms(it.rows * it.columns);
        float[] expected = defined(it.left, it.right, actual, it.rows, it.columns, it.depth);
        gemm.packRows(Matrix.of(it.right, it.columns), it.depth, it.columns, packed);
        gemm.multiply(it.left, packed, Matrix.of(actual, it.columns), it.rows, true);
        assertArrayEquals(expected, actual, it.toString());
      }
    }
  }

  @Test
  void touchesNothingBesideTheResult() {
    try (Workers workers = new Workers(2)) {
      Gemm gemm = new Gemm(workers);
      PackedMatrix packed = new PackedMatrix();
      for (int columns : SIZES) {
        int stride = columns + 5;
        float[] result = new float[3 + 20 * stride];
        Arrays.fill(result, 7f);
        gemm.packRows(Matrix.of(randoms(6 * columns), columns), 6, columns, packed);
        Matrix left = Matrix.of(randoms(6 * 18), 6);
        gemm.multiply(left, packed, new Matrix(result, 3, stride, false), 18, false);
        for (int i = 0; i < result.length; i++) {
          boolean inside = i >= 3 && (i - 3) % stride < columns && (i - 3) / stride < 18;
          if (!inside) {
            assertEquals(7f, result[i], "element " + i + " with " + columns + " columns");
          }
        }
      }
    }
  }

  @Test
  void packsTheTransposeAsTheRowsOfTheTransposed() {
    for (int columns : SIZES) {
      int depth = size();
      float[] source = randoms(columns * depth);
      float[] turned = new float[source.length];
      for (int c = 0; c < columns; c++) {
        for (int k = 0; k < depth; k++) {
          turned[k * columns + c] = source[c * depth + k];
        }
      }
      PackedMatrix byColumns = new PackedMatrix().shape(depth, columns);
      byColumns.packTransposed(Matrix.of(source, depth), Range.of(columns), 0);
      PackedMatrix byRows = new PackedMatrix().shape(depth, columns);
      byRows.packRows(Matrix.of(turned, columns), Range.of(depth), 0);
      assertArrayEquals(byRows.panels(), byColumns.panels());
    }
  }

  @Test
  void padsWithZerosWhenAMatrixIsUsedAgainForASmallerOne() {
    PackedMatrix packed = new PackedMatrix().shape(9, 70);
    packed.packRows(Matrix.of(randoms(9 * 70), 70), Range.of(9), 0);
    packed.shape(5, 3);
    packed.packRows(Matrix.of(randoms(5 * 3), 3), Range.of(5), 0);
    for (int row = 0; row < 5; row++) {
      for (int column = 3; column < GemmKernel.PANEL; column++) {
        assertEquals(0f, packed.panels()[packed.offset(0, row) + column]);
      }
    }
  }

  @Test
  void multipliesBlocksOfADepth() {
    int depth = 600;
    float[] left = randoms(7 * depth);
    float[] right = randoms(depth * 40);
    PackedMatrix packed = new PackedMatrix().shape(depth, 40);
    packed.packRows(Matrix.of(right, 40), Range.of(depth), 0);
    float[] whole = new float[7 * 40];
    float[] parts = new float[7 * 40];
    GemmKernel kernel = new GemmKernel();
    GemmKernel.Block all = new GemmKernel.Block(Range.of(7), packed.allPanels(), Range.of(depth));
    kernel.multiply(Matrix.of(left, depth), packed, Matrix.of(whole, 40), all, false);
    int[] cuts = {0, 1, 255, 300, 599, 600};
    for (int i = 0; i + 1 < cuts.length; i++) {
      GemmKernel.Block block =
          new GemmKernel.Block(Range.of(7), packed.allPanels(), new Range(cuts[i], cuts[i + 1]));
      kernel.multiply(Matrix.of(left, depth), packed, Matrix.of(parts, 40), block, i > 0);
    }
    assertArrayEquals(whole, parts);
  }
}
