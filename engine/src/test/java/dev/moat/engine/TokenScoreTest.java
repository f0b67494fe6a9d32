package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenScoreTest {
  private static TokenScore score(int token, int wanted, float... logits) {
    return TokenScore.of(token, logits.clone(), Range.of(logits.length), wanted);
  }

  private static List<Integer> likeliest(TokenScore score) {
    return score.likeliest().stream().map(TokenScore.Likely::token).toList();
  }

  @Test
  void isTheLogarithmOfTheSoftmax() {
    TokenScore score = score(1, 3, 1f, 2f, 3f);
    double total = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3));
    assertEquals(2 - total, score.logprob().orElseThrow(), 1e-6);
    assertEquals(3 - total, score.likeliest().getFirst().logprob(), 1e-6);
  }

  @Test
  void isTheSameWhereTheTokenIsAmongTheLikeliest() {
    TokenScore score = score(2, 1, 1f, 2f, 3f);
    assertEquals(score.logprob().orElseThrow(), score.likeliest().getFirst().logprob());
  }

  @Test
  void ordersTheLikeliestAndEqualsById() {
    assertEquals(List.of(3, 0, 2), likeliest(score(0, 3, 5f, 1f, 5f, 7f, 5f)));
    assertEquals(List.of(), likeliest(score(0, 0, 5f, 1f)));
    assertEquals(List.of(0, 1), likeliest(score(0, 9, 5f, 1f)));
  }

  @Test
  void findsTheLikeliestOfAnyRow() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 300; i++) {
      int count = 1 + random.nextInt(50);
      float[] logits = new float[count];
      for (int j = 0; j < count; j++) {
        logits[j] = random.nextInt(8) - 4;
      }
      int wanted = random.nextInt(TokenScore.LIKELIEST_MAX + 1);
      List<Integer> expected =
          IntStream.range(0, count)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer j) -> -logits[j]).thenComparing(j -> j))
              .limit(wanted)
              .toList();
      assertEquals(expected, likeliest(score(0, wanted, logits)));
    }
  }

  @Test
  void looksAtItsOwnRowOnly() {
    float[] rows = {9f, 9f, 1f, 2f, 3f, 9f};
    TokenScore score = TokenScore.of(1, rows, new Range(2, 5), 1);
    assertEquals(score(1, 1, 1f, 2f, 3f), score);
  }

  @Test
  void doesNotOverflow() {
    assertEquals(0, score(0, 1, 3000f, -3000f).logprob().orElseThrow(), 1e-6);
    assertEquals(-6000, score(1, 1, 3000f, -3000f).logprob().orElseThrow(), 1e-3);
  }

  @Test
  void refusesLogitsThatAreNotFinite() {
    assertThrows(ArithmeticException.class, () -> score(0, 1, Float.NaN, 1f));
    assertThrows(ArithmeticException.class, () -> score(0, 1, Float.POSITIVE_INFINITY, 1f));
  }

  @Test
  void knowsNothingOfAFirstToken() {
    assertEquals(new TokenScore(7, OptionalDouble.empty(), List.of()), TokenScore.first(7));
  }
}
