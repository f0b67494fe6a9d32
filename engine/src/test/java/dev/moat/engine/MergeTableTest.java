package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class MergeTableTest {
  private static int[] apply(MergeTable table, int... symbols) {
    int[] work = symbols.clone();
    return Arrays.copyOf(work, table.apply(work, work.length));
  }

  @Test
  void mergesThePairOfLowestRankFirst() {
    MergeTable table = new MergeTable(2);
    table.add(2, 3, 0, 10);
    table.add(1, 2, 1, 11);
    assertArrayEquals(new int[] {1, 10}, apply(table, 1, 2, 3));
  }

  @Test
  void mergesTheLeftmostOfEquals() {
    MergeTable table = new MergeTable(1);
    table.add(1, 1, 0, 9);
    assertArrayEquals(new int[] {9, 1}, apply(table, 1, 1, 1));
    assertArrayEquals(new int[] {9, 9}, apply(table, 1, 1, 1, 1));
  }

  @Test
  void mergesWhatMergesMade() {
    MergeTable table = new MergeTable(3);
    table.add(1, 2, 0, 10);
    table.add(10, 10, 1, 20);
    table.add(20, 3, 2, 30);
    assertArrayEquals(new int[] {30}, apply(table, 1, 2, 1, 2, 3));
  }

  @Test
  void leavesWhatNoMergeNames() {
    MergeTable table = new MergeTable(0);
    assertArrayEquals(new int[] {5, 6}, apply(table, 5, 6));
    assertArrayEquals(new int[] {5}, apply(table, 5));
    assertArrayEquals(new int[0], apply(table));
  }

  @Test
  void takesAPairOnce() {
    MergeTable table = new MergeTable(2);
    assertTrue(table.add(1, 2, 0, 3));
    assertFalse(table.add(1, 2, 1, 4));
    assertArrayEquals(new int[] {3}, apply(table, 1, 2));
  }

  @Test
  void longAndShortWordsFollowTheSameRule() {
    SplittableRandom random = new SplittableRandom(11);
    for (int round = 0; round < 300; round++) {
      Map<List<Integer>, int[]> merges = new HashMap<>();
      MergeTable table = new MergeTable(40);
      int symbols = 4;
      for (int rank = 0; rank < 40; rank++) {
        int left = random.nextInt(symbols);
        int right = random.nextInt(symbols);
        if (table.add(left, right, rank, symbols)) {
          merges.put(List.of(left, right), new int[] {rank, symbols});
          symbols++;
        }
      }
      int[] word = random.ints(1 + random.nextInt(160), 0, 4).toArray();
      assertArrayEquals(reference(merges, word), apply(table, word), Arrays.toString(word));
    }
  }

  /** The definition, one merge at a time. */
  private static int[] reference(Map<List<Integer>, int[]> merges, int[] word) {
    List<Integer> symbols = new ArrayList<>(Arrays.stream(word).boxed().toList());
    while (true) {
      int best = -1;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        int[] merge = merges.get(List.of(symbols.get(i), symbols.get(i + 1)));
        int[] found =
            best < 0 ? null : merges.get(List.of(symbols.get(best), symbols.get(best + 1)));
        if (merge != null && (found == null || merge[0] < found[0])) {
          best = i;
        }
      }
      if (best < 0) {
        return symbols.stream().mapToInt(Integer::intValue).toArray();
      }
      int[] merge = merges.get(List.of(symbols.get(best), symbols.get(best + 1)));
      if (merge == null) {
        throw new IllegalStateException("the pair was found above");
      }
      symbols.subList(best + 1, best + 2).clear();
      symbols.set(best, merge[1]);
    }
  }

  @Test
  void aVeryLongWordTakesLittleTime() {
    MergeTable table = new MergeTable(20);
    for (int rank = 0; rank < 20; rank++) {
      table.add(rank, rank, rank, rank + 1);
    }
    int[] word = new int[1 << 20];
    int count =
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> table.apply(word, word.length));
    assertEquals(1, count);
    assertEquals(20, word[0]);
  }
}
