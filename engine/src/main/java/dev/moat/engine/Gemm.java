package dev.moat.engine;

/**
 * Matrix products shared out over a crew of threads by rows and panels of the result; see {@link
 * GemmKernel} for why the sharing cannot change a bit.
 */
final class Gemm {
  private static final int ROW_TILE = 8 * 12;

  private final Workers workers;
  private final GemmKernel[] kernels;
  private final float[][] buffers;

  Gemm(Workers workers) {
    this.workers = workers;
    kernels = new GemmKernel[workers.count()];
    buffers = new float[workers.count()][0];
    for (int i = 0; i < kernels.length; i++) {
      kernels[i] = new GemmKernel();
    }
  }

  Workers workers() {
    return workers;
  }

  /** The kernel of one worker, for tasks that multiply inside themselves. */
  GemmKernel kernel(int worker) {
    return kernels[worker];
  }

  /** Room that belongs to one worker until its task ends. */
  float[] buffer(int worker, int size) {
    if (buffers[worker].length < size) {
      buffers[worker] = new float[size];
    }
    return buffers[worker];
  }

  /** {@code result = left * right}, or {@code +=} where it accumulates. */
  void multiply(Matrix left, PackedMatrix right, Matrix result, int rows, boolean accumulate) {
    int share = (rows + 4 * workers.count() - 1) / (4 * workers.count());
    int tile =
        Math.min(ROW_TILE, (share + GemmKernel.ROWS - 1) / GemmKernel.ROWS * GemmKernel.ROWS);
    int rowTiles = (rows + tile - 1) / tile;
    int panelTiles =
        rowTiles >= 4 * workers.count() ? 1 : Math.min(4 * workers.count(), right.panelCount());
    int panels = (right.panelCount() + panelTiles - 1) / panelTiles;
    int groups = (right.panelCount() + panels - 1) / panels;
    workers.forEach(
        rowTiles * groups,
        (index, worker) -> {
          int row = index / groups * tile;
          int panel = index % groups * panels;
          Range rowRange = new Range(row, Math.min(rows, row + tile));
          Range panelRange = new Range(panel, Math.min(right.panelCount(), panel + panels));
          kernels[worker].multiply(
              left,
              right,
              result,
              new GemmKernel.Block(rowRange, panelRange, right.allDepth()),
              accumulate);
        });
  }

  /** Packs a row-major matrix of {@code rows} by {@code columns} as a right operand. */
  void packRows(Matrix source, int rows, int columns, PackedMatrix target) {
    target.shape(rows, columns);
    workers.forEachRange(rows, 256, (range, _) -> target.packRows(source, range, range.from()));
  }
}
