package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class UpstreamLogprobsTest {
  private final UpstreamLogprobs reader = new UpstreamLogprobs(2);

  private static JsonNode json(String single) {
    return Json.parse(TestGateway.json(single), "logprobs");
  }

  private Optional<Logprobs> completion(String single) {
    return reader.completion(json(single));
  }

  @Test
  void readsThoseOfACompletion() {
    Logprobs logprobs =
        completion(
                "{'tokens':['a','\\n'],'token_logprobs':[null,-1.5],"
                    + "'top_logprobs':[null,{'b':-2,'\\n':-1.5}],'text_offset':[7,8]}")
            .orElseThrow();
    assertEquals(
        List.of(
            new Logprobs.Token("a", 7, OptionalDouble.empty(), List.of()),
            new Logprobs.Token(
                "\n",
                8,
                OptionalDouble.of(-1.5),
                List.of(new Logprobs.Alternative("\n", -1.5), new Logprobs.Alternative("b", -2)))),
        logprobs.tokens());
  }

  @Test
  void countsOffsetsWhereNoneAreTold() {
    Logprobs logprobs =
        completion("{'tokens':['\ud83d\udc4d','b'],'token_logprobs':[-1,-1]}").orElseThrow();
    assertEquals(1, logprobs.tokens().get(1).offset());
    assertEquals(List.of(), logprobs.tokens().get(1).alternatives());
  }

  @Test
  void readsThoseOfAChat() {
    Logprobs logprobs =
        reader
            .chat(
                json(
                    "{'content':[{'token':'Hi','logprob':-0.25,'bytes':[72,105],'top_logprobs':"
                        + "[{'token':'Hi','logprob':-0.25},{'token':'Ho','logprob':-3}]}]}"))
            .orElseThrow();
    Logprobs.Token token = logprobs.tokens().getFirst();
    assertEquals("Hi", token.text());
    assertEquals(OptionalDouble.of(-0.25), token.logprob());
    assertEquals("Ho", token.alternatives().get(1).text());
  }

  @Test
  void takesNoMoreAlternativesThanWereAskedForAndTheTokenItself() {
    Logprobs logprobs =
        completion(
                "{'tokens':['a'],'token_logprobs':[-1],"
                    + "'top_logprobs':[{'d':-4,'c':-3,'b':-2,'a':-1}]}")
            .orElseThrow();
    assertEquals(
        List.of("a", "b", "c"),
        logprobs.tokens().getFirst().alternatives().stream()
            .map(Logprobs.Alternative::text)
            .toList());
  }

  @Test
  void cutsLongTokens() {
    String text = "x".repeat(Logprobs.TOKEN_CHARACTERS_MAX);
    for (String more : List.of("", "y")) {
      Logprobs logprobs =
          completion(
                  "{'tokens':['"
                      + text
                      + more
                      + "'],'token_logprobs':[-1],'top_logprobs':[{'"
                      + text
                      + more
                      + "':-1}]}")
              .orElseThrow();
      assertEquals(text, logprobs.tokens().getFirst().text());
      assertEquals(text, logprobs.tokens().getFirst().alternatives().getFirst().text());
    }
  }

  @Test
  void takesWhatIsNotConsistentForNotTold() {
    for (String bad :
        List.of(
            "null",
            "{}",
            "{'tokens':[]}",
            "{'tokens':['a']}",
            "{'tokens':'a','token_logprobs':[-1]}",
            "{'tokens':['a'],'token_logprobs':[-1,-2]}",
            "{'content':[]}",
            "{'content':{}}")) {
      assertTrue(completion(bad).isEmpty(), bad);
      assertTrue(reader.chat(json(bad)).isEmpty(), bad);
    }
  }

  @Test
  void survivesWhateverComes() {
    SplittableRandom random = new SplittableRandom(7);
    List<String> values =
        List.of(
            "null",
            "'a'",
            "[]",
            "{}",
            "-1",
            "[null,'b']",
            "[{'a':-1},2]",
            "1e999",
            "[" + "9".repeat(60) + "]",
            "['c']");
    for (int i = 0; i < 5_000; i++) {
      String first = values.get(random.nextInt(values.size()));
      String second = values.get(random.nextInt(values.size()));
      String third = values.get(random.nextInt(values.size()));
      String whole =
          "{'tokens':" + first + ",'token_logprobs':" + second + ",'top_logprobs':" + third + "}";
      completion(whole)
          .ifPresent(
              read ->
                  read.tokens()
                      .forEach(
                          token -> assertTrue(Double.isFinite(token.logprob().orElse(0)), whole)));
      String chat = "{'content':[{'token':" + first + ",'logprob':" + second + "}," + third + "]}";
      assertEquals(2, reader.chat(json(chat)).orElseThrow().tokens().size(), chat);
    }
  }
}
