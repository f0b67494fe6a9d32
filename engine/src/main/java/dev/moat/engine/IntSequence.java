package dev.moat.engine;

import java.util.Arrays;

/** A growing array of ints. */
final class IntSequence {
  private int[] values;
  private int size;

  IntSequence(int capacity) {
    values = new int[Math.max(1, capacity)];
  }

  void add(int value) {
    reserve(1);
    values[size++] = value;
  }

  void addAll(int[] more) {
    reserve(more.length);
    System.arraycopy(more, 0, values, size, more.length);
    size += more.length;
  }

  int[] toArray() {
    return Arrays.copyOf(values, size);
  }

  private void reserve(int more) {
    if (size + more > values.length) {
      values = Arrays.copyOf(values, Math.max(size + more, values.length * 2));
    }
  }
}
