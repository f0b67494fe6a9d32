package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.moat.core.Json;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class LogprobsTest {
  private static Logprobs.Token token(String text, int offset, Logprobs.Alternative... others) {
    return new Logprobs.Token(text, offset, OptionalDouble.of(-0.5), List.of(others));
  }

  private static Logprobs.Alternative other(String text, double logprob) {
    return new Logprobs.Alternative(text, logprob);
  }

  private static void assertJson(String expected, Object json) {
    assertEquals(TestGateway.json(expected), json.toString());
  }

  @Test
  void areToldAsACompletionTellsThem() {
    Logprobs logprobs =
        new Logprobs(
            List.of(
                new Logprobs.Token("The", 0, OptionalDouble.empty(), List.of()),
                token(" cat", 3, other(" cat", -0.5), other(" dog", -1.5))));
    assertJson(
        "{'tokens':['The',' cat'],'token_logprobs':[null,-0.5],"
            + "'top_logprobs':[{},{' cat':-0.5,' dog':-1.5}],'text_offset':[0,3]}",
        Json.text(logprobs.completion()));
  }

  @Test
  void countTheLikelierOfTwoTokensWithOneText() {
    Logprobs logprobs =
        new Logprobs(List.of(token("a", 0, other("x", -1), other("x", -2), other("y", -3))));
    assertJson(
        "{'x':-1.0,'y':-3.0}", Json.text(logprobs.completion().path("top_logprobs").path(0)));
  }

  @Test
  void areToldAsAChatTellsThem() {
    Logprobs logprobs = new Logprobs(List.of(token("é", 0, other("é", -0.5))));
    assertJson(
        "{'content':[{'token':'é','logprob':-0.5,'bytes':[195,169],"
            + "'top_logprobs':[{'token':'é','logprob':-0.5,'bytes':[195,169]}]}],'refusal':null}",
        Json.text(logprobs.chat()));
  }

  @Test
  void knowNoBytesOfATokenThatIsNotWholeCharacters() {
    Logprobs logprobs = new Logprobs(List.of(token("bytes:\\xe2\\x80", 0)));
    assertEquals("null", Json.text(logprobs.chat().path("content").path(0).path("bytes")));
  }

  @Test
  void nameEveryTextThatCanBePutTogether() {
    Logprobs logprobs =
        new Logprobs(
            List.of(token("a", 0, other("b", -1), other("c", -2)), token("d", 1, other("e", -1))));
    assertEquals(List.of("ad", "be", "c"), logprobs.texts());
    assertEquals(5, logprobs.length());
    assertEquals(List.of(""), new Logprobs(List.of()).texts());
  }
}
