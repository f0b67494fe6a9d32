package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class NearDuplicatesTest {
  private final SplittableRandom random = new SplittableRandom(41);

  @Test
  void keepsTheFirstOfNearDuplicates() {
    String text = MinHashTest.words(random, 400);
    NearDuplicates.Result result =
        result(
            List.of(
                MinHashTest.words(random, 400),
                text,
                MinHashTest.changed(text, 3, random),
                MinHashTest.words(random, 400),
                MinHashTest.changed(text, 2, random)));
    assertEquals(List.of(false, false, true, false, true), gone(result, 5));
    assertEquals(1, result.cluster(2));
    assertEquals(1, result.cluster(4));
    assertEquals(0, result.cluster(0));
    assertEquals(1, result.clusterCount());
  }

  @Test
  void keepsTextsThatShareLessThanTheThreshold() {
    String text = MinHashTest.words(random, 400);
    NearDuplicates.Result result = result(List.of(text, MinHashTest.changed(text, 40, random)));
    assertEquals(List.of(false, false), gone(result, 2));
    assertEquals(0, result.clusterCount());
  }

  @Test
  void decidesByTheSetsNotByTheEstimate() {
    for (int round = 0; round < 60; round++) {
      String text = MinHashTest.words(random, 300);
      String other = MinHashTest.changed(text, 2 + random.nextInt(12), random);
      double similarity = MinHash.similarity(MinHash.shingles(text), MinHash.shingles(other));
      assertEquals(similarity >= 0.8, result(List.of(text, other)).isGone(1), "at " + similarity);
    }
  }

  @Test
  void textNearOnlyToOneThatWentStaysInItsCluster() {
    String first = MinHashTest.words(random, 300);
    String middle = shifted(first, 0, 0.12);
    String last = shifted(middle, 0.5, 0.12);
    assertTrue(similarity(first, middle) >= 0.75 && similarity(middle, last) >= 0.75);
    assertTrue(similarity(first, last) < 0.7, "" + similarity(first, last));
    NearDuplicates near = new NearDuplicates(0.75);
    NearDuplicates.Result result = result(near, List.of(first, middle, last));
    assertEquals(List.of(false, true, false), gone(result, 3));
    assertEquals(0, result.cluster(2));
  }

  @Test
  void findsNearlyAllPairsOfTheThreshold() {
    int found = 0;
    int pairs = 0;
    for (int round = 0; round < 150; round++) {
      String text = MinHashTest.words(random, 300);
      String other = MinHashTest.changed(text, 6, random);
      if (similarity(text, other) >= 0.8) {
        pairs++;
        found += result(List.of(text, other)).isGone(1) ? 1 : 0;
      }
    }
    assertTrue(pairs > 100 && found >= pairs - 2, found + " of " + pairs);
  }

  @Test
  void isFastWhenAllTextsAreNear() {
    String text = MinHashTest.words(random, 200);
    NearDuplicates near = new NearDuplicates(0.8);
    int[] sketch = MinHash.sketch(MinHash.shingles(text));
    for (int i = 0; i < 20_000; i++) {
      near.add(sketch);
    }
    NearDuplicates.Result result = near.result();
    assertFalse(result.isGone(0));
    assertTrue(result.isGone(19_999));
    assertEquals(1, result.clusterCount());
  }

  @Test
  void estimateDecidesWhereSetsWereNotGiven() {
    String text = MinHashTest.words(random, 300);
    NearDuplicates near = new NearDuplicates(0.8);
    near.add(MinHash.sketch(MinHash.shingles(text)));
    near.add(MinHash.sketch(MinHash.shingles(text)));
    assertTrue(near.wants(0) && near.wants(1));
    assertTrue(near.result().isGone(1));
  }

  @Test
  void wantsOnlyTextsOfPairs() {
    NearDuplicates near = new NearDuplicates(0.8);
    near.add(MinHash.sketch(MinHash.shingles(MinHashTest.words(random, 300))));
    near.add(MinHash.sketch(MinHash.shingles(MinHashTest.words(random, 300))));
    assertFalse(near.wants(0) || near.wants(1));
  }

  @Test
  void resultDependsOnlyOnTextsAndTheirOrder() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String text = MinHashTest.words(random, 200);
      texts.add(text);
      texts.add(MinHashTest.changed(text, random.nextInt(8), random));
    }
    List<Boolean> first = gone(result(texts), texts.size());
    assertEquals(first, gone(result(texts), texts.size()));
    assertNotEquals(List.of(), first);
  }

  private static double similarity(String a, String b) {
    return MinHash.similarity(MinHash.shingles(a), MinHash.shingles(b));
  }

  /** The text with a stretch of that share replaced, from that place on. */
  private String shifted(String text, double from, double share) {
    String[] words = text.split(" ", -1);
    int start = (int) (from * words.length);
    for (int i = start; i < start + share * words.length; i++) {
      words[i] = "other" + random.nextInt(100_000);
    }
    return String.join(" ", words);
  }

  private static NearDuplicates.Result result(List<String> texts) {
    return result(new NearDuplicates(0.8), texts);
  }

  private static NearDuplicates.Result result(NearDuplicates near, List<String> texts) {
    texts.forEach(text -> near.add(MinHash.sketch(MinHash.shingles(text))));
    for (int i = 0; i < texts.size(); i++) {
      if (near.wants(i)) {
        near.verifyWith(i, MinHash.shingles(texts.get(i)));
      }
    }
    return near.result();
  }

  private static List<Boolean> gone(NearDuplicates.Result result, int count) {
    List<Boolean> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      out.add(result.isGone(i));
    }
    return out;
  }

  @Test
  void takesTheBandsThatTheThresholdNeeds() {
    assertEquals(6, NearDuplicates.rows(1));
    assertEquals(6, NearDuplicates.rows(0.8));
    assertEquals(3, NearDuplicates.rows(0.5));
  }

  @Test
  void findsNearlyAllPairsOfLowerThreshold() {
    int found = 0;
    int pairs = 0;
    for (int round = 0; round < 200; round++) {
      String text = MinHashTest.words(random, 300);
      String other = MinHashTest.changed(text, 16, random);
      if (similarity(text, other) >= 0.55) {
        pairs++;
        found += result(new NearDuplicates(0.55), List.of(text, other)).isGone(1) ? 1 : 0;
      }
    }
    assertTrue(pairs > 100 && found >= pairs - 4, found + " of " + pairs);
  }
}
