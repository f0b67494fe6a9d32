package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.engine.Generation.Finish;
import dev.moat.engine.Generation.Limits;
import dev.moat.engine.Generation.Outcome;
import dev.moat.engine.Generation.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class GenerationTest {
  private static final Tokenizer TOKENIZER = tokenizer();
  private static final ModelConfig CONFIG =
      Models.config(TOKENIZER.vocabularySize(), 32, 48, 2).heads(4, 2).tied().context(400).build();
  private static final Model MODEL = Models.rough(CONFIG, 8);

  private static Tokenizer tokenizer() {
    List<String> texts = List.of("the cat and the dog", "für die Größe — naïve 猫 and 🐈");
    return Tokenizer.parse(TokenizerTrainer.train(texts, 280, List.of("<|end|>")));
  }

  private static Generation generation(Limits limits) {
    return new Generation(MODEL, Optional.empty(), TOKENIZER, 2, limits);
  }

  private static Generation generation() {
    return generation(Limits.DEFAULT);
  }

  private record Answer(String text, Outcome outcome) {}

  private static Answer answer(Generation generation, Request request) {
    StringBuilder text = new StringBuilder();
    Outcome outcome =
        generation.generate(
            request,
            piece -> {
              text.append(piece);
              return true;
            });
    return new Answer(text.toString(), outcome);
  }

  private static Request greedy(int[] prompt, int tokens) {
    return new Request(prompt, tokens, 0, 0, 1, 0, List.of(), true);
  }

  private static Request random(int[] prompt, int tokens, long seed) {
    return new Request(prompt, tokens, 0.8, 40, 0.95, seed, List.of(), true);
  }

  private static int[] prompt(int length, long seed) {
    return Models.tokens(CONFIG, seed, length)[0];
  }

  @Test
  void takesTheLikeliestTokenOfTheFullForwardPass() {
    int[] prompt = prompt(7, 1);
    int[] tokens = prompt;
    try (Differentiation differentiation = new Differentiation(MODEL, Optional.empty(), 1)) {
      for (int step = 0; step < 20; step++) {
        float[][] logits = differentiation.logits(new int[][] {tokens});
        tokens = Arrays.copyOf(tokens, tokens.length + 1);
        tokens[tokens.length - 1] = likeliest(logits[tokens.length - 2]);
      }
    }
    try (Generation generation = generation()) {
      String expected = TOKENIZER.decode(Arrays.copyOfRange(tokens, 7, 27));
      Answer answer = answer(generation, greedy(prompt, 20));
      assertEquals(expected, answer.text());
      assertEquals(new Outcome(Finish.LENGTH, 7, 20), answer.outcome());
    }
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  @Test
  void givesTheSameTextAloneAndInACrowd() throws Exception {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      requests.add(random(prompt(1 + 13 * i, i), 30 + i, i));
    }
    List<Answer> alone = new ArrayList<>();
    try (Generation generation = generation(new Limits(1, 0))) {
      requests.forEach(request -> alone.add(answer(generation, request)));
    }
    try (Generation generation = generation(new Limits(5, 100));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Answer>> calls = new ArrayList<>();
      requests.forEach(request -> calls.add(() -> answer(generation, request)));
      List<Answer> crowd = new ArrayList<>();
      for (Future<Answer> future : threads.invokeAll(calls)) {
        crowd.add(future.get());
      }
      assertEquals(alone, crowd);
    }
  }

  @Test
  void givesOtherTextsForOtherSeeds() {
    try (Generation generation = generation()) {
      Answer first = answer(generation, random(prompt(5, 1), 40, 1));
      assertEquals(first, answer(generation, random(prompt(5, 1), 40, 1)));
      assertNotEquals(first, answer(generation, random(prompt(5, 1), 40, 2)));
    }
  }

  @Test
  void appliesAnAdapterAsTrainingDoes() {
    LoraConfig lora = new LoraConfig(2, 4, LoraConfig.ALL_PROJECTIONS);
    Adapter adapter = Adapter.initial(CONFIG, lora, 3);
    int[] prompt = prompt(9, 2);
    try (Generation base = generation();
        Generation same = new Generation(MODEL, Optional.of(adapter), TOKENIZER, 1)) {
      assertEquals(answer(base, random(prompt, 50, 4)), answer(same, random(prompt, 50, 4)));
    }
    for (Tensor tensor : adapter.parameters().values()) {
      for (int i = 0; i < tensor.values().length; i++) {
        tensor.values()[i] += (float) (0.2 * Math.sin(i));
      }
    }
    try (Differentiation differentiation = new Differentiation(MODEL, Optional.of(adapter), 1);
        Generation tuned = new Generation(MODEL, Optional.of(adapter), TOKENIZER, 1)) {
      float[][] logits = differentiation.logits(new int[][] {prompt});
      String expected = TOKENIZER.decode(new int[] {likeliest(logits[8])});
      assertEquals(expected, answer(tuned, greedy(prompt, 1)).text());
    }
  }

  @Test
  void endsBeforeAStopString() {
    try (Generation generation = generation()) {
      String whole = answer(generation, greedy(prompt(6, 3), 60)).text();
      String stop = whole.substring(10, 13);
      Request request =
          new Request(prompt(6, 3), 60, 0, 0, 1, 0, List.of("never there", stop), true);
      Answer answer = answer(generation, request);
      assertEquals(whole.substring(0, whole.indexOf(stop)), answer.text());
      assertEquals(Finish.STOP, answer.outcome().finish());
      assertTrue(answer.outcome().completionTokens() < 60);
    }
  }

  @Test
  void endsAtTheEndTokenUnlessTold() {
    int[] prompt = prompt(4, 9);
    int end;
    try (Differentiation differentiation = new Differentiation(MODEL, Optional.empty(), 1)) {
      end = likeliest(differentiation.logits(new int[][] {prompt})[3]);
    }
    Model ending = Model.of(Models.ending(CONFIG, end), MODEL.parameters());
    try (Generation generation = new Generation(ending, Optional.empty(), TOKENIZER, 1)) {
      Request stopping = new Request(prompt, 5, 0, 0, 1, 0, List.of(), false);
      assertEquals(new Answer("", new Outcome(Finish.STOP, 4, 1)), answer(generation, stopping));
      assertEquals(
          new Outcome(Finish.LENGTH, 4, 5), answer(generation, greedy(prompt, 5)).outcome());
    }
  }

  @Test
  void endsAtAnyOfTheEndTokens() {
    int[] prompt = prompt(4, 9);
    int end;
    try (Differentiation differentiation = new Differentiation(MODEL, Optional.empty(), 1)) {
      end = likeliest(differentiation.logits(new int[][] {prompt})[3]);
    }
    int other = end == 0 ? 1 : 0;
    Model ending = Model.of(Models.ending(CONFIG, other, end), MODEL.parameters());
    try (Generation generation = new Generation(ending, Optional.empty(), TOKENIZER, 1)) {
      Request stopping = new Request(prompt, 5, 0, 0, 1, 0, List.of(), false);
      assertEquals(new Answer("", new Outcome(Finish.STOP, 4, 1)), answer(generation, stopping));
    }
  }

  @Test
  void stopsAtTheContextAndRefusesPromptsThatFillIt() {
    try (Generation generation = generation()) {
      Answer last = answer(generation, greedy(prompt(399, 5), 10));
      assertEquals(new Outcome(Finish.LENGTH, 399, 1), last.outcome());
      Failure failure =
          assertThrows(Failure.class, () -> answer(generation, greedy(prompt(400, 5), 10)));
      assertInstanceOf(Problem.Invalid.class, failure.problem());
      assertTrue(failure.getMessage().contains("400 tokens leave no room"));
    }
  }

  @Test
  void refusesTokensThatTheModelDoesNotKnow() {
    try (Generation generation = generation()) {
      int[] prompt = {1, CONFIG.vocabularySize()};
      Failure failure = assertThrows(Failure.class, () -> answer(generation, greedy(prompt, 1)));
      assertTrue(failure.getMessage().startsWith("prompt token 1: "));
    }
  }

  @Test
  void refusesSettingsOutOfBounds() {
    int[] one = {1};
    List<String> none = List.of();
    assertInvalid(() -> new Request(new int[0], 1, 0, 0, 1, 0, none, false));
    assertInvalid(() -> new Request(one, 0, 0, 0, 1, 0, none, false));
    assertInvalid(() -> new Request(one, 1, -0.1, 0, 1, 0, none, false));
    assertInvalid(() -> new Request(one, 1, Double.NaN, 0, 1, 0, none, false));
    assertInvalid(() -> new Request(one, 1, 0, -1, 1, 0, none, false));
    assertInvalid(() -> new Request(one, 1, 0, 0, 0, 0, none, false));
    assertInvalid(() -> new Request(one, 1, 0, 0, 1.01, 0, none, false));
    assertInvalid(() -> new Request(one, 1, 0, 0, 1, 0, List.of(""), false));
    List<String> many = java.util.Collections.nCopies(Request.STOPS_MAX + 1, "x");
    assertInvalid(() -> new Request(one, 1, 0, 0, 1, 0, many, false));
    String longest = "x".repeat(Request.STOP_LENGTH_MAX);
    assertEquals(1, new Request(one, 1, 0, 0, 1, 0, List.of(longest), false).stop().size());
    assertInvalid(() -> new Request(one, 1, 0, 0, 1, 0, List.of(longest + "x"), false));
  }

  private static void assertInvalid(Runnable maker) {
    Failure failure = assertThrows(Failure.class, maker::run);
    assertInstanceOf(Problem.Invalid.class, failure.problem());
  }

  @Test
  void cancelsWhenTheSinkWantsNoMore() {
    try (Generation generation = generation()) {
      StringBuilder text = new StringBuilder();
      Outcome outcome =
          generation.generate(
              greedy(prompt(3, 1), 390),
              piece -> {
                text.append(piece);
                return false;
              });
      assertEquals(Finish.CANCELLED, outcome.finish());
      assertTrue(outcome.completionTokens() < 390);
      assertFalse(text.isEmpty());
    }
  }

  @Test
  void freesThePlaceOfASinkThatThrows() {
    try (Generation generation = generation(new Limits(1, 0))) {
      assertThrows(
          IllegalStateException.class,
          () ->
              generation.generate(
                  greedy(prompt(3, 1), 390),
                  _ -> {
                    throw new IllegalStateException("the client is gone");
                  }));
      assertEquals(Finish.LENGTH, retried(generation).outcome().finish());
    }
  }

  /** The place is free again only at the next step of the loop. */
  private static Answer retried(Generation generation) {
    while (true) {
      try {
        return answer(generation, greedy(prompt(3, 1), 5));
      } catch (Failure busy) {
        assertInstanceOf(Problem.Busy.class, busy.problem());
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void refusesMoreThanItHasRoomFor() {
    Model model = Models.rough(Models.longer(CONFIG, 4_000), 8);
    try (Generation generation =
        new Generation(model, Optional.empty(), TOKENIZER, 1, new Limits(1, 0))) {
      List<Failure> refusals = new ArrayList<>();
      generation.generate(
          greedy(prompt(3, 1), 3_900),
          _ -> {
            Request another = greedy(prompt(3, 1), 1);
            refusals.add(assertThrows(Failure.class, () -> answer(generation, another)));
            return false;
          });
      Problem.Busy busy = assertInstanceOf(Problem.Busy.class, refusals.getFirst().problem());
      assertTrue(busy.retryAfter().isPositive());
      assertEquals(1, refusals.size());
      assertEquals(Finish.LENGTH, retried(generation).outcome().finish());
    }
  }

  @Test
  void endsOpenTextsWhenClosed() throws Exception {
    Generation generation = generation(new Limits(1, 1));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch begun = new CountDownLatch(1);
      Future<Outcome> open =
          threads.submit(
              () ->
                  generation.generate(
                      greedy(prompt(3, 1), 390),
                      _ -> {
                        begun.countDown();
                        return true;
                      }));
      begun.await();
      generation.close();
      assertTrue(open.get().finish() != Finish.STOP);
    }
    assertThrows(IllegalStateException.class, () -> answer(generation, greedy(prompt(3, 1), 1)));
  }

  @Test
  void tellsOfDamagedWeights() {
    Model broken = Models.rough(CONFIG, 8);
    Models.values(broken.parameters(), ModelConfig.FINAL_NORM)[0] = Float.NaN;
    try (Generation generation = new Generation(broken, Optional.empty(), TOKENIZER, 1)) {
      Failure failure =
          assertThrows(Failure.class, () -> answer(generation, greedy(prompt(3, 1), 5)));
      assertInstanceOf(Problem.Broken.class, failure.problem());
    }
  }

  @Test
  void streamsWholeCharactersOnly() {
    try (Generation generation = generation()) {
      Request request = new Request(prompt(3, 1), 300, 5, 0, 1, 3, List.of(), true);
      List<String> pieces = new ArrayList<>();
      generation.generate(
          request,
          piece -> {
            pieces.add(piece);
            return true;
          });
      for (String piece : pieces) {
        assertArrayEquals(
            piece.codePoints().toArray(),
            new String(
                    piece.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    java.nio.charset.StandardCharsets.UTF_8)
                .codePoints()
                .toArray());
      }
      assertTrue(pieces.size() > 50);
    }
  }
}
