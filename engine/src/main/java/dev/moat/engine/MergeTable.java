package dev.moat.engine;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * The ordered merges of a byte-pair encoding (Sennrich et al. 2016) and their application to one
 * word: the pair of lowest rank is merged first, the leftmost of equals first.
 */
final class MergeTable {
  /** Below this length a scan for the best pair beats a queue. */
  private static final int SCANNED_LENGTH_MAX = 48;

  private static final long EMPTY = -1;

  private final long[] keys;
  private final int[] ranks;
  private final int[] results;
  private final int mask;

  /** Room for {@code merges} pairs. */
  MergeTable(int merges) {
    int capacity = Integer.highestOneBit(Math.max(4, merges) * 2 - 1) * 2;
    keys = new long[capacity];
    Arrays.fill(keys, EMPTY);
    ranks = new int[capacity];
    results = new int[capacity];
    mask = capacity - 1;
  }

  /** Adds a merge; false if the pair is there already. */
  boolean add(int left, int right, int rank, int result) {
    int slot = slot(left, right);
    if (keys[slot] != EMPTY) {
      return false;
    }
    keys[slot] = key(left, right);
    ranks[slot] = rank;
    results[slot] = result;
    return true;
  }

  /** Merges the symbols in place and returns how many are left. */
  int apply(int[] symbols, int length) {
    return length <= SCANNED_LENGTH_MAX ? scan(symbols, length) : new Queue(symbols, length).run();
  }

  private int scan(int[] symbols, int length) {
    int count = length;
    while (count > 1) {
      int best = -1;
      int bestSlot = -1;
      for (int i = 0; i + 1 < count; i++) {
        int slot = slot(symbols[i], symbols[i + 1]);
        if (keys[slot] != EMPTY && (best < 0 || ranks[slot] < ranks[bestSlot])) {
          best = i;
          bestSlot = slot;
        }
      }
      if (best < 0) {
        break;
      }
      symbols[best] = results[bestSlot];
      System.arraycopy(symbols, best + 2, symbols, best + 1, count - best - 2);
      count--;
    }
    return count;
  }

  private int slot(int left, int right) {
    long key = key(left, right);
    long hash = key * 0x9E3779B97F4A7C15L;
    int slot = (int) (hash >>> 32) & mask;
    while (keys[slot] != EMPTY && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  /** Merges a long word in O(n log n): symbols in a linked list, candidate pairs in a heap. */
  private final class Queue {
    private final int[] symbols;
    private final int[] previous;
    private final int[] next;
    private final PriorityQueue<Long> candidates = new PriorityQueue<>();

    Queue(int[] symbols, int length) {
      this.symbols = symbols;
      previous = new int[length];
      next = new int[length];
      for (int i = 0; i < length; i++) {
        previous[i] = i - 1;
        next[i] = i + 1 < length ? i + 1 : -1;
      }
      for (int i = 0; i + 1 < length; i++) {
        offer(i);
      }
    }

    int run() {
      while (!candidates.isEmpty()) {
        long candidate = candidates.poll();
        int at = (int) candidate;
        if (symbols[at] >= 0 && next[at] >= 0) {
          int slot = slot(symbols[at], symbols[next[at]]);
          if (keys[slot] != EMPTY && ranks[slot] == (int) (candidate >>> 32)) {
            merge(at, results[slot]);
          }
        }
      }
      int count = 0;
      for (int at = 0; at >= 0; at = next[at]) {
        symbols[count++] = symbols[at];
      }
      return count;
    }

    private void merge(int at, int result) {
      int gone = next[at];
      symbols[at] = result;
      symbols[gone] = -1;
      next[at] = next[gone];
      if (next[at] >= 0) {
        previous[next[at]] = at;
        offer(at);
      }
      if (previous[at] >= 0) {
        offer(previous[at]);
      }
    }

    private void offer(int at) {
      int slot = slot(symbols[at], symbols[next[at]]);
      if (keys[slot] != EMPTY) {
        candidates.add((long) ranks[slot] << 32 | at);
      }
    }
  }
}
