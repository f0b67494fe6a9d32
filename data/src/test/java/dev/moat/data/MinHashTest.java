package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MinHashTest {
  @Test
  void countsRunsOfFiveTokens() {
    assertEquals(1, MinHash.shingles("one two three four five").length);
    assertEquals(2, MinHash.shingles("one two three four five six").length);
    assertEquals(2, MinHash.shingles("a(b);c").length);
  }

  @Test
  void takesShortTextAsOneRun() {
    assertEquals(1, MinHash.shingles("one two").length);
    assertFalse(Arrays.equals(MinHash.shingles("one two"), MinHash.shingles("one three")));
    assertEquals(0, MinHash.shingles(" \n").length);
  }

  @Test
  void ignoresWhiteSpaceAndRepetition() {
    assertArrayEquals(
        MinHash.shingles("if (a == b) {\n  c();\n}"), MinHash.shingles("if (a==b) { c( ) ; }"));
    assertEquals(5, MinHash.shingles("a b c d e ".repeat(50)).length);
  }

  @Test
  void orderOfTokensMatters() {
    assertFalse(Arrays.equals(MinHash.shingles("a b c d e"), MinHash.shingles("e d c b a")));
  }

  @Test
  void similarityIsJaccards() {
    assertEquals(1.0, MinHash.similarity(new int[] {1, 2, 3}, new int[] {1, 2, 3}));
    assertEquals(0.5, MinHash.similarity(new int[] {1, 2, 3}, new int[] {2, 3, 4}));
    assertEquals(0.0, MinHash.similarity(new int[] {1}, new int[] {2}));
    assertEquals(0.0, MinHash.similarity(new int[] {1}, new int[0]));
    assertEquals(1.0, MinHash.similarity(new int[0], new int[0]));
  }

  @Test
  void similarityAgreesWithSetsForAnyInput() {
    SplittableRandom random = new SplittableRandom(31);
    for (int round = 0; round < 300; round++) {
      int[] a = random.ints(random.nextInt(20), 0, 30).sorted().distinct().toArray();
      int[] b = random.ints(random.nextInt(20), 0, 30).sorted().distinct().toArray();
      long common = IntStream.of(a).filter(x -> Arrays.binarySearch(b, x) >= 0).count();
      long all = IntStream.concat(IntStream.of(a), IntStream.of(b)).distinct().count();
      assertEquals(all == 0 ? 1 : (double) common / all, MinHash.similarity(a, b), 1e-12);
    }
  }

  @Test
  void estimateIsCloseToSimilarity() {
    SplittableRandom random = new SplittableRandom(37);
    double worst = 0;
    double sum = 0;
    int rounds = 200;
    for (int round = 0; round < rounds; round++) {
      String text = words(random, 300);
      String other = changed(text, random.nextInt(40), random);
      int[] a = MinHash.shingles(text);
      int[] b = MinHash.shingles(other);
      double error =
          MinHash.estimate(MinHash.sketch(a), MinHash.sketch(b)) - MinHash.similarity(a, b);
      worst = Math.max(worst, Math.abs(error));
      sum += error;
    }
    assertTrue(worst < 0.18, "four standard deviations of 128 draws: " + worst);
    assertTrue(Math.abs(sum / rounds) < 0.01, "no bias: " + sum / rounds);
  }

  @Test
  void sketchesAreTheSameOnEveryMachine() {
    int[] sketch = MinHash.sketch(MinHash.shingles("public static void main(String[] args) {}"));
    assertEquals(MinHash.PERMUTATIONS, sketch.length);
    assertEquals(1839238136, Arrays.hashCode(sketch));
  }

  static String words(SplittableRandom random, int count) {
    return IntStream.range(0, count)
        .mapToObj(_ -> "w" + random.nextInt(5000))
        .collect(Collectors.joining(" "));
  }

  static String changed(String text, int changes, SplittableRandom random) {
    String[] words = text.split(" ", -1);
    for (int i = 0; i < changes; i++) {
      words[random.nextInt(words.length)] = "changed" + random.nextInt(100_000);
    }
    return String.join(" ", words);
  }
}
