package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What stands in {@code prompt} and {@code input}, and the fields about the form of an answer. */
class PromptParserTest {
  private static ParsedRequest parse(Endpoint endpoint, String fields) {
    String json = TestGateway.json("{'model':'m'," + fields + "}");
    return RequestParser.parse(endpoint, json.getBytes(StandardCharsets.UTF_8));
  }

  private static ParsedRequest completion(String fields) {
    return parse(Endpoint.COMPLETION, fields);
  }

  private static ParsedRequest embedding(String fields) {
    return parse(Endpoint.EMBEDDING, fields);
  }

  private static List<String> texts(ParsedRequest request) {
    return request.texts().stream().map(TextSpan::text).toList();
  }

  private static void assertWrong(String param, Endpoint endpoint, String fields) {
    Failure failure = assertThrows(Failure.class, () -> parse(endpoint, fields), fields);
    assertTrue(failure.problem() instanceof Problem.Invalid, failure.getMessage());
    assertEquals(param, ((Problem.Invalid) failure.problem()).field(), failure.getMessage());
  }

  private static int[] ids(ParsedRequest request) {
    return Optional.ofNullable(request.tokens().get(0)).orElseThrow();
  }

  private static String many(int count, String one) {
    return "[" + String.join(",", Collections.nCopies(count, one)) + "]";
  }

  @Test
  void takesOneTextOrSeveral() {
    assertEquals(List.of("a"), texts(completion("'prompt':'a'")));
    assertEquals(List.of("a"), texts(completion("'prompt':['a']")));
    ParsedRequest several = completion("'prompt':['a','','c']");
    assertEquals(List.of("a", "", "c"), texts(several));
    assertEquals(3, several.turns().size());
    assertTrue(several.legible());
    assertEquals(List.of("a", "b"), texts(embedding("'input':['a','b']")));
  }

  @Test
  void takesIdsOfTokensInPlaceOfATextThatIsNotKnownYet() {
    ParsedRequest one = completion("'prompt':[1,2,3]");
    assertFalse(one.legible());
    assertEquals(List.of(""), texts(one));
    assertArrayEquals(new int[] {1, 2, 3}, one.tokens().get(0));
    ParsedRequest two = embedding("'input':[[1],[2,3]]");
    assertEquals(2, two.turns().size());
    assertArrayEquals(new int[] {2, 3}, two.tokens().get(1));
  }

  @Test
  void cannotGoOnBeforeTheTextOfIdsIsKnown() {
    ParsedRequest request = completion("'prompt':[104,105]");
    assertThrows(IllegalStateException.class, () -> new ModelCall(request, Map.of()));
    ParsedRequest read = request.legible(ids -> new String(ids, 0, ids.length));
    assertEquals(List.of("hi"), texts(read));
    ModelCall call = new ModelCall(read, Map.of());
    assertArrayEquals(new int[] {104, 105}, call.prompts().getFirst().tokens().orElseThrow());
    assertEquals("hi", call.prompts().getFirst().text());
  }

  @Test
  void leavesNoIdsWhereOneTextWasChanged() {
    ParsedRequest read =
        completion("'prompt':[[104],[105]],'user':'z'")
            .legible(ids -> new String(ids, 0, ids.length));
    ModelCall call = new ModelCall(read, Map.of(1, "[x]"));
    assertEquals(List.of("h", "[x]"), call.prompts().stream().map(ModelCall.Prompt::text).toList());
    assertTrue(call.prompts().stream().allMatch(prompt -> prompt.tokens().isEmpty()));
    assertEquals(
        TestGateway.json("{'model':'t','prompt':['h','[x]'],'user':'z'}"),
        new String(call.forwarded("t"), StandardCharsets.UTF_8));
  }

  @Test
  void forwardsIdsAsTheyCameWhereNothingWasChanged() {
    ParsedRequest read =
        completion("'prompt':[ 104, 105 ]").legible(ids -> new String(ids, 0, ids.length));
    assertEquals(
        TestGateway.json("{'model':'t','prompt':[ 104, 105 ]}"),
        new String(new ModelCall(read, Map.of()).forwarded("t"), StandardCharsets.UTF_8));
  }

  @Test
  void boundsHowManyTextsThereAre() {
    assertEquals(128, completion("'prompt':" + many(128, "'a'")).turns().size());
    assertWrong("prompt", Endpoint.COMPLETION, "'prompt':" + many(129, "'a'"));
    assertEquals(128, completion("'prompt':" + many(128, "[1]")).turns().size());
    assertWrong("prompt", Endpoint.COMPLETION, "'prompt':" + many(129, "[1]"));
    assertEquals(2048, embedding("'input':" + many(2048, "'a'")).turns().size());
    assertWrong("input", Endpoint.EMBEDDING, "'input':" + many(2049, "'a'"));
  }

  @Test
  void boundsHowManyIdsThereAre() {
    int most = PromptParser.TOKENS_MAX;
    assertEquals(most, ids(completion("'prompt':" + many(most, "1"))).length);
    assertWrong("prompt", Endpoint.COMPLETION, "'prompt':" + many(most + 1, "1"));
    String half = many(most / 2, "1");
    assertWrong("prompt", Endpoint.COMPLETION, "'prompt':[" + half + "," + half + ",[1]]");
  }

  @Test
  void namesThePlaceThatIsWrong() {
    for (Endpoint endpoint : List.of(Endpoint.COMPLETION, Endpoint.EMBEDDING)) {
      String field = endpoint.promptField();
      assertWrong(field, endpoint, "'x':1");
      assertWrong(field, endpoint, "'" + field + "':null");
      assertWrong(field, endpoint, "'" + field + "':7");
      assertWrong(field, endpoint, "'" + field + "':{}");
      assertWrong(field, endpoint, "'" + field + "':[]");
      assertWrong(field + "[0]", endpoint, "'" + field + "':[null]");
      assertWrong(field + "[0]", endpoint, "'" + field + "':[1.5]");
      assertWrong(field + "[0]", endpoint, "'" + field + "':[-1]");
      assertWrong(field + "[1]", endpoint, "'" + field + "':[1,16777216]");
      assertWrong(field + "[1]", endpoint, "'" + field + "':[1,'a']");
      assertWrong(field + "[1]", endpoint, "'" + field + "':['a',1]");
      assertWrong(field + "[1]", endpoint, "'" + field + "':['a',[1]]");
      assertWrong(field + "[1]", endpoint, "'" + field + "':[[1],'a']");
      assertWrong(field + "[1]", endpoint, "'" + field + "':[[1],[]]");
      assertWrong(field + "[0][1]", endpoint, "'" + field + "':[[1,[2]]]");
    }
    assertEquals(16777215, ids(completion("'prompt':[16777215]"))[0]);
  }

  @Test
  void readsTheFormOfTheAnswer() {
    AnswerForm plain = completion("'prompt':'a'").form();
    assertEquals(new AnswerForm(false, OptionalInt.empty(), false, OptionalInt.empty()), plain);
    AnswerForm full = completion("'prompt':'a','echo':true,'logprobs':5").form();
    assertTrue(full.echo());
    assertEquals(OptionalInt.of(5), full.alternatives());
    assertEquals(OptionalInt.of(0), completion("'prompt':'a','logprobs':0").form().alternatives());
    assertEquals(
        OptionalInt.empty(), completion("'prompt':'a','logprobs':false").form().alternatives());
    String chat = "'messages':[{'role':'user'}],'logprobs':true";
    assertEquals(OptionalInt.of(0), parse(Endpoint.CHAT, chat).form().alternatives());
    assertEquals(
        OptionalInt.of(20),
        parse(Endpoint.CHAT, chat + ",'top_logprobs':20").form().alternatives());
    AnswerForm vector = embedding("'input':'a','encoding_format':'base64','dimensions':256").form();
    assertTrue(vector.base64());
    assertEquals(OptionalInt.of(256), vector.dimensions());
    assertFalse(embedding("'input':'a','encoding_format':'float'").form().base64());
  }

  @Test
  void refusesFormsThatDoNotGoTogether() {
    Endpoint completion = Endpoint.COMPLETION;
    assertWrong("logprobs", completion, "'prompt':'a','logprobs':6");
    assertWrong("logprobs", completion, "'prompt':'a','logprobs':-1");
    assertWrong("logprobs", completion, "'prompt':'a','logprobs':1,'stream':true");
    assertWrong("stream", completion, "'prompt':['a','b'],'stream':true");
    assertWrong("top_logprobs", completion, "'prompt':'a','top_logprobs':1");
    assertWrong("echo", completion, "'prompt':'a','echo':1");
    assertWrong("max_tokens", completion, "'prompt':'a','max_tokens':0");
    assertWrong("max_tokens", completion, "'prompt':'a','max_tokens':-1,'echo':true");
    String chat = "'messages':[{'role':'user'}]";
    assertWrong("echo", Endpoint.CHAT, chat + ",'echo':true");
    assertWrong("logprobs", Endpoint.CHAT, chat + ",'logprobs':1");
    assertWrong("logprobs", Endpoint.CHAT, chat + ",'logprobs':true,'stream':true");
    assertWrong("top_logprobs", Endpoint.CHAT, chat + ",'logprobs':true,'top_logprobs':21");
    assertWrong("top_logprobs", Endpoint.CHAT, chat + ",'top_logprobs':1");
    assertWrong("max_tokens", Endpoint.CHAT, chat + ",'max_tokens':0");
    Endpoint embedding = Endpoint.EMBEDDING;
    assertWrong("stream", embedding, "'input':'a','stream':true");
    assertWrong("logprobs", embedding, "'input':'a','logprobs':true");
    assertWrong("encoding_format", embedding, "'input':'a','encoding_format':'hex'");
    assertWrong("encoding_format", embedding, "'input':'a','encoding_format':1");
    assertWrong("dimensions", embedding, "'input':'a','dimensions':0");
    assertWrong("prompt", embedding, "'input':'a','prompt':'b'");
    assertWrong("messages", embedding, "'input':'a','messages':[]");
    assertEquals(
        OptionalInt.of(0),
        completion("'prompt':'a','echo':true,'max_tokens':0").fields().sampling().tokensMax());
  }

  @Test
  void keepsAnUnknownInputOfAnotherEndpointForTheGuard() {
    assertEquals(
        List.of("a", "b"), texts(parse(Endpoint.COMPLETION, "'prompt':'a','input':['b']")));
  }

  /** Whatever stands there is either taken whole or refused for its place. */
  @Test
  void survivesWhateverComes() {
    SplittableRandom random = new SplittableRandom(11);
    List<String> parts = List.of("[", "]", "1", "'a'", ",", "null", "{", "}", "-2", "1e3", "true");
    int taken = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder value = new StringBuilder("[");
      for (int j = random.nextInt(6); j >= 0; j--) {
        value.append(parts.get(random.nextInt(parts.size())));
      }
      try {
        ParsedRequest request = completion("'prompt':" + value + "]");
        assertEquals(request.turns().size(), request.texts().size(), value.toString());
        taken++;
      } catch (Failure failure) {
        assertTrue(failure.problem() instanceof Problem.Invalid, failure.getMessage());
      }
    }
    assertTrue(taken > 100, "only " + taken);
  }
}
