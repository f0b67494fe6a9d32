package dev.moat.engine;

/**
 * Where the rows of a batch lie when all positions stand one under the other.
 *
 * @param starts the first position of each row, and behind the last row the total
 * @param places the place of each position in its own row
 */
@SuppressWarnings("ArrayRecordComponent") // live arrays, never compared
record Layout(int[] starts, int[] places) {
  static Layout of(int[][] rows) {
    int[] starts = new int[rows.length + 1];
    for (int row = 0; row < rows.length; row++) {
      starts[row + 1] = starts[row] + rows[row].length;
    }
    int[] places = new int[starts[rows.length]];
    for (int row = 0; row < rows.length; row++) {
      for (int place = 0; place < rows[row].length; place++) {
        places[starts[row] + place] = place;
      }
    }
    return new Layout(starts, places);
  }

  int rows() {
    return starts.length - 1;
  }

  int positions() {
    return places.length;
  }

  int length(int row) {
    return starts[row + 1] - starts[row];
  }

  int longest() {
    int longest = 0;
    for (int row = 0; row < rows(); row++) {
      longest = Math.max(longest, length(row));
    }
    return longest;
  }
}
