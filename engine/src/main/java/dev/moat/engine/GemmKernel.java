package dev.moat.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Matrix multiplication on one thread, in blocks that stay in the caches; one instance for each
 * thread.
 *
 * <p>A tile of the result, a few rows by one panel of {@link #PANEL} columns, stays in registers
 * while the loop runs along the depth (register blocking, Goto and van de Geijn 2008). Each element
 * of the result is a chain of fused multiply-adds in ascending order of depth, in one vector lane:
 * so its bits depend neither on the tile it falls into, nor on the number of lanes, nor on the
 * threads, nor on the other rows.
 */
final class GemmKernel {
  /** The machine's preferred vectors, but none wider than the stripes of sums. */
  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > VectorMath.STRIPES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  static final int LANES = SPECIES.length();

  /** Columns of one packed panel. */
  static final int PANEL = 2 * LANES;

  /** Rows of the largest register tile: 24 accumulators need the 32 registers of AVX-512. */
  static final int ROWS = LANES >= 16 ? 12 : 4;

  private static final int DEPTH_BLOCK = 256;

  private final float[] edge = new float[12 * PANEL];
  private final RegisterTile tile = new RegisterTile();

  /** A block of a product: rows and panels of the result, and the depth to sum over. */
  record Block(Range rows, Range panels, Range depth) {}

  /** Computes one block of the product; the depth counts from the start of both operands. */
  void multiply(Matrix left, PackedMatrix right, Matrix result, Block block, boolean accumulate) {
    tile.left(left.values(), left.stride());
    Range depths = block.depth();
    for (int from = depths.from(); from < depths.to(); from += DEPTH_BLOCK) {
      boolean add = accumulate || from > depths.from();
      tile.sum(Math.min(DEPTH_BLOCK, depths.to() - from), add);
      Matrix fromHere = left.at(left.offset() + from * (left.transposed() ? left.stride() : 1));
      for (int panel = block.panels().from(); panel < block.panels().to(); panel++) {
        int column = panel * PANEL;
        tile.right(right.panels(), right.offset(panel, from));
        if (column + PANEL <= right.columns()) {
          wholePanel(fromHere, result.at(result.offset() + column), block.rows());
        } else {
          int width = right.columns() - column;
          edgePanel(fromHere, result.at(result.offset() + column), block.rows(), width, add);
        }
      }
    }
  }

  private void wholePanel(Matrix left, Matrix result, Range rows) {
    tile.result(result.values(), result.stride());
    int step;
    for (int row = rows.from(); row < rows.to(); row += step) {
      step = step(rows.to() - row);
      int to = result.offset() + row * result.stride();
      tile.tile(left.transposed(), step, leftOffset(left, row), to);
    }
  }

  /** A panel wider than the result goes through a buffer, so that nothing beside is touched. */
  private void edgePanel(Matrix left, Matrix result, Range rows, int width, boolean add) {
    tile.result(edge, PANEL);
    int step;
    for (int row = rows.from(); row < rows.to(); row += step) {
      step = step(rows.to() - row);
      int to = result.offset() + row * result.stride();
      for (int r = 0; add && r < step; r++) {
        System.arraycopy(result.values(), to + r * result.stride(), edge, r * PANEL, width);
      }
      tile.tile(left.transposed(), step, leftOffset(left, row), 0);
      for (int r = 0; r < step; r++) {
        System.arraycopy(edge, r * PANEL, result.values(), to + r * result.stride(), width);
      }
    }
  }

  private static int leftOffset(Matrix left, int row) {
    return left.offset() + row * (left.transposed() ? 1 : left.stride());
  }

  private static int step(int rows) {
    if (rows >= ROWS) {
      return ROWS;
    }
    return rows >= 4 ? 4 : 1;
  }
}
