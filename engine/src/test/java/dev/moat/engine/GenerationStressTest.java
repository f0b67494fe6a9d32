package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
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
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Generation for every family of models, and under clients that come, go and misbehave. */
class GenerationStressTest {
  private static final Tokenizer TOKENIZER =
      Tokenizer.parse(TokenizerTrainer.train(List.of("ab cd ab cd"), 260, List.of("<|end|>")));
  private static final int VOCABULARY = TOKENIZER.vocabularySize();

  private static Models models() {
    return Models.config(VOCABULARY, 32, 48, 2);
  }

  private static Request greedy(int[] prompt, int tokens) {
    return new Request(prompt, tokens, 0, 0, 1, 0, List.of(), true);
  }

  private static String text(Generation generation, Request request) {
    StringBuilder text = new StringBuilder();
    Outcome outcome =
        generation.generate(
            request,
            piece -> {
              text.append(piece);
              return true;
            });
    assertEquals(Finish.LENGTH, outcome.finish());
    return text.toString();
  }

  /** Each token generated must be the likeliest by the full forward pass over all before it. */
  private static void assertAsTheForwardPass(ModelConfig config, int promptTokens, int tokens) {
    Model model = Models.rough(config, 31);
    int[] prompt = Models.tokens(config, 32, promptTokens)[0];
    String text;
    try (Generation generation = new Generation(model, Optional.empty(), TOKENIZER, 2)) {
      text = text(generation, greedy(prompt, tokens));
    }
    int[] all = prompt.clone();
    try (Differentiation differentiation = new Differentiation(model, Optional.empty(), 1)) {
      for (int i = 0; i < tokens; i++) {
        float[][] logits = differentiation.logits(new int[][] {all});
        all = Arrays.copyOf(all, all.length + 1);
        all[all.length - 1] = likeliest(logits[all.length - 2]);
      }
    }
    assertEquals(TOKENIZER.decode(Arrays.copyOfRange(all, promptTokens, all.length)), text);
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  @Test
  void runsUntiedModelsWithBiases() {
    assertAsTheForwardPass(models().heads(4, 4).bias().build(), 3, 12);
  }

  @Test
  void runsModelsWithHeadNormsAndOddHeadSizes() {
    assertAsTheForwardPass(models().heads(4, 2).headSize(18).headNorms().tied().build(), 50, 12);
  }

  @Test
  void runsScaledRotationsBeyondOneStretchOfThePrompt() {
    RopeConfig rope = new RopeConfig(500_000, new RopeConfig.Scaling.Llama3(8, 1, 4, 64));
    assertAsTheForwardPass(models().heads(4, 1).rope(rope).build(), 430, 6);
  }

  @Test
  void givesTheSameTextForAnyNumberOfThreads() {
    ModelConfig config = models().build();
    Model model = Models.rough(config, 1);
    Request request =
        new Request(Models.tokens(config, 2, 60)[0], 80, 1, 0, 0.9, 3, List.of(), true);
    List<String> texts = new ArrayList<>();
    for (int threads = 1; threads <= 3; threads++) {
      try (Generation generation = new Generation(model, Optional.empty(), TOKENIZER, threads)) {
        texts.add(text(generation, request));
      }
    }
    assertEquals(texts.get(0), texts.get(1));
    assertEquals(texts.get(0), texts.get(2));
  }

  @Test
  void outlivesClientsThatLeaveThrowOrWaitInLine() throws Exception {
    ModelConfig config = models().build();
    Model model = Models.rough(config, 1);
    int[] prompt = Models.tokens(config, 2, 9)[0];
    try (Generation generation =
            new Generation(model, Optional.empty(), TOKENIZER, 2, new Limits(3, 200));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String expected = text(generation, greedy(prompt, 40));
      List<Callable<Boolean>> clients = new ArrayList<>();
      for (int i = 0; i < 120; i++) {
        int client = i;
        clients.add(() -> behave(generation, prompt, client, expected));
      }
      for (Future<Boolean> future : threads.invokeAll(clients)) {
        assertTrue(future.get());
      }
      assertEquals(expected, text(generation, greedy(prompt, 40)));
    }
  }

  private static boolean behave(Generation generation, int[] prompt, int client, String expected) {
    SplittableRandom random = new SplittableRandom(client);
    int patience = random.nextInt(1, 20);
    int[] pieces = {0};
    return switch (client % 3) {
      case 0 -> text(generation, greedy(prompt, 40)).equals(expected);
      case 1 -> {
        Outcome outcome = generation.generate(greedy(prompt, 400), _ -> ++pieces[0] < patience);
        yield outcome.finish() == Finish.CANCELLED && pieces[0] == patience;
      }
      default -> {
        IllegalStateException fault = new IllegalStateException("client " + client);
        IllegalStateException passedOn =
            assertThrows(
                IllegalStateException.class,
                () ->
                    generation.generate(
                        greedy(prompt, 40),
                        _ -> {
                          throw fault;
                        }));
        assertSame(fault, passedOn);
        yield true;
      }
    };
  }

  @Test
  void cancelsForAnInterruptAndLeavesItSet() throws Exception {
    ModelConfig config = Models.longer(models().build(), 100_000);
    try (Generation generation =
        new Generation(Models.rough(config, 1), Optional.empty(), TOKENIZER, 1)) {
      CountDownLatch begun = new CountDownLatch(1);
      CompletableFuture<Finish> finish = new CompletableFuture<>();
      CompletableFuture<Boolean> stillSet = new CompletableFuture<>();
      Thread client =
          Thread.ofVirtual()
              .start(
                  () -> {
                    Request request = greedy(new int[] {1}, 99_000);
                    Outcome outcome =
                        generation.generate(
                            request,
                            _ -> {
                              begun.countDown();
                              return true;
                            });
                    finish.complete(outcome.finish());
                    stillSet.complete(Thread.currentThread().isInterrupted());
                  });
      begun.await();
      client.interrupt();
      assertEquals(Finish.CANCELLED, finish.get());
      assertTrue(stillSet.get());
    }
  }

  /** Keeps one text open while another call is made; both must end well. */
  private static void besideAnOpenText(Generation generation, int tokens, Runnable call)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean wanted = new AtomicBoolean(true);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Outcome> open =
          threads.submit(
              () ->
                  generation.generate(
                      greedy(new int[] {1}, tokens),
                      _ -> {
                        begun.countDown();
                        return wanted.get();
                      }));
      begun.await();
      try {
        call.run();
      } finally {
        wanted.set(false);
      }
      assertEquals(Finish.CANCELLED, open.get().finish());
    }
  }

  @Test
  @Timeout(120)
  void freesThePlaceOfAClientThatLeavesTheLine() throws Exception {
    ModelConfig config = Models.longer(models().build(), 100_000);
    try (Generation generation =
        new Generation(Models.rough(config, 1), Optional.empty(), TOKENIZER, 1, new Limits(1, 1))) {
      besideAnOpenText(
          generation,
          99_000,
          () -> {
            for (int client = 0; client < 3; client++) {
              Thread.currentThread().interrupt();
              Outcome outcome = generation.generate(greedy(new int[] {1}, 10), _ -> true);
              assertTrue(Thread.interrupted());
              assertEquals(new Outcome(Finish.CANCELLED, 1, 0), outcome);
            }
          });
    }
  }

  @Test
  @Timeout(120)
  void failsOnlyTheTextThatIsLongerThanAnArray() throws Exception {
    ModelConfig config =
        Models.longer(
            Models.config(VOCABULARY, 32, 48, 1).heads(1, 1).headSize(128).build(), 1 << 24);
    try (Generation generation =
        new Generation(Models.rough(config, 1), Optional.empty(), TOKENIZER, 1)) {
      besideAnOpenText(
          generation,
          20_000,
          () -> {
            Request endless = greedy(new int[] {1}, 1 << 24);
            Failure failure =
                assertThrows(Failure.class, () -> generation.generate(endless, _ -> true));
            assertTrue(failure.problem() instanceof Problem.Broken);
          });
    }
  }

  @Test
  void endsTheWaitingWhenClosed() throws Exception {
    ModelConfig config = Models.longer(models().build(), 100_000);
    Generation generation =
        new Generation(Models.rough(config, 1), Optional.empty(), TOKENIZER, 1, new Limits(1, 5));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch begun = new CountDownLatch(1);
      List<Future<Finish>> open = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        open.add(threads.submit(() -> finishUnlessRefused(generation, begun)));
      }
      begun.await();
      generation.close();
      for (Future<Finish> future : open) {
        assertEquals(Finish.CANCELLED, future.get());
      }
    }
  }

  /** A client may also come only after the closing; it is told so by an exception. */
  private static Finish finishUnlessRefused(Generation generation, CountDownLatch begun) {
    try {
      Request request = greedy(new int[] {1}, 90_000);
      return generation
          .generate(
              request,
              _ -> {
                begun.countDown();
                return true;
              })
          .finish();
    } catch (IllegalStateException e) {
      return Finish.CANCELLED;
    }
  }

  @Test
  void refusesATokenizerWithMoreTokensThanTheModel() {
    ModelConfig config = Models.config(VOCABULARY - 1, 32, 48, 1).build();
    Failure failure =
        assertThrows(
            Failure.class,
            () -> new Generation(Models.rough(config, 1), Optional.empty(), TOKENIZER, 1));
    assertInstanceOf(Problem.Invalid.class, failure.problem());
  }

  @Test
  void givesNothingForTokensBeyondTheTokenizer() {
    ModelConfig config = Models.config(VOCABULARY + 40, 32, 48, 1).tied().build();
    Model model = Models.rough(config, 1);
    try (Generation generation = new Generation(model, Optional.empty(), TOKENIZER, 1)) {
      Request flat = new Request(new int[] {1}, 300, 100, 0, 1, 1, List.of(), true);
      String text = text(generation, flat);
      assertTrue(text.length() < 400);
    }
  }

  @Test
  void refusesLimitsThatAdmitNobody() {
    assertThrows(IllegalArgumentException.class, () -> new Limits(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Limits(1, -1));
    assertEquals(0, new Limits(1, 0).waiting());
  }
}
