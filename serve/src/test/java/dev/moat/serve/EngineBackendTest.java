package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.engine.Generation;
import dev.moat.engine.Model;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.RopeConfig;
import dev.moat.engine.Tokenizer;
import dev.moat.engine.TokenizerTrainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The gateway with a real, tiny and untrained model behind it. */
class EngineBackendTest {
  private static final int CONTEXT = 256;
  private static final String STREAM = ",\"stream\":true";
  private static final Tokenizer TOKENIZER = tokenizer();
  private static final ModelConfig CONFIG =
      new ModelConfig(
          "LlamaForCausalLM",
          TOKENIZER.vocabularySize(),
          32,
          48,
          2,
          4,
          2,
          8,
          1e-6f,
          RopeConfig.of(10_000),
          CONTEXT,
          true,
          false,
          false,
          -1,
          List.of(TOKENIZER.special("<|end|>").orElseThrow()));
  private static final Model WEIGHTS = Model.random(CONFIG, 3);

  private TestGateway gateway;
  private EngineBackend backend;

  private static Tokenizer tokenizer() {
    List<String> texts = List.of("the cat and the dog", "int x = y; return x;");
    return Tokenizer.parse(TokenizerTrainer.train(texts, 280, List.of("<|end|>")));
  }

  @BeforeEach
  void start() {
    gateway = TestGateway.start();
    serve(Generation.Limits.DEFAULT);
  }

  private void serve(Generation.Limits limits) {
    backend =
        new EngineBackend(
            new Generation(WEIGHTS, Optional.empty(), TOKENIZER, 2, limits),
            TOKENIZER,
            CONFIG,
            new Random(5));
    gateway.models.replace(List.of(TestGateway.served(TestGateway.MODEL, backend)));
  }

  @AfterEach
  void stop() {
    gateway.close();
    backend.close();
  }

  private static String render(ChatMessage... messages) {
    return EngineBackend.render(List.of(messages));
  }

  @Test
  void rendersOneMessageAsThePrompt() {
    assertEquals("int x = ", render(new ChatMessage("user", "int x = ")));
    assertEquals("", render(new ChatMessage("user", "")));
  }

  @Test
  void rendersInstructionsAsComments() {
    assertEquals(
        "// Be brief.\n// Be right.\nint x\n  = 1;\nreturn",
        render(
            new ChatMessage("system", "Be brief.\nBe right."),
            new ChatMessage("user", "int x\n"),
            new ChatMessage("assistant", "  = 1;"),
            new ChatMessage("user", "return")));
    assertEquals(
        "x\n// only this\n",
        render(new ChatMessage("user", "x"), new ChatMessage("developer", "only this")));
  }

  @Test
  void countsTokensExactly() {
    TestGateway.Answer answer = gateway.complete("the cat", ",\"max_tokens\":9,\"seed\":1");
    assertEquals(200, answer.status(), answer.text());
    JsonNode usage = answer.json().path("usage");
    assertEquals(TOKENIZER.encode("the cat").length, usage.path("prompt_tokens").intValue());
    assertTrue(usage.path("completion_tokens").intValue() <= 9);
    gateway.ledger.next();
    assertTrue(gateway.ledger.next().path("usage").path("exact").booleanValue());
  }

  @Test
  void saysTheSameForTheSameSeedStreamedOrNot() {
    String more = ",\"max_tokens\":40,\"seed\":42,\"temperature\":1.5";
    String first = gateway.chat("the cat", more).content();
    assertEquals(first, gateway.chat("the cat", more).content());
    assertEquals(first, gateway.chat("the cat", more + STREAM).streamedContent());
    assertNotEquals(
        first, gateway.chat("the cat", more.replace("42", "43")).content(), "another seed");
    assertFalse(first.isEmpty());
  }

  @Test
  void takesCompletionsForSixteenTokensUnlessToldOtherwise() {
    JsonNode answer = gateway.complete("the cat", ",\"seed\":1").json();
    assertTrue(answer.path("usage").path("completion_tokens").intValue() <= 16);
    JsonNode chat = gateway.chat("the cat", ",\"seed\":1").json();
    int prompt = chat.path("usage").path("prompt_tokens").intValue();
    int said = chat.path("usage").path("completion_tokens").intValue();
    assertTrue(prompt + said <= CONTEXT);
    assertTrue(said > 16, "a chat goes on until the model or its context ends: " + said);
  }

  @Test
  void stopsAtStopStrings() {
    String more = ",\"max_tokens\":60,\"seed\":7";
    String free = gateway.chat("the cat", more).content();
    String stop = free.substring(free.length() / 2, free.length() / 2 + 1);
    String escaped =
        dev.moat.core.Json.text(
            tools.jackson.databind.node.JsonNodeFactory.instance.stringNode(stop));
    TestGateway.Answer stopped = gateway.chat("the cat", more + ",\"stop\":" + escaped);
    assertEquals(free.substring(0, free.indexOf(stop)), stopped.content());
    assertEquals("stop", stopped.choice().path("finish_reason").stringValue());
  }

  @Test
  void takesSamplingToItsEdges() {
    assertEquals(200, gateway.chat("x", ",\"temperature\":0,\"max_tokens\":3").status());
    assertEquals(200, gateway.chat("x", ",\"top_p\":0,\"max_tokens\":3").status());
    assertEquals(
        200, gateway.chat("x", ",\"temperature\":2,\"top_p\":1,\"max_tokens\":3").status());
  }

  @Test
  void refusesPromptsThatDoNotFit() {
    for (String more : List.of("", STREAM)) {
      for (int words : new int[] {CONTEXT + 10, 100_000}) {
        TestGateway.Answer answer = gateway.chat("cat ".repeat(words), more);
        assertEquals(400, answer.status());
        assertEquals("context_length_exceeded", answer.error().path("code").stringValue());
        assertEquals("messages", answer.error().path("param").stringValue());
      }
    }
    TestGateway.Answer completion = gateway.complete("cat ".repeat(CONTEXT + 10), "");
    assertEquals("prompt", completion.error().path("param").stringValue());
  }

  @Test
  void refusesWhatTheModelCannotDo() {
    for (String more :
        List.of(
            ",\"tools\":[{\"type\":\"function\"}]",
            ",\"functions\":[]",
            ",\"response_format\":{\"type\":\"json_object\"}")) {
      assertEquals(400, gateway.chat("hi", more).status(), more);
    }
    assertEquals(400, gateway.complete("hi", ",\"suffix\":\"}\"").status());
    assertEquals(
        200,
        gateway.chat("hi", ",\"response_format\":{\"type\":\"text\"},\"max_tokens\":1").status());
  }

  @Test
  void refusesAnEmptyPrompt() {
    assertEquals(400, gateway.complete("", "").status());
  }

  @Test
  void readsNoSpecialTokensFromTexts() {
    TestGateway.Answer answer = gateway.complete("<|end|>", ",\"max_tokens\":2");
    assertTrue(answer.json().path("usage").path("prompt_tokens").intValue() > 1);
  }

  @Test
  void answersSeveralAtTheSameTime() {
    String more = ",\"max_tokens\":30,\"seed\":11";
    String alone = gateway.chat("the dog", more).content();
    List<CompletableFuture<String>> all =
        java.util.stream.Stream.generate(
                () ->
                    CompletableFuture.supplyAsync(
                        () -> gateway.chat("the dog", more + STREAM).streamedContent()))
            .limit(8)
            .toList();
    all.forEach(one -> assertEquals(alone, one.join()));
  }

  @Test
  void tellsThatItIsBusy() {
    backend.close();
    serve(new Generation.Limits(1, 0));
    List<CompletableFuture<Integer>> all =
        java.util.stream.Stream.generate(
                () -> CompletableFuture.supplyAsync(() -> gateway.chat("the dog", "").status()))
            .limit(6)
            .toList();
    List<Integer> statuses = all.stream().map(CompletableFuture::join).toList();
    assertTrue(statuses.contains(200), statuses.toString());
    assertTrue(
        statuses.stream().allMatch(status -> status == 200 || status == 429), statuses.toString());
  }

  /** Notes how an answer fails. */
  private record Failures(List<Refusal> told) implements AnswerSink {
    @Override
    public void piece(Piece piece) {}

    @Override
    public void finished(FinishReason reason, Usage usage) {}

    @Override
    public void finished(FinishReason reason) {}

    @Override
    public void failed(Refusal refusal) {
      told.add(refusal);
    }
  }

  @Test
  void tellsThatTheEngineOverflowed() {
    Failures failures = new Failures(new ArrayList<>());
    Generation generation =
        new Generation(WEIGHTS, Optional.empty(), TOKENIZER, 1, Generation.Limits.DEFAULT);
    new EngineAnswer(generation, failures, Runnable::run)
        .run(
            () -> {
              throw new StackOverflowError("a deep text");
            });
    generation.close();
    assertEquals(List.of(500), failures.told().stream().map(Refusal::status).toList());
  }

  @Test
  void stopsGeneratingWhenTheCallerGoes() {
    backend.close();
    serve(new Generation.Limits(1, 1));
    for (int i = 0; i < 5; i++) {
      try (Lines lines =
          gateway.open(
              gateway.posting("/v1/chat/completions", TestGateway.chatBody("the cat", STREAM)))) {
        lines.next();
      }
    }
    TestGateway.Answer answer = gateway.chat("the cat", ",\"max_tokens\":2");
    for (int i = 0; i < 100 && answer.status() == 429; i++) {
      answer = gateway.chat("the cat", ",\"max_tokens\":2");
    }
    assertEquals(200, answer.status(), "places of callers that went are free again");
  }
}
