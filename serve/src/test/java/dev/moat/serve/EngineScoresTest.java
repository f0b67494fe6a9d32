package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.moat.engine.TokenScore;
import dev.moat.engine.Tokenizer;
import dev.moat.engine.TokenizerTrainer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class EngineScoresTest {
  private static final Tokenizer TOKENIZER =
      Tokenizer.parse(TokenizerTrainer.train(List.of("a b"), 260, List.of("<|end|>")));
  private static final int A = id("a");
  private static final int B = id("b");

  private static int id(String text) {
    return TOKENIZER.encode(text)[0];
  }

  private static TokenScore score(int token, double logprob, TokenScore.Likely... likeliest) {
    return new TokenScore(token, OptionalDouble.of(logprob), Arrays.asList(likeliest));
  }

  private static Logprobs collected(EngineScores scores, TokenScore... all) {
    for (TokenScore score : all) {
      scores.add(score);
    }
    return scores.logprobs();
  }

  private static EngineScores scores() {
    return new EngineScores(TOKENIZER, 0, Integer.MAX_VALUE);
  }

  private static List<String> texts(Logprobs logprobs) {
    return logprobs.tokens().stream().map(Logprobs.Token::text).toList();
  }

  @Test
  void leaveOutWhatTheCallerDidNotSend() {
    assertEquals(
        List.of("b"),
        texts(
            collected(
                new EngineScores(TOKENIZER, 1, Integer.MAX_VALUE), score(A, -1), score(B, -1))));
  }

  @Test
  void takeNoMoreThanIsWanted() {
    EngineScores one = new EngineScores(TOKENIZER, 1, 1);
    assertEquals(List.of("b"), texts(collected(one, score(A, -1), score(B, -1), score(A, -1))));
  }

  @Test
  void tellTheTokenItselfWhereItIsNotAmongTheLikeliest() {
    TokenScore.Likely likely = new TokenScore.Likely(B, -0.25);
    Logprobs.Token token = collected(scores(), score(A, -2, likely)).tokens().getFirst();
    assertEquals(
        List.of(new Logprobs.Alternative("b", -0.25), new Logprobs.Alternative("a", -2)),
        token.alternatives());
    Logprobs.Token own = collected(scores(), score(B, -0.25, likely)).tokens().getFirst();
    assertEquals(List.of(new Logprobs.Alternative("b", -0.25)), own.alternatives());
  }

  @Test
  void tellNoAlternativesWhereNoneAreWanted() {
    assertEquals(List.of(), collected(scores(), score(A, -2)).tokens().getFirst().alternatives());
    Logprobs.Token first = collected(scores(), firstOf(A)).tokens().getFirst();
    assertEquals(OptionalDouble.empty(), first.logprob());
  }

  private static TokenScore firstOf(int token) {
    return new TokenScore(token, OptionalDouble.empty(), List.of());
  }

  @Test
  void countCharactersAndNotTheirBytes() {
    EngineScores scores = scores();
    for (int token : TOKENIZER.encode("é猫b")) {
      scores.add(score(token, -1));
    }
    Logprobs logprobs = scores.logprobs();
    assertEquals(
        List.of(0, 1, 1, 2, 2, 2), logprobs.tokens().stream().map(Logprobs.Token::offset).toList());
    assertEquals("bytes:\\xc3", logprobs.tokens().getFirst().text());
    assertEquals("b", logprobs.tokens().getLast().text());
  }

  @Test
  void haveNoTextForTokensThatHaveNone() {
    int special = TOKENIZER.special("<|end|>").orElseThrow();
    int unknown = TOKENIZER.vocabularySize() + 5;
    assertEquals(
        List.of("", "", "a"),
        texts(collected(scores(), score(special, -1), score(unknown, -1), score(A, -1))));
  }
}
