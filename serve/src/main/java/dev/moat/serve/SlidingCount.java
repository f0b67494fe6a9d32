package dev.moat.serve;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * How often something happened lately: a count over a window that slides in ten steps. Not for
 * several threads; its owner guards it.
 */
final class SlidingCount {
  private static final int SLICES = 10;

  private final long[] counts = new long[SLICES];
  private final long sliceNanos;
  private final LongSupplier nanos;
  private long slice;

  SlidingCount(Duration window, LongSupplier nanos) {
    this.sliceNanos = Math.max(1, window.toNanos() / SLICES);
    this.nanos = nanos;
    this.slice = Math.floorDiv(nanos.getAsLong(), sliceNanos);
  }

  void add() {
    slide();
    counts[place()]++;
  }

  long sum() {
    slide();
    return Arrays.stream(counts).sum();
  }

  void clear() {
    Arrays.fill(counts, 0);
  }

  private void slide() {
    long now = Math.floorDiv(nanos.getAsLong(), sliceNanos);
    if (now - slice >= SLICES) {
      clear();
      slice = now;
    }
    while (slice < now) {
      slice++;
      counts[place()] = 0;
    }
  }

  private int place() {
    return Math.floorMod(slice, SLICES);
  }
}
