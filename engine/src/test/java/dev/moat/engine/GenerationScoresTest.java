package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.engine.Generation.Finish;
import dev.moat.engine.Generation.Outcome;
import dev.moat.engine.Generation.Request;
import dev.moat.engine.Generation.Scoring;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a generation tells of each token beside the text. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GenerationScoresTest {
  private static final Tokenizer TOKENIZER =
      Tokenizer.parse(
          TokenizerTrainer.train(List.of("the cat and the dog"), 270, List.of("<|end|>")));
  private static final ModelConfig CONFIG =
      Models.config(TOKENIZER.vocabularySize(), 32, 48, 2).heads(4, 2).tied().context(400).build();
  private static final Model MODEL = Models.rough(CONFIG, 8);

  private final Generation generation =
      new Generation(MODEL, Optional.empty(), TOKENIZER, 2, Generation.Limits.DEFAULT);

  private record Told(String text, List<TokenScore> scores, Outcome outcome) {
    List<Integer> tokens() {
      return scores.stream().map(TokenScore::token).toList();
    }
  }

  @AfterAll
  void close() {
    generation.close();
  }

  private static Request request(int[] prompt, int tokensMax, double temperature) {
    return new Request(prompt, tokensMax, temperature, 0, 1, 7, List.of(), true);
  }

  private Told told(Request request, Scoring scoring) {
    StringBuilder text = new StringBuilder();
    List<TokenScore> scores = new ArrayList<>();
    Outcome outcome =
        generation.generate(
            request,
            scoring,
            piece -> {
              text.append(piece);
              return true;
            },
            scores::add);
    return new Told(text.toString(), scores, outcome);
  }

  private static int[] prompt(int length) {
    return Models.tokens(CONFIG, 3, length)[0];
  }

  /** The peer is the loss that training minimises, by another path through the model. */
  @Test
  void scoresAPromptAsTheLossDoes() {
    int[] prompt = prompt(250);
    Told told = told(request(prompt, 1, 0), new Scoring(true, 0));
    assertEquals(prompt.length + 1, told.scores().size());
    try (Differentiation peer = new Differentiation(MODEL, Optional.empty(), 1)) {
      Batch batch =
          new Batch(
              new int[][] {Arrays.copyOf(prompt, prompt.length - 1)},
              new int[][] {Arrays.copyOfRange(prompt, 1, prompt.length)});
      float[] losses = peer.tokenLosses(batch)[0];
      for (int i = 1; i < prompt.length; i++) {
        assertEquals(losses[i - 1], -told.scores().get(i).logprob().orElseThrow(), 1e-3);
      }
    }
  }

  @Test
  void tellsThePromptAndThenWhatIsAdded() {
    int[] prompt = prompt(9);
    Told told = told(request(prompt, 5, 1), new Scoring(true, 2));
    assertEquals(Arrays.stream(prompt).boxed().toList(), told.tokens().subList(0, 9));
    assertEquals(14, told.scores().size());
    assertTrue(told.scores().getFirst().logprob().isEmpty());
    assertEquals(2, told.scores().get(1).likeliest().size());
    byte[] bytes = TOKENIZER.decode(added(told)).getBytes(StandardCharsets.UTF_8);
    assertEquals(told.text(), new String(bytes, StandardCharsets.UTF_8));
  }

  private static int[] added(Told told) {
    return told.tokens().subList(9, 14).stream().mapToInt(Integer::intValue).toArray();
  }

  @Test
  void tellsOnlyWhatIsAddedWhereThePromptIsNotWanted() {
    Told told = told(request(prompt(9), 5, 1), new Scoring(false, 0));
    assertEquals(5, told.scores().size());
    assertTrue(told.scores().stream().allMatch(score -> score.logprob().isPresent()));
    assertTrue(told.scores().stream().allMatch(score -> score.likeliest().isEmpty()));
  }

  @Test
  void tellsAPromptOfOneToken() {
    Told told = told(request(prompt(1), 1, 0), new Scoring(true, 1));
    assertEquals(2, told.scores().size());
    assertEquals(TokenScore.first(prompt(1)[0]), told.scores().getFirst());
  }

  @Test
  void choosesTheLikeliestAtTemperatureZero() {
    Told told = told(request(prompt(5), 8, 0), new Scoring(false, 1));
    for (TokenScore score : told.scores()) {
      assertEquals(score.token(), score.likeliest().getFirst().token());
      assertEquals(score.logprob().orElseThrow(), score.likeliest().getFirst().logprob());
    }
  }

  @Test
  void changesNothingOfTheText() {
    Request request = request(prompt(40), 30, 1.2);
    StringBuilder plain = new StringBuilder();
    Outcome outcome =
        generation.generate(
            request,
            piece -> {
              plain.append(piece);
              return true;
            });
    Told told = told(request, new Scoring(true, 20));
    assertEquals(plain.toString(), told.text());
    assertEquals(outcome, told.outcome());
    assertEquals(Finish.LENGTH, outcome.finish());
  }

  @Test
  void tellsTheSameBitsWhateverElseIsGenerated() throws Exception {
    Request request = request(prompt(210), 12, 1);
    Scoring scoring = new Scoring(true, 3);
    Told alone = told(request, scoring);
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<Future<Told>> beside = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        int length = 7 + 17 * i;
        beside.add(
            threads.submit(
                () -> told(length % 2 == 0 ? request(prompt(length), 9, 1) : request, scoring)));
      }
      for (int i = 0; i < 12; i++) {
        Told other = beside.get(i).get();
        if ((7 + 17 * i) % 2 != 0) {
          assertEquals(alone, other);
        }
      }
    }
  }

  @Test
  void boundsHowManyLikelyTokensAreTold() {
    assertEquals(20, new Scoring(true, 20).likeliest());
    assertThrows(Failure.class, () -> new Scoring(true, 21));
    assertThrows(Failure.class, () -> new Scoring(true, -1));
  }
}
