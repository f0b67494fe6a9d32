package dev.moat.engine;

import java.util.Arrays;

/**
 * The right operand of a product, stored in panels of {@link GemmKernel#PANEL} columns, each panel
 * row after row, so that the kernel reads it as one stream. Columns past the last are zero.
 */
final class PackedMatrix {
  private static final int PANEL = GemmKernel.PANEL;

  private float[] panels = new float[0];
  private int depth;
  private int columns;

  /** Sets the shape; the contents are undefined until packed, but for padding, which is zero. */
  PackedMatrix shape(int depth, int columns) {
    this.depth = depth;
    this.columns = columns;
    int size = Math.multiplyExact(panelCount() * PANEL, depth);
    if (panels.length < size) {
      panels = new float[size];
    } else if (columns % PANEL != 0) {
      Arrays.fill(panels, (panelCount() - 1) * PANEL * depth, size, 0f);
    }
    return this;
  }

  float[] panels() {
    return panels;
  }

  int columns() {
    return columns;
  }

  int panelCount() {
    return (columns + PANEL - 1) / PANEL;
  }

  Range allPanels() {
    return Range.of(panelCount());
  }

  Range allDepth() {
    return Range.of(depth);
  }

  int offset(int panel, int row) {
    return (panel * depth + row) * PANEL;
  }

  /** Sets columns {@code column...} to the given rows of a row-major matrix: its transpose. */
  void packTransposed(Matrix source, Range rows, int column) {
    for (int row = rows.from(); row < rows.to(); row++) {
      int at = column + row - rows.from();
      int to = offset(at / PANEL, 0) + at % PANEL;
      int from = source.offset() + row * source.stride();
      float[] values = source.values();
      for (int k = 0; k < depth; k++) {
        panels[to + k * PANEL] = values[from + k];
      }
    }
  }

  /** Sets the rows {@code row...} to the given rows of a row-major matrix. */
  void packRows(Matrix source, Range rows, int row) {
    for (int panel = 0; panel < panelCount(); panel++) {
      int width = Math.min(PANEL, columns - panel * PANEL);
      int to = offset(panel, row);
      int from = source.offset() + rows.from() * source.stride() + panel * PANEL;
      for (int r = rows.from(); r < rows.to(); r++) {
        System.arraycopy(source.values(), from, panels, to, width);
        from += source.stride();
        to += PANEL;
      }
    }
  }
}
