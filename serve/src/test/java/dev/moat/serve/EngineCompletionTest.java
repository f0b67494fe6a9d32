package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.engine.Generation;
import dev.moat.engine.Model;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.RopeConfig;
import dev.moat.engine.Tokenizer;
import dev.moat.engine.TokenizerTrainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What evaluation harnesses ask of completions, answered by a real, tiny, untrained model. */
class EngineCompletionTest {
  private static final Tokenizer TOKENIZER =
      Tokenizer.parse(
          TokenizerTrainer.train(List.of("the cat and the dog", "ü 猫"), 275, List.of("<|end|>")));
  private static final int SPECIAL = TOKENIZER.special("<|end|>").orElseThrow();
  private static final String CAT = "the cat";
  private static final int[] IDS = TOKENIZER.encode(CAT);

  private final TestGateway gateway = TestGateway.start();
  private EngineBackend backend = serve(-1);

  private EngineBackend serve(int beginToken) {
    ModelConfig config =
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
            64,
            true,
            false,
            false,
            beginToken,
            List.of());
    EngineBackend made =
        new EngineBackend(
            new Generation(Model.random(config, 3), Optional.empty(), TOKENIZER, 1),
            TOKENIZER,
            config,
            new Random(5));
    gateway.models.replace(List.of(TestGateway.served(TestGateway.MODEL, made)));
    return made;
  }

  @AfterEach
  void stop() {
    gateway.close();
    backend.close();
  }

  private TestGateway.Answer complete(String fields) {
    return gateway.post(
        "/v1/completions",
        TestGateway.json("{'model':'" + TestGateway.MODEL + "','seed':1," + fields + "}"));
  }

  private static List<String> tokens(JsonNode choice) {
    return choice.path("logprobs").path("tokens").valueStream().map(JsonNode::asString).toList();
  }

  private static List<Double> logprobs(JsonNode choice) {
    List<Double> all = new ArrayList<>();
    choice.path("logprobs").path("token_logprobs").forEach(one -> all.add(one.asDouble(0)));
    return all;
  }

  @Test
  void echoesThePromptBeforeWhatItAdds() {
    String added = complete("'prompt':'the cat','max_tokens':4").choice().path("text").asString();
    JsonNode echoed = complete("'prompt':'the cat','max_tokens':4,'echo':true").choice();
    assertEquals(CAT + added, echoed.path("text").asString());
    assertTrue(echoed.path("logprobs").isNull());
  }

  @Test
  void tellsOfEachTokenHowProbableItWas() {
    TestGateway.Answer answer =
        complete("'prompt':'the cat','max_tokens':3,'echo':true,'logprobs':2,'temperature':0");
    JsonNode choice = answer.choice();
    assertEquals(IDS.length + 3, tokens(choice).size(), answer.text());
    assertTrue(String.join("", tokens(choice)).startsWith(CAT), answer.text());
    assertTrue(choice.path("logprobs").path("token_logprobs").path(0).isNull());
    assertTrue(choice.path("logprobs").path("top_logprobs").path(0).isEmpty());
    for (int i = 1; i < IDS.length + 3; i++) {
      double own = logprobs(choice).get(i);
      JsonNode top = choice.path("logprobs").path("top_logprobs").path(i);
      assertTrue(own < 0 && top.size() <= 3, answer.text());
      assertEquals(own, top.path(tokens(choice).get(i)).asDouble(), answer.text());
      assertTrue(i < IDS.length || top.valueStream().allMatch(o -> o.asDouble() <= own));
    }
    int last = choice.path("logprobs").path("text_offset").path(IDS.length).intValue();
    assertEquals(CAT.length(), last);
  }

  @Test
  void addsNothingWhereNothingIsAskedFor() {
    JsonNode answer = complete("'prompt':'the cat','max_tokens':0,'echo':true,'logprobs':0").json();
    JsonNode choice = answer.path("choices").path(0);
    assertEquals(CAT, choice.path("text").asString());
    assertEquals(IDS.length, tokens(choice).size());
    assertEquals("length", choice.path("finish_reason").asString());
    assertEquals(0, answer.path("usage").path("completion_tokens").intValue());
    assertEquals(IDS.length, answer.path("usage").path("prompt_tokens").intValue());
  }

  @Test
  void tellsOnlyWhatItAddsWithoutEcho() {
    JsonNode choice = complete("'prompt':'the cat','max_tokens':3,'logprobs':1").choice();
    assertEquals(3, tokens(choice).size());
    assertEquals(0, choice.path("logprobs").path("text_offset").path(0).intValue());
  }

  @Test
  void saysTheSameOfIdsAsOfTheirText() {
    String rest = ",'max_tokens':3,'echo':true,'logprobs':1";
    JsonNode text = complete("'prompt':'the cat'" + rest).choice();
    JsonNode ids = complete("'prompt':" + Arrays.toString(IDS) + rest).choice();
    assertEquals(text, ids);
  }

  @Test
  void answersEachOfSeveralPromptsAsItWouldAlone() {
    String rest = ",'max_tokens':3,'echo':true,'logprobs':1";
    JsonNode many = complete("'prompt':['the cat','and the dog']" + rest).json();
    JsonNode first = complete("'prompt':'the cat'" + rest).json();
    JsonNode second = complete("'prompt':'and the dog'" + rest).json();
    assertEquals(first.path("choices").path(0), many.path("choices").path(0));
    assertEquals(
        second.path("choices").path(0).path("logprobs"),
        many.path("choices").path(1).path("logprobs"));
    assertEquals(
        first.path("usage").path("total_tokens").intValue()
            + second.path("usage").path("total_tokens").intValue(),
        many.path("usage").path("total_tokens").intValue());
  }

  @Test
  void tellsProbabilitiesInAChat() {
    JsonNode choice =
        gateway.chat(CAT, ",\"max_tokens\":2,\"logprobs\":true,\"top_logprobs\":1").choice();
    JsonNode content = choice.path("logprobs").path("content");
    assertEquals(2, content.size());
    assertTrue(content.path(0).path("logprob").asDouble() < 0);
  }

  @Test
  void takesASpecialTokenAtTheBeginningOnly() {
    String begun = "[" + SPECIAL + "," + IDS[0] + "]";
    JsonNode choice =
        complete("'prompt':" + begun + ",'max_tokens':1,'echo':true,'logprobs':0").choice();
    assertEquals(3, tokens(choice).size(), "one for each id that was sent");
    assertEquals("", tokens(choice).getFirst());
    TestGateway.Answer refused = complete("'prompt':[" + IDS[0] + "," + SPECIAL + "]");
    assertEquals(400, refused.status());
    assertTrue(refused.error().path("message").asString().contains("is special"));
  }

  @Test
  void saysNothingOfATokenThatItPutBeforeThePrompt() {
    backend.close();
    backend = serve(SPECIAL);
    String rest = ",'max_tokens':0,'echo':true,'logprobs':0";
    JsonNode text = complete("'prompt':'the cat'" + rest).choice();
    assertEquals(IDS.length, tokens(text).size());
    assertTrue(logprobs(text).getFirst() < 0, "it is known after the token put before");
    String sent = "[" + SPECIAL + "," + Arrays.toString(IDS).substring(1);
    JsonNode begun = complete("'prompt':" + sent + rest).choice();
    assertEquals(IDS.length + 1, tokens(begun).size());
    assertEquals(logprobs(text), logprobs(begun).subList(1, IDS.length + 1));
  }

  @Test
  void refusesIdsOutsideItsVocabulary() {
    TestGateway.Answer refused = complete("'prompt':[" + TOKENIZER.vocabularySize() + "]");
    assertEquals(400, refused.status());
    assertTrue(refused.error().path("message").asString().contains("outside the vocabulary"));
  }

  @Test
  void namesTokensThatAreNotWholeCharacters() {
    JsonNode choice =
        complete("'prompt':'a\ud83d\ude00b','max_tokens':0,'echo':true,'logprobs':0").choice();
    assertEquals("bytes:\\xf0", tokens(choice).get(1));
    JsonNode offsets = choice.path("logprobs").path("text_offset");
    assertEquals(2, offsets.path(offsets.size() - 1).intValue(), offsets.toString());
  }

  @Test
  void refusesAPromptWithoutRoomAmongSeveral() {
    TestGateway.Answer refused = complete("'prompt':['a','" + "x".repeat(64) + "']");
    assertEquals(400, refused.status());
    assertEquals("context_length_exceeded", refused.error().path("code").asString());
  }

  @Test
  void doesNotEmbed() {
    TestGateway.Answer refused =
        gateway.post(
            "/v1/embeddings",
            TestGateway.json("{'model':'" + TestGateway.MODEL + "','input':'x'}"));
    assertEquals(400, refused.status());
  }
}
