package dev.moat.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.engine.Batch;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TokenStreamTest {
  private static final int[] COUNTING = counting(101);

  private static int[] counting(int count) {
    int[] tokens = new int[count];
    Arrays.setAll(tokens, i -> i);
    return tokens;
  }

  @Test
  void joinsTextsWithASeparatorBeforeEach() {
    int[] tokens = TokenStream.join(List.of("ab", "", "c"), Bytes.TOKENIZER, 0);
    assertArrayEquals(
        new int[] {0, Bytes.token('a'), Bytes.token('b'), 0, 0, Bytes.token('c')}, tokens);
  }

  @Test
  void joinsMoreThanItsFirstArrayHolds() {
    String text = "x".repeat(50_000);
    int[] tokens = TokenStream.join(List.of(text, text, text), Bytes.TOKENIZER, 0);
    assertEquals(150_003, tokens.length);
    assertEquals(0, tokens[100_002]);
    assertEquals(Bytes.token('x'), tokens[150_002]);
  }

  @Test
  void theTargetOfEachTokenIsTheNext() {
    Batch batch = new TokenStream(COUNTING, 3).batch(0, 5, 10);
    assertEquals(5, batch.tokens().length);
    for (int row = 0; row < 5; row++) {
      assertEquals(10, batch.tokens()[row].length);
      assertEquals(0, batch.tokens()[row][0] % 10);
      for (int i = 0; i < 10; i++) {
        assertEquals(batch.tokens()[row][0] + i, batch.tokens()[row][i]);
        assertEquals(batch.tokens()[row][i] + 1, batch.targets()[row][i]);
      }
    }
  }

  @Test
  void readsEachWindowOnceBeforeAnyAgain() {
    TokenStream stream = new TokenStream(COUNTING, 3);
    for (int round = 0; round < 3; round++) {
      Set<Integer> starts = new HashSet<>();
      for (int window = 0; window < 10; window++) {
        starts.add(stream.batch((round * 10L + window) * 10, 1, 10).tokens()[0][0]);
      }
      assertEquals(10, starts.size(), "round " + round);
    }
  }

  @Test
  void eachRoundHasItsOwnOrder() {
    TokenStream stream = new TokenStream(counting(10_001), 3);
    int[] first = starts(stream, 0);
    int[] second = starts(stream, 10_000);
    assertFalse(Arrays.equals(first, second));
    assertArrayEquals(
        Arrays.stream(first).sorted().toArray(), Arrays.stream(second).sorted().toArray());
  }

  private static int[] starts(TokenStream stream, long from) {
    int[][] rows = stream.batch(from, 1_000, 10).tokens();
    return Arrays.stream(rows).mapToInt(row -> row[0]).toArray();
  }

  @Test
  void theSeedDecidesTheOrder() {
    int[] tokens = counting(10_001);
    assertArrayEquals(starts(new TokenStream(tokens, 3), 0), starts(new TokenStream(tokens, 3), 0));
    assertFalse(
        Arrays.equals(
            starts(new TokenStream(tokens, 3), 0), starts(new TokenStream(tokens, 4), 0)));
  }

  @Test
  void anyPlaceCanBeReadFirst() {
    TokenStream through = new TokenStream(COUNTING, 3);
    TokenStream jumping = new TokenStream(COUNTING, 3);
    for (long at = 0; at < 300; at += 20) {
      through.batch(at, 2, 10);
    }
    assertArrayEquals(through.batch(40, 2, 10).tokens()[1], jumping.batch(40, 2, 10).tokens()[1]);
  }

  @Test
  void aBatchMayReachIntoTheNextRound() {
    Batch batch = new TokenStream(COUNTING, 3).batch(80, 4, 10);
    assertEquals(4, batch.tokens().length);
    assertTrue(Arrays.stream(batch.tokens()).allMatch(row -> row.length == 10));
  }

  @Test
  void refusesACorpusWithoutAWindow() {
    TokenStream stream = new TokenStream(counting(10), 3);
    assertThrows(IllegalArgumentException.class, () -> stream.batch(0, 1, 10));
    assertEquals(1, stream.batch(0, 1, 9).tokens().length);
  }
}
